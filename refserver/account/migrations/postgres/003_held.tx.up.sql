CREATE TABLE IF NOT EXISTS refserver_held (
    person  text        NOT NULL,
    case_id text        NOT NULL,
    task    text        NOT NULL,
    fields  bytea       NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (person, case_id, task)
);
--bun:split
CREATE INDEX IF NOT EXISTS refserver_held_at ON refserver_held (at);
