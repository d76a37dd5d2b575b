-- The recommendations of a household in the order of their making, and the households of an owner.
CREATE INDEX recommendations_of ON recommendations (household_id, id);
CREATE INDEX households_by_owner ON households (owner_id);
