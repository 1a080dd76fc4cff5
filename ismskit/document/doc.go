// Package document keeps controlled documents: their numbers, their versions in
// the order of issue, which version is in force on a day, and the clauses of a
// text so that a form or a finding can point at 陸三(四).
//
// Library carries out the rules of document control on a Store, inside the
// transaction that handed the Store out. It authorises nobody and tells nobody;
// the Kit does. Dates are ISO strings (2026-11-23), because they are days of
// issue, not moments, and are compared as they are written.
//
// Three things end, by three words: a version that waits for its day is withdrawn (撤回, as a
// closure is), one wrongly issued is stopped (停止適用), and a document is retired (廢止). Not
// 撤銷, which annuls what was valid.
//
// The text of a document is limited Markdown. Clauses reads it into a Tree that
// a template renders; no HTML is made here, so nothing a text says can become
// markup.
package document
