-- A page of the archive is read off an index in the order in which records were filed,
-- whatever it is asked for.
-- What the rules of one reader let him see, altogether and of a form, and what there is of a
-- form in a year, each with what he may filter by: what he does not ask for is not fetched. The
-- state changes, and is in the first alone.
CREATE INDEX IF NOT EXISTS ismsx_records_sight ON isms_records (acl, filed, id, kind, form, year, unit, state, class, origin) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_form_acl ON isms_records (form, acl, filed, id, kind, year, unit) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_form_year ON isms_records (form, year, filed, id, acl, kind, unit) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_year ON isms_records (year, filed, id) WHERE NOT draft;
-- Systems and labels in filed order, as participants are kept: a row holds for the record as it
-- is filed, and while isms_record_systems or isms_record_labels says so too. It is written by
-- what is written there, by a previous program as well.
CREATE TABLE IF NOT EXISTS isms_record_facets (
	facet  TEXT NOT NULL, -- "system:…", "category:…", "kind:…"
	filed  INTEGER NOT NULL,
	record TEXT NOT NULL,
	PRIMARY KEY (facet, filed, record)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO isms_record_facets (facet, filed, record)
	SELECT 'system:' || s.system, r.filed, r.id FROM isms_record_systems AS s JOIN isms_records AS r ON r.id = s.record ORDER BY 1, 2, 3;
INSERT OR IGNORE INTO isms_record_facets (facet, filed, record)
	SELECT l.label, r.filed, r.id FROM isms_record_labels AS l JOIN isms_records AS r ON r.id = l.record ORDER BY 1, 2, 3;
CREATE TRIGGER IF NOT EXISTS ismst_record_systems AFTER INSERT ON isms_record_systems BEGIN
	INSERT OR IGNORE INTO isms_record_facets (facet, filed, record)
		SELECT 'system:' || new.system, filed, id FROM isms_records WHERE id = new.record;
END;
CREATE TRIGGER IF NOT EXISTS ismst_record_labels AFTER INSERT ON isms_record_labels BEGIN
	INSERT OR IGNORE INTO isms_record_facets (facet, filed, record) SELECT new.label, filed, id FROM isms_records WHERE id = new.record;
END;
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
INSERT INTO isms_migrations (name, at) VALUES ('011_records_found', CAST(strftime('%s', 'now') AS INTEGER) * 1000000);
