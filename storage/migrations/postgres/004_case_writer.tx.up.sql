-- Who filled a case in for its applicant (代填), "" where he did so himself.
ALTER TABLE isms_cases ADD COLUMN IF NOT EXISTS writer text NOT NULL DEFAULT '';
CREATE INDEX IF NOT EXISTS ismsx_cases_writer ON isms_cases (writer, created, id) WHERE writer <> '';
