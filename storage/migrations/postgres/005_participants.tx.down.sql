-- Before a previous program is started on this schema again: whom this one joined to a
-- record goes where that one looks.
INSERT INTO isms_record_people (record, person, filed)
	SELECT p.record, p.person, p.filed FROM isms_participants AS p JOIN isms_records AS r ON r.id = p.record AND r.filed = p.filed
	ON CONFLICT (record, person) DO UPDATE SET filed = excluded.filed WHERE isms_record_people.filed <> excluded.filed;
