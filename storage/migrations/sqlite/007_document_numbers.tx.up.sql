-- A document is found by its number however it is typed: full-width characters, dashes and
-- small letters. What was stored before is found so as well, and as it stands.
INSERT OR IGNORE INTO isms_document_numbers (number, document)
WITH RECURSIVE folded (number, document, at, text) AS (
	SELECT number, document, 1, '' FROM isms_document_numbers
	UNION ALL
	SELECT number, document, at + 1, text || CASE
		WHEN unicode(substr(number, at, 1)) BETWEEN 65281 AND 65374 THEN char(unicode(substr(number, at, 1)) - 65248)
		WHEN unicode(substr(number, at, 1)) IN (8208, 8209, 8210, 8211, 8212, 8722) THEN '-'
		WHEN unicode(substr(number, at, 1)) = 12288 THEN ' '
		ELSE substr(number, at, 1) END
	FROM folded WHERE at <= length(number)
)
SELECT upper(trim(text)), document FROM folded WHERE at > length(number);
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
INSERT INTO isms_migrations (name, at) VALUES ('007_document_numbers', CAST(strftime('%s', 'now') AS INTEGER) * 1000000);
