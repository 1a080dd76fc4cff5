CREATE TABLE IF NOT EXISTS refserver_keys (
    name TEXT NOT NULL PRIMARY KEY,
    key  BLOB NOT NULL
) STRICT;
--bun:split
CREATE TABLE IF NOT EXISTS refserver_interrupted (
    id     TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    token  TEXT NOT NULL,
    path   TEXT NOT NULL,
    fields BLOB NOT NULL,
    at     TEXT NOT NULL,
    UNIQUE (person, token)
) STRICT;
--bun:split
CREATE INDEX IF NOT EXISTS refserver_interrupted_at ON refserver_interrupted (at);
