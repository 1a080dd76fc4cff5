-- Which documents have to do with one is looked up by it, and not by reading all of them. A row
-- is written by what is written of the document, by a previous program as well.
CREATE TABLE IF NOT EXISTS isms_document_relations (
	target   TEXT NOT NULL, -- "id:…" of the other one; "no:…" where only a number was named
	document TEXT NOT NULL,
	PRIMARY KEY (target, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ismsx_document_relations_document ON isms_document_relations (document);
INSERT OR IGNORE INTO isms_document_relations (target, document)
	SELECT CASE WHEN coalesce(r.value ->> 'ID', '') <> '' THEN 'id:' || (r.value ->> 'ID') ELSE 'no:' || upper(trim(r.value ->> 'Number')) END, d.id
	FROM isms_documents AS d, json_each(d.body, '$.Relations') AS r WHERE r.type = 'object';
CREATE TRIGGER IF NOT EXISTS ismst_document_relations_in AFTER INSERT ON isms_documents BEGIN
	INSERT OR IGNORE INTO isms_document_relations (target, document)
		SELECT CASE WHEN coalesce(r.value ->> 'ID', '') <> '' THEN 'id:' || (r.value ->> 'ID') ELSE 'no:' || upper(trim(r.value ->> 'Number')) END, new.id
		FROM json_each(new.body, '$.Relations') AS r WHERE r.type = 'object';
END;
CREATE TRIGGER IF NOT EXISTS ismst_document_relations_up AFTER UPDATE OF body ON isms_documents BEGIN
	DELETE FROM isms_document_relations WHERE document = new.id;
	INSERT OR IGNORE INTO isms_document_relations (target, document)
		SELECT CASE WHEN coalesce(r.value ->> 'ID', '') <> '' THEN 'id:' || (r.value ->> 'ID') ELSE 'no:' || upper(trim(r.value ->> 'Number')) END, new.id
		FROM json_each(new.body, '$.Relations') AS r WHERE r.type = 'object';
END;
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
INSERT INTO isms_migrations (name, at) VALUES ('012_document_relations', CAST(strftime('%s', 'now') AS INTEGER) * 1000000);
