-- How an order was sent, fixed before it was sent for the first time; nothing while it waits for its turn.
ALTER TABLE orders ADD COLUMN sent_quantity numeric;
ALTER TABLE orders ADD COLUMN sent_limit numeric;
ALTER TABLE orders ADD COLUMN sent_at timestamptz;
ALTER TABLE orders ADD COLUMN sent_until timestamptz;

CREATE INDEX orders_sent ON orders (sent_at);
