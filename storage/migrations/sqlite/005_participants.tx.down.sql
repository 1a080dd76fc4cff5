-- Before a previous program is started on this file again: whom this one joined to a
-- record goes where that one looks.
UPDATE isms_record_people SET filed = r.filed FROM isms_records AS r
	WHERE r.id = isms_record_people.record AND r.filed <> isms_record_people.filed
	AND EXISTS (SELECT 1 FROM isms_participants AS p WHERE p.person = isms_record_people.person AND p.filed = r.filed AND p.record = r.id);
INSERT OR IGNORE INTO isms_record_people (record, person, filed)
	SELECT p.record, p.person, p.filed FROM isms_participants AS p JOIN isms_records AS r ON r.id = p.record AND r.filed = p.filed;
