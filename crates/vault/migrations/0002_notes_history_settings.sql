ALTER TABLE entries ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'; -- a JSON array of strings
ALTER TABLE entries ADD COLUMN icon TEXT;

-- What was done, without secrets.
CREATE TABLE history (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms   INTEGER NOT NULL,
    program TEXT    NOT NULL, -- who did it: window, fob
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL  -- names only
) STRICT;

CREATE TRIGGER history_newest AFTER INSERT ON history
BEGIN
    DELETE FROM history WHERE id <= NEW.id - 10000;
END;

-- Keys that a version does not know are left as they are.
CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
