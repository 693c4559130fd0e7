-- How far the record was when the account of a person was last closed or opened: a command that comes
-- again undoes nothing that was done since, also on the command line, which records no event.

ALTER TABLE people.person ADD COLUMN account_as_of bigint NOT NULL DEFAULT 0;
UPDATE people.person
   SET account_as_of = (SELECT coalesce(max(last_position), 0) FROM ledger.commits);
