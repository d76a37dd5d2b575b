-- What people typed in of orders that they execute themselves: line by line, never changed. A line is a fill, or that nothing more comes.
CREATE TABLE blotter (
    client_order_id text NOT NULL REFERENCES orders,
    number bigint NOT NULL,
    execution_id text UNIQUE,
    quantity numeric,
    price numeric,
    fees numeric,
    executed_at timestamptz,
    ended text,
    person_id uuid NOT NULL REFERENCES people,
    at timestamptz NOT NULL,
    CHECK ((execution_id IS NULL) <> (ended IS NULL)),
    PRIMARY KEY (client_order_id, number)
);

CREATE INDEX orders_at ON orders (at);
