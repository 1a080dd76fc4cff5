-- A document is found by the titles that it had, also by those that were corrected before it was
-- so: they are put to what its words are looked for in, in small letters and no full-width
-- characters.
UPDATE isms_documents AS d SET folded = d.folded || more.text
	FROM (SELECT o.id, string_agg(DISTINCT chr(10) || lower(normalize(t.value, NFKC)), '') AS text
		FROM isms_documents AS o,
			jsonb_array_elements(CASE jsonb_typeof(o.body::jsonb -> 'Earlier') WHEN 'array' THEN o.body::jsonb -> 'Earlier' ELSE '[]'::jsonb END) AS e,
			jsonb_each_text(CASE jsonb_typeof(e -> 'Title') WHEN 'object' THEN e -> 'Title' ELSE '{}'::jsonb END) AS t
		WHERE t.value <> '' AND strpos(o.folded, lower(normalize(t.value, NFKC))) = 0 GROUP BY o.id) AS more
	WHERE d.id = more.id;
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name text PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO isms_migrations (name, at) VALUES ('013_document_titles', now());
