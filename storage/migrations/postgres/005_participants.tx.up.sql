-- Who took part in a record, once and in the order in which his list reads it. It holds
-- for the record as it is filed; one filed under another time is joined anew. What a
-- previous program writes into isms_record_people comes here too; this one writes there
-- no more.
CREATE TABLE IF NOT EXISTS isms_participants (
	person text COLLATE "C" NOT NULL,
	filed  bigint NOT NULL,
	record text COLLATE "C" NOT NULL,
	PRIMARY KEY (person, filed, record)
);
INSERT INTO isms_participants (person, filed, record) SELECT person, filed, record FROM isms_record_people ON CONFLICT DO NOTHING;
CREATE OR REPLACE FUNCTION ismsf_participants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	-- Its table lies in the schema of the one that is written, whatever the search path says.
	EXECUTE format('INSERT INTO %I.isms_participants (person, filed, record) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', TG_TABLE_SCHEMA)
		USING new.person, new.filed, new.record;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER ismst_participants AFTER INSERT OR UPDATE OF filed ON isms_record_people
	FOR EACH ROW EXECUTE FUNCTION ismsf_participants();
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name text PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO isms_migrations (name, at) VALUES ('005_participants', now());
