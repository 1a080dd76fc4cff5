-- Who took part in a record, once and in the order in which his list reads it. It holds
-- for the record as it is filed; one filed under another time is joined anew. What a
-- previous program writes into isms_record_people comes here too; this one writes there
-- no more.
CREATE TABLE IF NOT EXISTS isms_participants (
	person TEXT NOT NULL,
	filed  INTEGER NOT NULL,
	record TEXT NOT NULL,
	PRIMARY KEY (person, filed, record)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO isms_participants (person, filed, record) SELECT person, filed, record FROM isms_record_people;
CREATE TRIGGER IF NOT EXISTS ismst_people_joined AFTER INSERT ON isms_record_people BEGIN
	INSERT OR IGNORE INTO isms_participants (person, filed, record) VALUES (new.person, new.filed, new.record);
END;
CREATE TRIGGER IF NOT EXISTS ismst_people_refiled AFTER UPDATE OF filed ON isms_record_people BEGIN
	INSERT OR IGNORE INTO isms_participants (person, filed, record) VALUES (new.person, new.filed, new.record);
END;
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
INSERT INTO isms_migrations (name, at) VALUES ('005_participants', CAST(strftime('%s', 'now') AS INTEGER) * 1000000);
