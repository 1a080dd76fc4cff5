CREATE TABLE refserver_keys (
    name TEXT NOT NULL PRIMARY KEY,
    key  BLOB NOT NULL
) STRICT;
--bun:split
CREATE TABLE refserver_interrupted (
    id     TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    token  TEXT NOT NULL,
    path   TEXT NOT NULL,
    fields BLOB NOT NULL,
    at     TEXT NOT NULL,
    UNIQUE (person, token)
) STRICT;
--bun:split
CREATE INDEX refserver_interrupted_at ON refserver_interrupted (at);
