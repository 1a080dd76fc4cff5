CREATE TABLE IF NOT EXISTS refserver_accounts (
    login        text NOT NULL PRIMARY KEY,
    person       text NOT NULL,
    hash         text NOT NULL,
    must_change  boolean NOT NULL,
    epoch        bigint NOT NULL,
    created_at   timestamptz NOT NULL,
    password_at  timestamptz NOT NULL,
    signed_in_at timestamptz,
    disabled_at  timestamptz
);
--bun:split
CREATE INDEX IF NOT EXISTS refserver_accounts_person ON refserver_accounts (person);
--bun:split
CREATE TABLE IF NOT EXISTS refserver_attempts (
    login_key text NOT NULL PRIMARY KEY,
    failures  integer NOT NULL,
    last_at   timestamptz NOT NULL
);
--bun:split
CREATE TABLE IF NOT EXISTS refserver_sessions (
    token      text NOT NULL PRIMARY KEY,
    data       bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    ended      boolean NOT NULL
);
--bun:split
CREATE INDEX IF NOT EXISTS refserver_sessions_expiry ON refserver_sessions (expires_at);
--bun:split
CREATE TABLE IF NOT EXISTS refserver_tokens (
    id           text NOT NULL PRIMARY KEY,
    hash         text NOT NULL UNIQUE,
    login        text NOT NULL REFERENCES refserver_accounts (login),
    person       text NOT NULL,
    name         text NOT NULL,
    can_read     boolean NOT NULL,
    can_write    boolean NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
--bun:split
CREATE INDEX IF NOT EXISTS refserver_tokens_person ON refserver_tokens (person, created_at);
--bun:split
CREATE TABLE IF NOT EXISTS refserver_clock (
    id        integer NOT NULL PRIMARY KEY CHECK (id = 1),
    offset_us bigint NOT NULL CHECK (offset_us >= 0)
);
--bun:split
INSERT INTO refserver_clock (id, offset_us) VALUES (1, 0) ON CONFLICT DO NOTHING;
