-- Who filled a case in for its applicant (代填), "" where he did so himself.
ALTER TABLE isms_cases ADD COLUMN writer TEXT NOT NULL DEFAULT '';
CREATE INDEX IF NOT EXISTS ismsx_cases_writer ON isms_cases (writer, created, id) WHERE writer <> '';
