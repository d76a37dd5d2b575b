-- The row of the same plan under whose name an order went to the broker with others as one; nothing where it went under its own.
ALTER TABLE orders ADD COLUMN sent_under text;
