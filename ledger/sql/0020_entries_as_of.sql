-- How far the record was when the entry of a person was last set: a command that comes again sets no
-- entry back that was set since.

ALTER TABLE people.person ADD COLUMN as_of bigint NOT NULL DEFAULT 0;
UPDATE people.person SET as_of = (SELECT coalesce(max(last_position), 0) FROM ledger.commits);
