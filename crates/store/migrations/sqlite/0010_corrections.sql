-- The fill that a line of the blotter corrects: its name. What has a twin in ../postgres/ is the same.
ALTER TABLE blotter ADD COLUMN corrects TEXT;

CREATE UNIQUE INDEX blotter_corrects ON blotter (corrects);
