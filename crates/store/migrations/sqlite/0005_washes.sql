-- Losses that do not count now, and what replaces the shares sold. `disallowed` of the gain is what its rows add up to.
CREATE TABLE washes (
    transaction_id TEXT NOT NULL,
    lot_id TEXT NOT NULL,
    household_id TEXT NOT NULL REFERENCES households,
    replacement TEXT NOT NULL,
    shares TEXT NOT NULL,
    disallowed TEXT NOT NULL,
    treatment TEXT NOT NULL CHECK (treatment IN ('added_to_basis', 'lost_to_retirement', 'lost_to_other_owner')),
    PRIMARY KEY (transaction_id, lot_id, replacement),
    FOREIGN KEY (transaction_id, lot_id) REFERENCES realised_gains
) STRICT;

CREATE INDEX washes_of ON washes (household_id);
