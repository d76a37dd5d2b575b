-- The books in SQLite. Money and quantities are TEXT in their shortest decimal form, times are microseconds since
-- 1970-01-01T00:00Z, days are `YYYY-MM-DD`, ids are UUIDs in their usual form. What has a twin in ../postgres/ is the same.

-- People and households.

CREATE TABLE people (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    made_at INTEGER NOT NULL
) STRICT;

CREATE TABLE households (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    owner_id TEXT NOT NULL REFERENCES people,
    valid_minutes INTEGER NOT NULL,
    price_move_bps_max TEXT NOT NULL,
    holding_move_bps_max TEXT NOT NULL,
    second_above_usd TEXT,
    second_if_edited INTEGER NOT NULL,
    paused INTEGER NOT NULL,
    version INTEGER NOT NULL,
    portfolio_version INTEGER NOT NULL,
    opened_at INTEGER NOT NULL
) STRICT;

-- A portfolio is never changed; an import, a fill or a new target makes the next version.

CREATE TABLE portfolios (
    id TEXT PRIMARY KEY,
    household_id TEXT NOT NULL REFERENCES households,
    version INTEGER NOT NULL,
    source TEXT NOT NULL,
    document TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (household_id, version)
) STRICT;

CREATE TABLE accounts (
    portfolio_id TEXT NOT NULL REFERENCES portfolios,
    account_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('taxable', 'traditional', 'roth')),
    owner TEXT,
    cash TEXT NOT NULL,
    flow TEXT NOT NULL,
    settled_cash TEXT,
    PRIMARY KEY (portfolio_id, account_id)
) STRICT;

CREATE TABLE holdings (
    portfolio_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    ticker TEXT NOT NULL,
    asset_class TEXT NOT NULL,
    PRIMARY KEY (portfolio_id, account_id, ticker),
    FOREIGN KEY (portfolio_id, account_id) REFERENCES accounts
) STRICT;

CREATE TABLE lots (
    portfolio_id TEXT NOT NULL,
    lot_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    ticker TEXT NOT NULL,
    quantity TEXT NOT NULL,
    acquired TEXT,
    stated_long_term INTEGER,
    basis_per_share TEXT NOT NULL,
    PRIMARY KEY (portfolio_id, lot_id),
    FOREIGN KEY (portfolio_id, account_id, ticker) REFERENCES holdings
) STRICT;

CREATE TABLE targets (
    portfolio_id TEXT NOT NULL REFERENCES portfolios,
    kind TEXT NOT NULL CHECK (kind IN ('class', 'security')),
    name TEXT NOT NULL,
    weight TEXT NOT NULL,
    PRIMARY KEY (portfolio_id, kind, name)
) STRICT;

CREATE TABLE preferences (
    portfolio_id TEXT NOT NULL REFERENCES portfolios,
    line INTEGER NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (portfolio_id, line)
) STRICT;

CREATE TABLE prices (
    ticker TEXT NOT NULL,
    source TEXT NOT NULL,
    as_of INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    price TEXT NOT NULL,
    PRIMARY KEY (ticker, source, as_of, received_at)
) STRICT;

CREATE INDEX prices_newest ON prices (ticker, as_of, received_at);

CREATE TABLE drift (
    household_id TEXT NOT NULL REFERENCES households,
    at INTEGER NOT NULL,
    portfolio_id TEXT NOT NULL REFERENCES portfolios,
    absolute TEXT NOT NULL,
    largest TEXT NOT NULL,
    breaches INTEGER NOT NULL,
    act INTEGER NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (household_id, at)
) STRICT;

-- What was begun, proposed, approved.

CREATE TABLE cycles (
    id TEXT PRIMARY KEY,
    household_id TEXT NOT NULL REFERENCES households,
    portfolio_id TEXT NOT NULL REFERENCES portfolios,
    caused_by TEXT NOT NULL,
    at INTEGER NOT NULL,
    closing TEXT
) STRICT;

CREATE UNIQUE INDEX cycles_one_open ON cycles (household_id) WHERE closing IS NULL;

CREATE TABLE recommendations (
    id TEXT PRIMARY KEY,
    household_id TEXT NOT NULL REFERENCES households,
    cycle_id TEXT NOT NULL UNIQUE REFERENCES cycles,
    state TEXT NOT NULL CHECK (state IN ('Pending_Generation', 'Pending_Validation', 'Validation_Failed',
        'Pending_Approval', 'Approved', 'Rejected', 'Execution_In_Progress', 'Executed_Successfully',
        'Execution_Failed')),
    rejection TEXT CHECK ((rejection IS NULL) = (state <> 'Rejected')),
    version INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    plan_hash TEXT,
    begun_at INTEGER NOT NULL,
    moved_at INTEGER NOT NULL
) STRICT;

