-- The books in PostgreSQL. Money and quantities are numeric without a bound, so they keep every digit. What has a twin in
-- ../sqlite/ is the same.

-- People and households.

CREATE TABLE people (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    made_at timestamptz NOT NULL
);

CREATE TABLE households (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    owner_id uuid NOT NULL REFERENCES people,
    valid_minutes bigint NOT NULL,
    price_move_bps_max numeric NOT NULL,
    holding_move_bps_max numeric NOT NULL,
    second_above_usd numeric,
    second_if_edited boolean NOT NULL,
    paused boolean NOT NULL,
    version bigint NOT NULL,
    portfolio_version bigint NOT NULL,
    opened_at timestamptz NOT NULL
);

-- A portfolio is never changed; an import, a fill or a new target makes the next version.

CREATE TABLE portfolios (
    id uuid PRIMARY KEY,
    household_id uuid NOT NULL REFERENCES households,
    version bigint NOT NULL,
    source text NOT NULL,
    document text NOT NULL,
    at timestamptz NOT NULL,
    UNIQUE (household_id, version)
);

CREATE TABLE accounts (
    portfolio_id uuid NOT NULL REFERENCES portfolios,
    account_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('taxable', 'traditional', 'roth')),
    owner text,
    cash numeric NOT NULL,
    flow numeric NOT NULL,
    settled_cash numeric,
    PRIMARY KEY (portfolio_id, account_id)
);

CREATE TABLE holdings (
    portfolio_id uuid NOT NULL,
    account_id text NOT NULL,
    ticker text NOT NULL,
    asset_class text NOT NULL,
    PRIMARY KEY (portfolio_id, account_id, ticker),
    FOREIGN KEY (portfolio_id, account_id) REFERENCES accounts
);

CREATE TABLE lots (
    portfolio_id uuid NOT NULL,
    lot_id text NOT NULL,
    account_id text NOT NULL,
    ticker text NOT NULL,
    quantity numeric NOT NULL,
    acquired date,
    stated_long_term boolean,
    basis_per_share numeric NOT NULL,
    PRIMARY KEY (portfolio_id, lot_id),
    FOREIGN KEY (portfolio_id, account_id, ticker) REFERENCES holdings
);

CREATE TABLE targets (
    portfolio_id uuid NOT NULL REFERENCES portfolios,
    kind text NOT NULL CHECK (kind IN ('class', 'security')),
    name text NOT NULL,
    weight numeric NOT NULL,
    PRIMARY KEY (portfolio_id, kind, name)
);

CREATE TABLE preferences (
    portfolio_id uuid NOT NULL REFERENCES portfolios,
    line bigint NOT NULL,
    token text NOT NULL,
    PRIMARY KEY (portfolio_id, line)
);

CREATE TABLE prices (
    ticker text NOT NULL,
    source text NOT NULL,
    as_of timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    price numeric NOT NULL,
    PRIMARY KEY (ticker, source, as_of, received_at)
);

CREATE INDEX prices_newest ON prices (ticker, as_of, received_at);

CREATE TABLE drift (
    household_id uuid NOT NULL REFERENCES households,
    at timestamptz NOT NULL,
    portfolio_id uuid NOT NULL REFERENCES portfolios,
    absolute numeric NOT NULL,
    largest numeric NOT NULL,
    breaches bigint NOT NULL,
    act boolean NOT NULL,
    why text NOT NULL,
    PRIMARY KEY (household_id, at)
);

-- What was begun, proposed, approved.

CREATE TABLE cycles (
    id uuid PRIMARY KEY,
    household_id uuid NOT NULL REFERENCES households,
    portfolio_id uuid NOT NULL REFERENCES portfolios,
    caused_by text NOT NULL,
    at timestamptz NOT NULL,
    closing text
);

CREATE UNIQUE INDEX cycles_one_open ON cycles (household_id) WHERE closing IS NULL;

