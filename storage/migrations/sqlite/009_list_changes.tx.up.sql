-- What was changed in the lists is read by when it was changed, across the chains of their
-- rows. Entries of cases are not in this index: a signature pays nothing for it.
CREATE INDEX IF NOT EXISTS ismsx_trail_lists ON isms_trail (at, chain, seq) WHERE chain >= 'list/' AND chain < 'list0';
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
INSERT INTO isms_migrations (name, at) VALUES ('009_list_changes', CAST(strftime('%s', 'now') AS INTEGER) * 1000000);
