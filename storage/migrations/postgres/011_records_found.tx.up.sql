-- A page of the archive is read off an index in the order in which records were filed,
-- whatever it is asked for.
-- What the rules of one reader let him see, altogether and of a form, and what there is of a
-- form in a year, each with what he may filter by: what he does not ask for is not fetched.
-- The state is in none: it changes, and would then cost every index of the record.
CREATE INDEX IF NOT EXISTS ismsx_records_sight ON isms_records (acl, filed, id) INCLUDE (kind, form, year, unit, class, origin) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_form_acl ON isms_records (form, acl, filed, id) INCLUDE (kind, year, unit) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_form_year ON isms_records (form, year, filed, id) INCLUDE (acl, kind, unit) WHERE NOT draft;
CREATE INDEX IF NOT EXISTS ismsx_records_year ON isms_records (year, filed, id) WHERE NOT draft;
-- Systems and labels in filed order, as participants are kept: a row holds for the record as it
-- is filed, and while isms_record_systems or isms_record_labels says so too. It is written by
-- what is written there, by a previous program as well.
CREATE TABLE IF NOT EXISTS isms_record_facets (
	facet  text COLLATE "C" NOT NULL, -- "system:…", "category:…", "kind:…"
	filed  bigint NOT NULL,
	record text COLLATE "C" NOT NULL,
	PRIMARY KEY (facet, filed, record)
);
INSERT INTO isms_record_facets (facet, filed, record)
	SELECT 'system:' || s.system, r.filed, r.id FROM isms_record_systems AS s JOIN isms_records AS r ON r.id = s.record ON CONFLICT DO NOTHING;
INSERT INTO isms_record_facets (facet, filed, record)
	SELECT l.label, r.filed, r.id FROM isms_record_labels AS l JOIN isms_records AS r ON r.id = l.record ON CONFLICT DO NOTHING;
CREATE OR REPLACE FUNCTION ismsf_record_systems() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	-- Its tables lie in the schema of the one that is written, whatever the search path says.
	EXECUTE format('INSERT INTO %I.isms_record_facets (facet, filed, record) SELECT $1, filed, id FROM %I.isms_records WHERE id = $2 ON CONFLICT DO NOTHING',
		TG_TABLE_SCHEMA, TG_TABLE_SCHEMA) USING 'system:' || new.system, new.record;
	RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION ismsf_record_labels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('INSERT INTO %I.isms_record_facets (facet, filed, record) SELECT $1, filed, id FROM %I.isms_records WHERE id = $2 ON CONFLICT DO NOTHING',
		TG_TABLE_SCHEMA, TG_TABLE_SCHEMA) USING new.label, new.record;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER ismst_record_systems AFTER INSERT ON isms_record_systems FOR EACH ROW EXECUTE FUNCTION ismsf_record_systems();
CREATE OR REPLACE TRIGGER ismst_record_labels AFTER INSERT ON isms_record_labels FOR EACH ROW EXECUTE FUNCTION ismsf_record_labels();
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name text PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO isms_migrations (name, at) VALUES ('011_records_found', now());