CREATE INDEX recommendations_by_state ON recommendations (state, begun_at);

CREATE TABLE offers (
    recommendation_id TEXT NOT NULL REFERENCES recommendations,
    plan_hash TEXT NOT NULL,
    wishes TEXT NOT NULL,
    traded_usd TEXT NOT NULL,
    edited_by TEXT REFERENCES people,
    at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (recommendation_id, plan_hash)
) STRICT;

CREATE TABLE offered_facts (
    recommendation_id TEXT NOT NULL,
    plan_hash TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('price', 'holding')),
    name TEXT NOT NULL,
    amount TEXT NOT NULL,
    PRIMARY KEY (recommendation_id, plan_hash, kind, name),
    FOREIGN KEY (recommendation_id, plan_hash) REFERENCES offers
) STRICT;

CREATE TABLE attempts (
    recommendation_id TEXT NOT NULL REFERENCES recommendations,
    attempt INTEGER NOT NULL,
    portfolio_id TEXT NOT NULL REFERENCES portfolios,
    planner TEXT NOT NULL,
    plan_hash TEXT NOT NULL,
    document TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (recommendation_id, attempt)
) STRICT;

CREATE TABLE trades (
    recommendation_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    line INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('BUY', 'SELL')),
    account_id TEXT NOT NULL,
    ticker TEXT NOT NULL,
    lot_id TEXT,
    quantity TEXT NOT NULL,
    estimated_price TEXT NOT NULL,
    rationale TEXT NOT NULL,
    PRIMARY KEY (recommendation_id, attempt, line),
    FOREIGN KEY (recommendation_id, attempt) REFERENCES attempts
) STRICT;

CREATE TABLE approvals (
    recommendation_id TEXT NOT NULL,
    plan_hash TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES people,
    at INTEGER NOT NULL,
    PRIMARY KEY (recommendation_id, plan_hash, person_id),
    FOREIGN KEY (recommendation_id, plan_hash) REFERENCES offers
) STRICT;

-- What was ordered, filled, booked.

CREATE TABLE orders (
    client_order_id TEXT PRIMARY KEY,
    recommendation_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    line INTEGER NOT NULL,
    broker TEXT NOT NULL,
    account_id TEXT NOT NULL,
    ticker TEXT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('BUY', 'SELL')),
    lot_id TEXT,
    quantity TEXT NOT NULL,
    state TEXT NOT NULL,
    broker_order_id TEXT,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    FOREIGN KEY (recommendation_id, attempt, line) REFERENCES trades
) STRICT;

CREATE INDEX orders_of ON orders (recommendation_id, attempt, line);

CREATE TABLE fills (
    broker TEXT NOT NULL,
    execution_id TEXT NOT NULL,
    client_order_id TEXT NOT NULL REFERENCES orders,
    quantity TEXT NOT NULL,
    price TEXT NOT NULL,
    fees TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (broker, execution_id)
) STRICT;

CREATE INDEX fills_of ON fills (client_order_id);

CREATE TABLE transactions (
    id TEXT PRIMARY KEY,
    household_id TEXT NOT NULL REFERENCES households,
    account_id TEXT NOT NULL,
    date TEXT NOT NULL,
    action TEXT NOT NULL,
    ticker TEXT,
    lot_id TEXT,
    quantity TEXT NOT NULL,
    price TEXT NOT NULL,
    fees TEXT NOT NULL,
    cash TEXT NOT NULL,
    broker TEXT,
    execution_id TEXT,
    UNIQUE (broker, execution_id),
    FOREIGN KEY (broker, execution_id) REFERENCES fills
) STRICT;

CREATE INDEX transactions_of ON transactions (household_id, id);

CREATE TABLE realised_gains (
    transaction_id TEXT NOT NULL REFERENCES transactions,
    lot_id TEXT NOT NULL,
    household_id TEXT NOT NULL REFERENCES households,
    acquired TEXT,
    sold TEXT NOT NULL,
    quantity TEXT NOT NULL,
    proceeds TEXT NOT NULL,
    basis TEXT NOT NULL,
    gain TEXT NOT NULL,
    long_term INTEGER NOT NULL,
    disallowed TEXT NOT NULL,
    PRIMARY KEY (transaction_id, lot_id)
) STRICT;

