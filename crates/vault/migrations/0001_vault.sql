-- Instants are Unix time in ms unless the column's name says otherwise. Identifiers are UUIDs, 16 bytes.
-- What a later version may add (kinds, stages) is not constrained here: a CHECK can't be changed in place.

CREATE TABLE entries (
    id           BLOB    NOT NULL PRIMARY KEY,
    position     INTEGER NOT NULL,
    label_key    TEXT    NOT NULL, -- issuer and account in lower case, to find the same label
    issuer       TEXT    NOT NULL,
    account      TEXT    NOT NULL,
    seed         BLOB    NOT NULL,
    algorithm    TEXT    NOT NULL, -- SHA1, SHA256, SHA512
    digits       INTEGER NOT NULL,
    kind         TEXT    NOT NULL, -- totp, hotp, steam
    period_s     INTEGER,
    counter      INTEGER,          -- the 64 bits of RFC 4226's counter, as a signed integer
    favourite    INTEGER NOT NULL DEFAULT 0,
    use_count    INTEGER NOT NULL DEFAULT 0,
    last_used_ms INTEGER,
    created_ms   INTEGER NOT NULL,
    updated_ms   INTEGER NOT NULL,
    deleted_ms   INTEGER           -- in the trash since then
) STRICT;

CREATE INDEX entries_position ON entries (position);
CREATE INDEX entries_label_key ON entries (label_key);
CREATE INDEX entries_seed ON entries (seed);

CREATE TABLE accounts (
    id                      BLOB    NOT NULL PRIMARY KEY,
    deployment              TEXT    NOT NULL,
    user_id                 TEXT    NOT NULL,
    email                   TEXT    NOT NULL,
    display_name            TEXT    NOT NULL,
    entry_id                BLOB    REFERENCES entries (id) ON DELETE SET NULL,
    codes_acknowledged_ms   INTEGER,
    removed                 INTEGER NOT NULL DEFAULT 0, -- out of sight; its recovery codes are kept
    created_ms              INTEGER NOT NULL,
    updated_ms              INTEGER NOT NULL,
    UNIQUE (deployment, user_id)
) STRICT;

CREATE INDEX accounts_entry_id ON accounts (entry_id);

CREATE TABLE tokens (
    account_id   BLOB    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    access       TEXT    NOT NULL,
    refresh      TEXT,
    api_token    TEXT,
    expires_at_s INTEGER NOT NULL -- Unix time in s
) STRICT;

CREATE TABLE enrolments (
    account_id BLOB    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    issuer     TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    seed       BLOB    NOT NULL,
    algorithm  TEXT    NOT NULL,
    digits     INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    period_s   INTEGER,
    counter    INTEGER,
    stage      TEXT    NOT NULL, -- proposed, confirming
    started_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_codes (
    account_id BLOB    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL, -- from 1
    code       TEXT    NOT NULL,
    used_ms    INTEGER,
    PRIMARY KEY (account_id, position)
) STRICT;

CREATE TABLE reminders (
    id         INTEGER NOT NULL PRIMARY KEY,
    account_id BLOB    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    org        TEXT    NOT NULL,
    user_id    TEXT    NOT NULL,
    sent_ms    INTEGER NOT NULL,
    code       INTEGER NOT NULL, -- the platform's answer for this person, like an HTTP status
    message    TEXT    NOT NULL
) STRICT;

CREATE INDEX reminders_org ON reminders (account_id, org, sent_ms);
