// Package postgres keeps the Kit's rows in a schema of a PostgreSQL database,
// which several servers may share.
//
// An Update sends what it writes together: one that reads nothing is one round
// trip without BEGIN and COMMIT, which the server keeps or undoes as a whole; a View
// of one read opens no transaction.
// While many wait, up to 16 of those that read nothing share a transaction; if it fails, each
// goes by itself (see shared); behind a pooler (Options.Pooler) nothing is shared.
// Fixed statements are prepared on their connection; neighbours that write to different
// tables go as one (see together). With Options.Pooler everything
// goes by the simple protocol with the values in the text, so that a pooler in
// transaction mode may stand in between; only Listen needs a connection of its own.
package postgres
