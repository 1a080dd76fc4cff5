CREATE TABLE IF NOT EXISTS refserver_accounts (
    login        TEXT    NOT NULL PRIMARY KEY,
    person       TEXT    NOT NULL,
    hash         TEXT    NOT NULL,
    must_change  INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    epoch        INTEGER NOT NULL,
    created_at   TEXT    NOT NULL,
    password_at  TEXT    NOT NULL,
    signed_in_at TEXT,
    disabled_at  TEXT
) STRICT;
--bun:split
CREATE INDEX IF NOT EXISTS refserver_accounts_person ON refserver_accounts (person);
--bun:split
CREATE TABLE IF NOT EXISTS refserver_attempts (
    login_key TEXT    NOT NULL PRIMARY KEY,
    failures  INTEGER NOT NULL,
    last_at   TEXT    NOT NULL
) STRICT;
--bun:split
CREATE TABLE IF NOT EXISTS refserver_sessions (
    token      TEXT    NOT NULL PRIMARY KEY,
    data       BLOB    NOT NULL,
    expires_at TEXT    NOT NULL,
    ended      INTEGER NOT NULL CHECK (ended IN (0, 1))
) STRICT;
--bun:split
CREATE INDEX IF NOT EXISTS refserver_sessions_expiry ON refserver_sessions (expires_at);
--bun:split
CREATE TABLE IF NOT EXISTS refserver_tokens (
    id           TEXT    NOT NULL PRIMARY KEY,
    hash         TEXT    NOT NULL UNIQUE,
    login        TEXT    NOT NULL REFERENCES refserver_accounts (login),
    person       TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    can_read     INTEGER NOT NULL CHECK (can_read IN (0, 1)),
    can_write    INTEGER NOT NULL CHECK (can_write IN (0, 1)),
    created_at   TEXT    NOT NULL,
    expires_at   TEXT    NOT NULL,
    last_used_at TEXT,
    revoked_at   TEXT
) STRICT;
--bun:split
CREATE INDEX IF NOT EXISTS refserver_tokens_person ON refserver_tokens (person, created_at);
--bun:split
CREATE TABLE IF NOT EXISTS refserver_clock (
    id        INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    offset_us INTEGER NOT NULL CHECK (offset_us >= 0)
) STRICT;
--bun:split
INSERT INTO refserver_clock (id, offset_us) VALUES (1, 0) ON CONFLICT DO NOTHING;