CREATE TABLE recommendations (
    id uuid PRIMARY KEY,
    household_id uuid NOT NULL REFERENCES households,
    cycle_id uuid NOT NULL UNIQUE REFERENCES cycles,
    state text NOT NULL CHECK (state IN ('Pending_Generation', 'Pending_Validation', 'Validation_Failed',
        'Pending_Approval', 'Approved', 'Rejected', 'Execution_In_Progress', 'Executed_Successfully',
        'Execution_Failed')),
    rejection text CHECK ((rejection IS NULL) = (state <> 'Rejected')),
    version bigint NOT NULL,
    attempt bigint NOT NULL,
    plan_hash text,
    begun_at timestamptz NOT NULL,
    moved_at timestamptz NOT NULL
);

CREATE INDEX recommendations_by_state ON recommendations (state, begun_at);

CREATE TABLE offers (
    recommendation_id uuid NOT NULL REFERENCES recommendations,
    plan_hash text NOT NULL,
    wishes text NOT NULL,
    traded_usd numeric NOT NULL,
    edited_by uuid REFERENCES people,
    at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (recommendation_id, plan_hash)
);

CREATE TABLE offered_facts (
    recommendation_id uuid NOT NULL,
    plan_hash text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('price', 'holding')),
    name text NOT NULL,
    amount numeric NOT NULL,
    PRIMARY KEY (recommendation_id, plan_hash, kind, name),
    FOREIGN KEY (recommendation_id, plan_hash) REFERENCES offers
);

CREATE TABLE attempts (
    recommendation_id uuid NOT NULL REFERENCES recommendations,
    attempt bigint NOT NULL,
    portfolio_id uuid NOT NULL REFERENCES portfolios,
    planner text NOT NULL,
    plan_hash text NOT NULL,
    document text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (recommendation_id, attempt)
);

CREATE TABLE trades (
    recommendation_id uuid NOT NULL,
    attempt bigint NOT NULL,
    line bigint NOT NULL,
    action text NOT NULL CHECK (action IN ('BUY', 'SELL')),
    account_id text NOT NULL,
    ticker text NOT NULL,
    lot_id text,
    quantity numeric NOT NULL,
    estimated_price numeric NOT NULL,
    rationale text NOT NULL,
    PRIMARY KEY (recommendation_id, attempt, line),
    FOREIGN KEY (recommendation_id, attempt) REFERENCES attempts
);

CREATE TABLE approvals (
    recommendation_id uuid NOT NULL,
    plan_hash text NOT NULL,
    person_id uuid NOT NULL REFERENCES people,
    at timestamptz NOT NULL,
    PRIMARY KEY (recommendation_id, plan_hash, person_id),
    FOREIGN KEY (recommendation_id, plan_hash) REFERENCES offers
);

-- What was ordered, filled, booked.

CREATE TABLE orders (
    client_order_id text PRIMARY KEY,
    recommendation_id uuid NOT NULL,
    attempt bigint NOT NULL,
    line bigint NOT NULL,
    broker text NOT NULL,
    account_id text NOT NULL,
    ticker text NOT NULL,
    side text NOT NULL CHECK (side IN ('BUY', 'SELL')),
    lot_id text,
    quantity numeric NOT NULL,
    state text NOT NULL,
    broker_order_id text,
    version bigint NOT NULL,
    at timestamptz NOT NULL,
    FOREIGN KEY (recommendation_id, attempt, line) REFERENCES trades
);

CREATE INDEX orders_of ON orders (recommendation_id, attempt, line);

CREATE TABLE fills (
    broker text NOT NULL,
    execution_id text NOT NULL,
    client_order_id text NOT NULL REFERENCES orders,
    quantity numeric NOT NULL,
    price numeric NOT NULL,
    fees numeric NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (broker, execution_id)
);

CREATE INDEX fills_of ON fills (client_order_id);

