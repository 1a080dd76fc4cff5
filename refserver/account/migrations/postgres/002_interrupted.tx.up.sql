CREATE TABLE IF NOT EXISTS refserver_keys (
    name text  NOT NULL PRIMARY KEY,
    key  bytea NOT NULL
);
--bun:split
CREATE TABLE IF NOT EXISTS refserver_interrupted (
    id     text        NOT NULL PRIMARY KEY,
    person text        NOT NULL,
    token  text        NOT NULL,
    path   text        NOT NULL,
    fields bytea       NOT NULL,
    at     timestamptz NOT NULL,
    UNIQUE (person, token)
);
--bun:split
CREATE INDEX IF NOT EXISTS refserver_interrupted_at ON refserver_interrupted (at);
