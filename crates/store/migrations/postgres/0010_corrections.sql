-- The fill that a line of the blotter corrects: its name. What has a twin in ../sqlite/ is the same.
ALTER TABLE blotter ADD COLUMN corrects text;

CREATE UNIQUE INDEX blotter_corrects ON blotter (corrects);
