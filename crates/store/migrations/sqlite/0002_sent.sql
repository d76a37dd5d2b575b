-- How an order was sent, fixed before it was sent for the first time; nothing while it waits for its turn.
ALTER TABLE orders ADD COLUMN sent_quantity TEXT;
ALTER TABLE orders ADD COLUMN sent_limit TEXT;
ALTER TABLE orders ADD COLUMN sent_at INTEGER;
ALTER TABLE orders ADD COLUMN sent_until INTEGER;

CREATE INDEX orders_sent ON orders (sent_at);
