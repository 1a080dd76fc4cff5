// Package ismskit turns an organisation's ISMS procedures, forms and sign-offs
// into running, provable work. It is what an embedder imports.
//
// # The parts
//
// A form type ([Type]) is data: a form (package forms), a flow (package
// workflow), and the names of Go hooks that say what closing does. A filled-in
// form on its way is a case. It has tasks, which come to people, and a trail,
// which nobody can change. One request with many targets is a parent case with a
// child case for each, with its own handler, result and record.
//
// The [Kit] applies one action to one case and writes everything that follows
// from it in one transaction: the case, its tasks, the entry on its trail, the
// archive's index, and jobs for whatever has to leave the process. What leaves
// does so through the queue, after the commit.
//
// # What the host brings
//
// A [Store] (storage/sqlite, storage/postgres, storage/memory), [Blobs] for files,
// and if it has them a [Directory] of its own people and a [Notifier] for mail.
// Everything else has a default. There is no global registry and nothing starts
// by being imported.
//
// # Who may do what
//
// Every verb and every read takes an [Actor] and authorises him: in the Kit, not
// in a handler. What somebody may not see does not exist for him; he gets
// [ErrNotFound], as for a case that is not there.
//
// # Time
//
// [Config].Now is business time: it says what is due, and is read once per
// action. [Kit.Run] carries out what is due as time passes, [Kit.RunUntil] moves
// through time at once, in tests and demonstrations. Leases and sleep go by the
// real clock.
//
// DESIGN.md beside this file has the decisions, with the alternatives that lost.
package ismskit
