CREATE TABLE IF NOT EXISTS refserver_key_digests (
    name   text        PRIMARY KEY,
    digest text        NOT NULL,
    since  timestamptz NOT NULL
);
