-- Which documents have to do with one is looked up by it, and not by reading all of them. A row
-- is written by what is written of the document, by a previous program as well.
CREATE TABLE IF NOT EXISTS isms_document_relations (
	target   text COLLATE "C" NOT NULL, -- "id:…" of the other one; "no:…" where only a number was named
	document text COLLATE "C" NOT NULL,
	PRIMARY KEY (target, document)
);
CREATE INDEX IF NOT EXISTS ismsx_document_relations_document ON isms_document_relations (document);
INSERT INTO isms_document_relations (target, document)
	SELECT CASE WHEN coalesce(r ->> 'ID', '') <> '' THEN 'id:' || (r ->> 'ID') ELSE 'no:' || upper(btrim(r ->> 'Number')) END, d.id
	FROM isms_documents AS d, jsonb_array_elements(CASE jsonb_typeof(d.body::jsonb -> 'Relations') WHEN 'array' THEN d.body::jsonb -> 'Relations' ELSE '[]'::jsonb END) AS r
	WHERE jsonb_typeof(r) = 'object' ON CONFLICT DO NOTHING;
CREATE OR REPLACE FUNCTION ismsf_document_relations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	-- Its tables lie in the schema of the one that is written, whatever the search path says.
	EXECUTE format('DELETE FROM %I.isms_document_relations WHERE document = $1', TG_TABLE_SCHEMA) USING new.id;
	EXECUTE format('INSERT INTO %I.isms_document_relations (target, document)
		SELECT CASE WHEN coalesce(r ->> ''ID'', '''') <> '''' THEN ''id:'' || (r ->> ''ID'') ELSE ''no:'' || upper(btrim(r ->> ''Number'')) END, $1
		FROM jsonb_array_elements(CASE jsonb_typeof($2 -> ''Relations'') WHEN ''array'' THEN $2 -> ''Relations'' ELSE ''[]''::jsonb END) AS r
		WHERE jsonb_typeof(r) = ''object'' ON CONFLICT DO NOTHING', TG_TABLE_SCHEMA) USING new.id, new.body::jsonb;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER ismst_document_relations AFTER INSERT OR UPDATE OF body ON isms_documents FOR EACH ROW EXECUTE FUNCTION ismsf_document_relations();
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name text PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO isms_migrations (name, at) VALUES ('012_document_relations', now());
