-- A document is found by the titles that it had, also by those that were corrected before it was
-- so: they are put to what its words are looked for in, in small letters and no full-width
-- characters. What else is alike is made so when the document is written again.
WITH RECURSIVE folded (document, title, at, text) AS (
	SELECT DISTINCT d.id, t.value, 1, ''
		FROM isms_documents AS d, json_each(d.body, '$.Earlier') AS e, json_each(CASE e.type WHEN 'object' THEN e.value ELSE '{}' END, '$.Title') AS t
		WHERE t.type = 'text' AND t.value <> ''
	UNION ALL
	SELECT document, title, at + 1, text || CASE
		WHEN unicode(substr(title, at, 1)) BETWEEN 65281 AND 65374 THEN char(unicode(substr(title, at, 1)) - 65248)
		WHEN unicode(substr(title, at, 1)) = 12288 THEN ' '
		ELSE substr(title, at, 1) END
	FROM folded WHERE at <= length(title)
)
UPDATE isms_documents SET folded = folded || more.text
	FROM (SELECT f.document AS id, group_concat(char(10) || lower(f.text), '') AS text
		FROM folded AS f JOIN isms_documents AS d ON d.id = f.document
		WHERE f.at > length(f.title) AND instr(d.folded, lower(f.text)) = 0 GROUP BY f.document) AS more
	WHERE isms_documents.id = more.id;
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
INSERT INTO isms_migrations (name, at) VALUES ('013_document_titles', CAST(strftime('%s', 'now') AS INTEGER) * 1000000);
