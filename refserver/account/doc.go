// Package account holds what the reference server must know about signing in:
// logins with their passwords, browser sessions, tokens for the REST API, and
// the clock of the demonstration. These are the server's own tables, named
// refserver_*; the SDK never sees them. An embedder that has its own portal
// brings its own sign-in and doesn't need this package.
//
// All tables work the same on SQLite and PostgreSQL. Counters of wrong
// passwords, sessions and revocations lie in the database, so several servers
// on one PostgreSQL share them.
//
// Times given to this package are real times, not the demonstration's: a lock,
// a session or a token runs out by the clock on the wall.
package account
