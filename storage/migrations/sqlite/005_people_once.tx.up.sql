-- Who took part in a record is kept once, in the order in which his list reads it. It
-- holds for the record as it is filed; one filed under another time is joined anew.
DROP INDEX IF EXISTS ismsx_record_people_person;
ALTER TABLE isms_record_people RENAME TO isms_record_people_before;
CREATE TABLE isms_record_people (
	person TEXT NOT NULL,
	filed  INTEGER NOT NULL,
	record TEXT NOT NULL,
	PRIMARY KEY (person, filed, record)
) STRICT, WITHOUT ROWID;
INSERT INTO isms_record_people (person, filed, record) SELECT person, filed, record FROM isms_record_people_before;
DROP TABLE isms_record_people_before;