CREATE INDEX realised_gains_of ON realised_gains (household_id, sold);

CREATE TABLE settings (
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (scope, name)
) STRICT;

-- Events and turns. An outgoing event waits until it is settled or laid aside; `number` is the order of writing.

CREATE TABLE outbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    topic TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    payload TEXT NOT NULL,
    at INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    claimed_by TEXT,
    claimed_until INTEGER,
    token INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    settled_at INTEGER,
    laid_aside_at INTEGER,
    trouble TEXT
) STRICT;

CREATE INDEX outbox_waiting ON outbox (topic, number) WHERE settled_at IS NULL AND laid_aside_at IS NULL;
CREATE INDEX outbox_by_key ON outbox (topic, sort_key, number) WHERE settled_at IS NULL AND laid_aside_at IS NULL;

CREATE TABLE inbox (
    consumer TEXT NOT NULL,
    event TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (consumer, event)
) STRICT;

CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    token INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;

-- The audit log. Its head is where the next record goes; all else of it is only ever added to.

CREATE TABLE audit_head (
    place INTEGER PRIMARY KEY CHECK (place = 1),
    size INTEGER NOT NULL
) STRICT;

INSERT INTO audit_head (place, size) VALUES (1, 0);

CREATE TABLE audit_records (
    sequence INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    key_id BLOB NOT NULL,
    subject_tag BLOB NOT NULL,
    household_commitment BLOB NOT NULL,
    subject_commitment BLOB NOT NULL,
    actor_commitment BLOB NOT NULL,
    original_commitment BLOB NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE INDEX audit_records_of ON audit_records (key_id, subject_tag);

CREATE TABLE audit_nodes (
    level INTEGER NOT NULL,
    place INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, place)
) STRICT;

CREATE TABLE audit_checkpoints (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- Keys of households, wrapped. Destroying one erases what the household's records say; the records stay.

CREATE TABLE audit_keys (
    household TEXT PRIMARY KEY,
    key_id BLOB NOT NULL UNIQUE,
    wrapped BLOB NOT NULL
) STRICT;

CREATE TRIGGER audit_records_no_update BEFORE UPDATE ON audit_records
BEGIN
    SELECT RAISE(ABORT, 'the audit log can only be added to: UPDATE on audit_records');
END;

CREATE TRIGGER audit_records_no_delete BEFORE DELETE ON audit_records
BEGIN
    SELECT RAISE(ABORT, 'the audit log can only be added to: DELETE on audit_records');
END;

CREATE TRIGGER audit_nodes_no_update BEFORE UPDATE ON audit_nodes
BEGIN
    SELECT RAISE(ABORT, 'the audit log can only be added to: UPDATE on audit_nodes');
END;

CREATE TRIGGER audit_nodes_no_delete BEFORE DELETE ON audit_nodes
BEGIN
    SELECT RAISE(ABORT, 'the audit log can only be added to: DELETE on audit_nodes');
END;

CREATE TRIGGER audit_checkpoints_no_update BEFORE UPDATE ON audit_checkpoints
BEGIN
    SELECT RAISE(ABORT, 'the audit log can only be added to: UPDATE on audit_checkpoints');
END;

CREATE TRIGGER audit_checkpoints_no_delete BEFORE DELETE ON audit_checkpoints
BEGIN
    SELECT RAISE(ABORT, 'the audit log can only be added to: DELETE on audit_checkpoints');
END;

CREATE TRIGGER audit_records_no_replacement BEFORE INSERT ON audit_records WHEN EXISTS (SELECT 1 FROM audit_records WHERE sequence = NEW.sequence)
BEGIN
    SELECT RAISE(ABORT, 'the audit log can only be added to: REPLACE on audit_records');
END;

CREATE TRIGGER audit_nodes_no_replacement BEFORE INSERT ON audit_nodes WHEN EXISTS (SELECT 1 FROM audit_nodes WHERE level = NEW.level AND place = NEW.place)
BEGIN
    SELECT RAISE(ABORT, 'the audit log can only be added to: REPLACE on audit_nodes');
END;

CREATE TRIGGER audit_checkpoints_no_replacement BEFORE INSERT ON audit_checkpoints WHEN EXISTS (SELECT 1 FROM audit_checkpoints WHERE size = NEW.size)
BEGIN
    SELECT RAISE(ABORT, 'the audit log can only be added to: REPLACE on audit_checkpoints');
END;
