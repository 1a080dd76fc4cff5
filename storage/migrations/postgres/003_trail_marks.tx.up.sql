-- How far each chain of the trail is in the log of checkpoints. A chain whose end is
-- beyond its mark, or that has none, goes into the next one; so does what was
-- committed late.
CREATE TABLE IF NOT EXISTS isms_trail_marks (
	chain text COLLATE "C" NOT NULL PRIMARY KEY,
	seq   bigint NOT NULL
);
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name text PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO isms_migrations (name, at) VALUES ('003_trail_marks', now());
