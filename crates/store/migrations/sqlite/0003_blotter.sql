-- What people typed in of orders that they execute themselves: line by line, never changed. A line is a fill, or that nothing more comes.
CREATE TABLE blotter (
    client_order_id TEXT NOT NULL REFERENCES orders,
    number INTEGER NOT NULL,
    execution_id TEXT UNIQUE,
    quantity TEXT,
    price TEXT,
    fees TEXT,
    executed_at INTEGER,
    ended TEXT,
    person_id TEXT NOT NULL REFERENCES people,
    at INTEGER NOT NULL,
    CHECK ((execution_id IS NULL) <> (ended IS NULL)),
    PRIMARY KEY (client_order_id, number)
) STRICT;

CREATE INDEX orders_at ON orders (at);
