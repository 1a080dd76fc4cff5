// Package reminder knows when people are to be told, and carries out what is
// due.
//
// [Timers] is a pure function: for a task and its rules it says every moment at
// which something must happen, under keys that stay the same however often it is
// computed. It is computed anew in every action, so nothing has to be moved by
// hand when a date changes.
//
// [Scheduler] works off a queue: it claims what is due with a lease and a fence,
// hands it to a function, and settles it; it sleeps until the next due time.
// Business time says what is due, real time rules leases and sleep, so a test or
// a demonstration moves a year in seconds with [Scheduler.RunUntil].
package reminder
