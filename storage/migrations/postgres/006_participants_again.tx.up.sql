-- Whom a previous program joined while 005 copied, before its trigger stood, comes over
-- now. The way back is 005_participants.tx.down.sql.
INSERT INTO isms_participants (person, filed, record) SELECT person, filed, record FROM isms_record_people ON CONFLICT DO NOTHING;
-- Run by hand, the step notes itself.
CREATE TABLE IF NOT EXISTS isms_migrations (name text PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO isms_migrations (name, at) VALUES ('006_participants_again', now());
