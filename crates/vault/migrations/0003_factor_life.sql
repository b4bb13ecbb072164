-- What the platform said last of an account. It is asked again, so no backup is made for its sake.
CREATE TABLE account_status (
    account_id BLOB    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    mfa        INTEGER,          -- 1: on; 0: off; nothing: it did not say
    checked_ms INTEGER NOT NULL,
    skew_s     INTEGER           -- how far its clock was ahead of this computer's
) STRICT;

-- MFA that is being turned off from here.
CREATE TABLE withdrawals (
    account_id BLOB    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    moving     INTEGER NOT NULL, -- 1: a new secret follows
    stage      TEXT    NOT NULL, -- asking, withdrawn
    started_ms INTEGER NOT NULL
) STRICT;

ALTER TABLE accounts ADD COLUMN factor_proven_ms INTEGER;  -- when the platform accepted the entry's secret
ALTER TABLE accounts ADD COLUMN codes_asked_ms INTEGER;    -- a new set was asked for and no answer kept
ALTER TABLE accounts ADD COLUMN codes_dead_ms INTEGER;     -- the set kept is known not to work since then
ALTER TABLE accounts ADD COLUMN clock_correction_s INTEGER NOT NULL DEFAULT 0; -- added to the time of its codes

ALTER TABLE enrolments ADD COLUMN elsewhere INTEGER NOT NULL DEFAULT 0; -- 1: another app makes the codes
