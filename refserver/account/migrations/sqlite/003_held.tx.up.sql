CREATE TABLE IF NOT EXISTS refserver_held (
    person  TEXT NOT NULL,
    case_id TEXT NOT NULL,
    task    TEXT NOT NULL,
    fields  BLOB NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (person, case_id, task)
) STRICT;
--bun:split
CREATE INDEX IF NOT EXISTS refserver_held_at ON refserver_held (at);