CREATE TABLE transactions (
    id uuid PRIMARY KEY,
    household_id uuid NOT NULL REFERENCES households,
    account_id text NOT NULL,
    date date NOT NULL,
    action text NOT NULL,
    ticker text,
    lot_id text,
    quantity numeric NOT NULL,
    price numeric NOT NULL,
    fees numeric NOT NULL,
    cash numeric NOT NULL,
    broker text,
    execution_id text,
    UNIQUE (broker, execution_id),
    FOREIGN KEY (broker, execution_id) REFERENCES fills
);

CREATE INDEX transactions_of ON transactions (household_id, id);

CREATE TABLE realised_gains (
    transaction_id uuid NOT NULL REFERENCES transactions,
    lot_id text NOT NULL,
    household_id uuid NOT NULL REFERENCES households,
    acquired date,
    sold date NOT NULL,
    quantity numeric NOT NULL,
    proceeds numeric NOT NULL,
    basis numeric NOT NULL,
    gain numeric NOT NULL,
    long_term boolean NOT NULL,
    disallowed numeric NOT NULL,
    PRIMARY KEY (transaction_id, lot_id)
);

CREATE INDEX realised_gains_of ON realised_gains (household_id, sold);

CREATE TABLE settings (
    scope text NOT NULL,
    name text NOT NULL,
    value text NOT NULL,
    version bigint NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (scope, name)
);

-- Events and turns. An outgoing event waits until it is settled or laid aside; `number` is the order of writing.

CREATE TABLE outbox (
    number bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    topic text NOT NULL,
    sort_key text NOT NULL,
    payload text NOT NULL,
    at timestamptz NOT NULL,
    not_before timestamptz NOT NULL,
    claimed_by text,
    claimed_until timestamptz,
    token bigint NOT NULL,
    tries bigint NOT NULL,
    settled_at timestamptz,
    laid_aside_at timestamptz,
    trouble text
);

CREATE INDEX outbox_waiting ON outbox (topic, number) WHERE settled_at IS NULL AND laid_aside_at IS NULL;
CREATE INDEX outbox_by_key ON outbox (topic, sort_key, number) WHERE settled_at IS NULL AND laid_aside_at IS NULL;

CREATE TABLE inbox (
    consumer text NOT NULL,
    event text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (consumer, event)
);

CREATE TABLE leases (
    name text PRIMARY KEY,
    owner text NOT NULL,
    token bigint NOT NULL,
    until timestamptz NOT NULL
);

-- The audit log. Its head is where the next record goes; all else of it is only ever added to.

CREATE TABLE audit_head (
    place bigint PRIMARY KEY CHECK (place = 1),
    size bigint NOT NULL
);

INSERT INTO audit_head (place, size) VALUES (1, 0);

CREATE TABLE audit_records (
    sequence bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    key_id bytea NOT NULL,
    subject_tag bytea NOT NULL,
    household_commitment bytea NOT NULL,
    subject_commitment bytea NOT NULL,
    actor_commitment bytea NOT NULL,
    original_commitment bytea NOT NULL,
    sealed bytea NOT NULL
);

CREATE INDEX audit_records_of ON audit_records (key_id, subject_tag);

CREATE TABLE audit_nodes (
    level bigint NOT NULL,
    place bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (level, place)
);

CREATE TABLE audit_checkpoints (
    size bigint PRIMARY KEY,
    note text NOT NULL,
    at timestamptz NOT NULL
);

-- Keys of households, wrapped. Destroying one erases what the household's records say; the records stay.

CREATE TABLE audit_keys (
    household text PRIMARY KEY,
    key_id bytea NOT NULL UNIQUE,
    wrapped bytea NOT NULL
);

CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log can only be added to: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'EQ001';
END;
$$;

CREATE TRIGGER audit_records_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_records
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();

CREATE TRIGGER audit_nodes_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_nodes
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();

CREATE TRIGGER audit_checkpoints_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
