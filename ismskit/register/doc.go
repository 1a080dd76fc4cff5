// Package register keeps living lists: systems with their permission items,
// people, units, posts, roles, deputies, live permissions. A list is data — a
// form schema, what a row is found by, who looks after it — and every change of a
// row is a further revision, never an overwriting.
//
// Registry is a set of lists, compiled. It is pure: it turns what somebody filled
// in into the next Row, which the caller puts into a Store within his
// transaction. BuiltIn has the lists that the kit itself reads; a host or a pack
// adds its own, as JSON.
//
// # Life spans
//
// A list may name two fields between which a row is in force. Dates are whole
// days in the office's place, the last day included: somebody who leaves on
// 115.11.30 is in force until that day's midnight. An end at 23:59 means the end
// of that day. Rows that have ended stay, with their successors, so that "who
// held this post on 113.5.1" keeps its answer.
package register
