-- The category and the kind of an execution record: few records have any, so that they are
-- beside the records, and a signature pays nothing for them.
CREATE TABLE IF NOT EXISTS isms_record_labels (
	label  text COLLATE "C" NOT NULL, -- "category:…", "kind:…"
	record text COLLATE "C" NOT NULL,
	PRIMARY KEY (label, record)
);
CREATE INDEX IF NOT EXISTS ismsx_record_labels_record ON isms_record_labels (record);
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name text PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO isms_migrations (name, at) VALUES ('010_record_labels', now());
