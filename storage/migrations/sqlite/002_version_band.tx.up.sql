-- A document's band (「示範改寫本，非核定文件」) belongs to each of its versions, so that
-- a version approved later does not carry it. What was filed until now keeps it.
UPDATE isms_document_versions SET body = json_set(body, '$.Band', (
	SELECT json_extract(d.body, '$.Band') FROM isms_documents AS d WHERE d.id = isms_document_versions.document))
WHERE document IN (SELECT d.id FROM isms_documents AS d WHERE coalesce(json_extract(d.body, '$.Band'), '') <> '');
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
INSERT INTO isms_migrations (name, at) VALUES ('002_version_band', CAST(strftime('%s', 'now') AS INTEGER) * 1000000);
