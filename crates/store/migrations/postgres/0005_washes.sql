-- Losses that do not count now, and what replaces the shares sold. `disallowed` of the gain is what its rows add up to.
CREATE TABLE washes (
    transaction_id uuid NOT NULL,
    lot_id text NOT NULL,
    household_id uuid NOT NULL REFERENCES households,
    replacement text NOT NULL,
    shares numeric NOT NULL,
    disallowed numeric NOT NULL,
    treatment text NOT NULL CHECK (treatment IN ('added_to_basis', 'lost_to_retirement', 'lost_to_other_owner')),
    PRIMARY KEY (transaction_id, lot_id, replacement),
    FOREIGN KEY (transaction_id, lot_id) REFERENCES realised_gains
);

CREATE INDEX washes_of ON washes (household_id);
