-- Who took part in a record is kept once, in the order in which his list reads it. It
-- holds for the record as it is filed; one filed under another time is joined anew.
ALTER TABLE isms_record_people DROP CONSTRAINT isms_record_people_pkey;
ALTER TABLE isms_record_people ADD PRIMARY KEY (person, filed, record);
DROP INDEX IF EXISTS ismsx_record_people_person;
