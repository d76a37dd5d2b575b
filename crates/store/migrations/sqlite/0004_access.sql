-- Who may come in. Nothing in these tables can be used to sign in: of a password there is a slow hash, of a token or key its SHA-256.

CREATE TABLE passwords (
    person_id TEXT PRIMARY KEY REFERENCES people,
    hash TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    digest BLOB PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people,
    begun_at INTEGER NOT NULL,
    idle_until INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    proved_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;

CREATE INDEX sessions_by_person ON sessions (person_id);

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people,
    label TEXT NOT NULL,
    digest BLOB NOT NULL,
    rights TEXT NOT NULL,
    at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE INDEX api_keys_by_person ON api_keys (person_id);

-- A role everywhere where no household is named. What was withdrawn stays.
CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people,
    household_id TEXT REFERENCES households,
    role TEXT NOT NULL CHECK (role IN ('investor', 'adviser', 'approver', 'auditor', 'admin')),
    by_id TEXT NOT NULL REFERENCES people,
    at INTEGER NOT NULL,
    until INTEGER,
    withdrawn_at INTEGER
) STRICT;

CREATE INDEX grants_by_person ON grants (person_id);

-- Failed tries to sign in, by SHA-256 of the name that was typed, known or not.
CREATE TABLE sign_in_tries (
    name BLOB PRIMARY KEY,
    failed INTEGER NOT NULL,
    locked_until INTEGER,
    at INTEGER NOT NULL
) STRICT;

-- What was answered to a request with a key of its sender, so that it can be sent again.
CREATE TABLE answers (
    person_id TEXT NOT NULL REFERENCES people,
    key TEXT NOT NULL,
    asked BLOB NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (person_id, key)
) STRICT;
