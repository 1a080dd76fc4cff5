-- How far each chain of the trail is in the log of checkpoints. A chain whose end is
-- beyond its mark, or that has none, goes into the next one; so does what was
-- committed late.
CREATE TABLE IF NOT EXISTS isms_trail_marks (
	chain TEXT NOT NULL PRIMARY KEY,
	seq   INTEGER NOT NULL
) STRICT;
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
INSERT INTO isms_migrations (name, at) VALUES ('003_trail_marks', CAST(strftime('%s', 'now') AS INTEGER) * 1000000);
