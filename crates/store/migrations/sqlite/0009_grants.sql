-- The roles that reach a household: who may approve its plans.
CREATE INDEX grants_by_household ON grants (household_id);
