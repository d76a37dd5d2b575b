-- Who may come in. Nothing in these tables can be used to sign in: of a password there is a slow hash, of a token or key its SHA-256.

CREATE TABLE passwords (
    person_id uuid PRIMARY KEY REFERENCES people,
    hash text NOT NULL,
    at timestamptz NOT NULL
);

CREATE TABLE sessions (
    digest bytea PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people,
    begun_at timestamptz NOT NULL,
    idle_until timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    proved_at timestamptz NOT NULL,
    ended_at timestamptz
);

CREATE INDEX sessions_by_person ON sessions (person_id);

CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people,
    label text NOT NULL,
    digest bytea NOT NULL,
    rights text NOT NULL,
    at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    revoked_at timestamptz
);

CREATE INDEX api_keys_by_person ON api_keys (person_id);

-- A role everywhere where no household is named. What was withdrawn stays.
CREATE TABLE grants (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people,
    household_id uuid REFERENCES households,
    role text NOT NULL CHECK (role IN ('investor', 'adviser', 'approver', 'auditor', 'admin')),
    by_id uuid NOT NULL REFERENCES people,
    at timestamptz NOT NULL,
    until timestamptz,
    withdrawn_at timestamptz
);

CREATE INDEX grants_by_person ON grants (person_id);

-- Failed tries to sign in, by SHA-256 of the name that was typed, known or not.
CREATE TABLE sign_in_tries (
    name bytea PRIMARY KEY,
    failed bigint NOT NULL,
    locked_until timestamptz,
    at timestamptz NOT NULL
);

-- What was answered to a request with a key of its sender, so that it can be sent again.
CREATE TABLE answers (
    person_id uuid NOT NULL REFERENCES people,
    key text NOT NULL,
    asked bytea NOT NULL,
    status bigint NOT NULL,
    body text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (person_id, key)
);
