-- Where signed events were lost with what a backup did not hold, or the signer was lost, nothing can
-- be signed any more under the log's name. The same record and tree go on under another log: with
-- another name, key and memory. What the former one signed stays.

ALTER TABLE proofs.log
  DROP COLUMN is_only,
  ADD COLUMN number   integer NOT NULL DEFAULT 1 UNIQUE CHECK (number > 0), -- the last is in use
  ADD COLUMN begun_at timestamptz,                                          -- null of the first
  ADD COLUMN because  text CHECK (because IN ('events-lost', 'signer-lost')),
  ADD COLUMN agreed   bigint, -- how many events of those that the former log signed are there
  ADD COLUMN signed   bigint, -- how many it had signed, where its signer is there to tell
  ADD COLUMN head     bigint, -- how many events there were when this one was begun
  ADD CHECK (number = 1 OR (begun_at IS NOT NULL AND because IS NOT NULL AND agreed IS NOT NULL));
ALTER TABLE proofs.log ALTER COLUMN number DROP DEFAULT;

ALTER TABLE proofs.checkpoint
  ADD COLUMN log integer NOT NULL DEFAULT 1 REFERENCES proofs.log (number),
  DROP CONSTRAINT checkpoint_pkey,
  ADD PRIMARY KEY (log, size);
ALTER TABLE proofs.checkpoint ALTER COLUMN log DROP DEFAULT;

-- The first of another log signs what the tree holds already, which the former log signed last.
CREATE OR REPLACE FUNCTION proofs.only_onwards() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM proofs.checkpoint c WHERE c.size > NEW.size OR c.log > NEW.log
             OR (c.size = NEW.size AND c.log >= NEW.log)) THEN
    RAISE EXCEPTION 'a checkpoint of proofs.checkpoint is larger than those before it'
      USING ERRCODE = 'OT403';
  END IF;
  RETURN NEW;
END $$;
