// Package sqlite keeps the Kit's rows in one SQLite file, through a driver in
// pure Go. One file belongs to one process at a time: a lock file beside it
// refuses the second.
//
// Actions that wait for the disk at the same time share one commit; each is a
// savepoint of its own, and everyone is answered after the commit is on disk.
package sqlite
