-- Who filled a case in for its applicant (代填), "" where he did so himself.
ALTER TABLE isms_cases ADD COLUMN IF NOT EXISTS writer text NOT NULL DEFAULT '';
CREATE INDEX IF NOT EXISTS ismsx_cases_writer ON isms_cases (writer, created, id) WHERE writer <> '';
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name text PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO isms_migrations (name, at) VALUES ('004_case_writer', now());
