CREATE TABLE IF NOT EXISTS refserver_key_digests (
    name   TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    since  TEXT NOT NULL
) STRICT;
