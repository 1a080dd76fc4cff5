// Package storage keeps everything the Kit writes in SQL: one implementation of
// ismskit.Tx for SQLite and PostgreSQL. The packages sqlite and postgres open a
// database and say what a transaction is there (a Session); this package says
// what the rows are.
//
// Tables are named isms_*, times are UTC microseconds in whole numbers, the
// zero time is the year 1. What is filtered, ordered or compared has a column;
// the rest of rows that are not written in every action is a JSON body, so that
// a field can be added without a migration. Statements whose text is always the
// same are written once (those of every action in hot.go); queries that depend on
// what is asked for are built with bun.
package storage

// Garbage is how much memory, in percent of what is in use, a program with its data in
// these stores does well to give up before it is collected (debug.SetGCPercent): it has
// little in use, and with Go's 100 a sixth of what a signature costs would be collecting.
// It takes some ten megabytes more. The reference server and the benchmarks set it.
const Garbage = 400
