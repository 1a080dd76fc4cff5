-- A previous program reads isms_record_people: while it runs beside this one, and should
-- one go back to it, whom this one joins is to be found there too. And whom the previous
-- one joined while 005 copied, before its trigger stood, comes over now.
CREATE OR REPLACE FUNCTION ismsf_record_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('INSERT INTO %I.isms_record_people (record, person, filed) VALUES ($1, $2, $3)
		ON CONFLICT (record, person) DO UPDATE SET filed = excluded.filed', TG_TABLE_SCHEMA)
		USING new.record, new.person, new.filed;
	RETURN NULL;
END $$;
-- Neither answers the other.
CREATE OR REPLACE TRIGGER ismst_record_people AFTER INSERT ON isms_participants
	FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ismsf_record_people();
CREATE OR REPLACE TRIGGER ismst_participants AFTER INSERT OR UPDATE OF filed ON isms_record_people
	FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ismsf_participants();
INSERT INTO isms_participants (person, filed, record) SELECT person, filed, record FROM isms_record_people ON CONFLICT DO NOTHING;
INSERT INTO isms_record_people (record, person, filed)
	SELECT p.record, p.person, p.filed FROM isms_participants AS p JOIN isms_records AS r ON r.id = p.record AND r.filed = p.filed
	ON CONFLICT (record, person) DO UPDATE SET filed = excluded.filed WHERE isms_record_people.filed <> excluded.filed;
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name text PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO isms_migrations (name, at) VALUES ('006_participants_both', now());
