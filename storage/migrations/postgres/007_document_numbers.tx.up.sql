-- A document is found by its number however it is typed: full-width characters, dashes and
-- small letters. What was stored before is found so as well, and as it stands.
INSERT INTO isms_document_numbers (number, document)
	SELECT upper(translate(btrim(normalize(number, NFKC)), '‐‑‒–—−', '------')), document FROM isms_document_numbers
	ON CONFLICT DO NOTHING;
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name text PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO isms_migrations (name, at) VALUES ('007_document_numbers', now());
