-- A document's band (「示範改寫本，非核定文件」) belongs to each of its versions, so that
-- a version approved later does not carry it. What was filed until now keeps it.
UPDATE isms_document_versions AS v SET body = jsonb_set(v.body::jsonb, '{Band}', d.body::jsonb -> 'Band')::text
FROM isms_documents AS d
WHERE d.id = v.document AND coalesce(d.body::jsonb ->> 'Band', '') <> '';
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name text PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO isms_migrations (name, at) VALUES ('002_version_band', now());
