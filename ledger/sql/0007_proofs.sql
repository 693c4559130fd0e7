-- Proofs: the tree over the record in tiles, and the checkpoints that were signed over it. They
-- follow the record and are written by the sequencer's role alone; the signer's key and its memory
-- are outside the database.

CREATE SCHEMA proofs;

-- Which ledger this is: by this name the signer keeps a key and a memory for it.
CREATE TABLE proofs.log (
  id      uuid    PRIMARY KEY DEFAULT gen_random_uuid(),
  is_only boolean NOT NULL UNIQUE DEFAULT true CHECK (is_only)
);
INSERT INTO proofs.log DEFAULT VALUES;

-- Up to 256 hashes in a row: of leaves at level 0, of full tiles of the level below at any other.
CREATE TABLE proofs.tile (
  level  smallint NOT NULL CHECK (level >= 0),
  number bigint   NOT NULL CHECK (number >= 0),
  hashes bytea    NOT NULL CHECK (octet_length(hashes) % 32 = 0
                                  AND octet_length(hashes) BETWEEN 32 AND 8192),
  PRIMARY KEY (level, number)
);
ALTER TABLE proofs.tile ALTER COLUMN hashes SET STORAGE EXTERNAL; -- hashes do not compress

CREATE TABLE proofs.checkpoint (
  size      bigint      PRIMARY KEY CHECK (size > 0),
  root      bytea       NOT NULL CHECK (octet_length(root) = 32),
  note      text        NOT NULL,
  key       text        NOT NULL, -- the public key it is signed by, as signed notes write it
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Why nothing is signed any more, where that is so. Told to whoever asks for a proof.
CREATE TABLE proofs.trouble (
  is_only boolean     PRIMARY KEY DEFAULT true CHECK (is_only),
  code    text        NOT NULL,
  detail  text        NOT NULL,
  since   timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION proofs.only_grow() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF (NEW.level, NEW.number) <> (OLD.level, OLD.number)
     OR substring(NEW.hashes FOR octet_length(OLD.hashes)) <> OLD.hashes THEN
    RAISE EXCEPTION 'a tile of proofs.tile only grows' USING ERRCODE = 'OT403';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION proofs.only_onwards() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM proofs.checkpoint c WHERE c.size >= NEW.size) THEN
    RAISE EXCEPTION 'a checkpoint of proofs.checkpoint is larger than those before it'
      USING ERRCODE = 'OT403';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER tiles_only_grow BEFORE UPDATE ON proofs.tile
  FOR EACH ROW EXECUTE FUNCTION proofs.only_grow();
CREATE TRIGGER tiles_are_kept BEFORE DELETE ON proofs.tile
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER tiles_are_not_truncated BEFORE TRUNCATE ON proofs.tile
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER checkpoints_go_onwards BEFORE INSERT ON proofs.checkpoint
  FOR EACH ROW EXECUTE FUNCTION proofs.only_onwards();
CREATE TRIGGER checkpoints_are_immutable BEFORE UPDATE OR DELETE ON proofs.checkpoint
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER checkpoints_are_not_truncated BEFORE TRUNCATE ON proofs.checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER log_is_immutable BEFORE UPDATE OR DELETE ON proofs.log
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER log_is_not_truncated BEFORE TRUNCATE ON proofs.log
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

ALTER TABLE proofs.tile ENABLE ALWAYS TRIGGER tiles_only_grow;
ALTER TABLE proofs.tile ENABLE ALWAYS TRIGGER tiles_are_kept;
ALTER TABLE proofs.tile ENABLE ALWAYS TRIGGER tiles_are_not_truncated;
ALTER TABLE proofs.checkpoint ENABLE ALWAYS TRIGGER checkpoints_go_onwards;
ALTER TABLE proofs.checkpoint ENABLE ALWAYS TRIGGER checkpoints_are_immutable;
ALTER TABLE proofs.checkpoint ENABLE ALWAYS TRIGGER checkpoints_are_not_truncated;
ALTER TABLE proofs.log ENABLE ALWAYS TRIGGER log_is_immutable;
ALTER TABLE proofs.log ENABLE ALWAYS TRIGGER log_is_not_truncated;

DO $$
BEGIN
  BEGIN
    CREATE ROLE outturn_sequencer NOLOGIN;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
  END;
  IF NOT pg_has_role(current_user, 'outturn_sequencer', 'MEMBER') THEN
    EXECUTE format('GRANT outturn_sequencer TO %I', current_user);
  END IF;
END $$;

ALTER SCHEMA proofs OWNER TO outturn_owner;
ALTER TABLE proofs.log OWNER TO outturn_owner;
ALTER TABLE proofs.tile OWNER TO outturn_owner;
ALTER TABLE proofs.checkpoint OWNER TO outturn_owner;
ALTER TABLE proofs.trouble OWNER TO outturn_owner;
ALTER FUNCTION proofs.only_grow() OWNER TO outturn_owner;
ALTER FUNCTION proofs.only_onwards() OWNER TO outturn_owner;
REVOKE ALL ON FUNCTION proofs.only_grow() FROM PUBLIC;
REVOKE ALL ON FUNCTION proofs.only_onwards() FROM PUBLIC;

GRANT USAGE ON SCHEMA ledger, proofs TO outturn_sequencer;
GRANT SELECT ON ledger.ledger_events, ledger.commits TO outturn_sequencer;
GRANT SELECT ON proofs.log TO outturn_sequencer;
GRANT SELECT, INSERT, UPDATE ON proofs.tile TO outturn_sequencer;
GRANT SELECT, INSERT ON proofs.checkpoint TO outturn_sequencer;
GRANT SELECT, INSERT, UPDATE, DELETE ON proofs.trouble TO outturn_sequencer;
GRANT USAGE ON SCHEMA proofs TO outturn_service, outturn_reader;
GRANT SELECT ON proofs.log, proofs.tile, proofs.checkpoint, proofs.trouble
  TO outturn_service, outturn_reader;
