-- Who filled a case in for its applicant (代填), "" where he did so himself.
ALTER TABLE isms_cases ADD COLUMN writer TEXT NOT NULL DEFAULT '';
CREATE INDEX IF NOT EXISTS ismsx_cases_writer ON isms_cases (writer, created, id) WHERE writer <> '';
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
INSERT INTO isms_migrations (name, at) VALUES ('004_case_writer', CAST(strftime('%s', 'now') AS INTEGER) * 1000000);
