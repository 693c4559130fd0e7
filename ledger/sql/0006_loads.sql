-- Files that were loaded, as they came, and what became of their rows: evidence beside the record,
-- which holds their digests. Pieces, because a value of the database has at most a gigabyte and a
-- process should never hold one.

CREATE SCHEMA loads;

CREATE TABLE loads.file (
  load    uuid        PRIMARY KEY,
  bytes   bigint      NOT NULL CHECK (bytes >= 0),
  mapping text        NOT NULL, -- the mapping file it is read by, "" for none
  kept_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE loads.piece (
  load    uuid    NOT NULL REFERENCES loads.file (load) ON DELETE CASCADE
                           DEFERRABLE, -- its row comes last, when the size is known
  number  integer NOT NULL CHECK (number >= 0),
  content bytea   NOT NULL,
  PRIMARY KEY (load, number)
);
ALTER TABLE loads.piece ALTER COLUMN content SET STORAGE EXTERNAL; -- compressing costs more than it saves

-- What a check found, row by row. A load that is checked again keeps both.
CREATE TABLE loads.report (
  load    uuid  NOT NULL REFERENCES loads.file (load) ON DELETE CASCADE,
  sha256  bytea NOT NULL CHECK (octet_length(sha256) = 32),
  content bytea NOT NULL,
  PRIMARY KEY (load, sha256)
);
ALTER TABLE loads.report ALTER COLUMN content SET STORAGE EXTERNAL; -- it is compressed already

-- What is still to be done, and how far it is. Only a list of errands: were it lost, no fact would
-- be. A worker that has taken one up holds an advisory lock on it, which ends with its connection.
CREATE TABLE loads.work (
  load      uuid        PRIMARY KEY REFERENCES loads.file (load) ON DELETE CASCADE,
  errand    bytea       NOT NULL,
  asked_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  taken_up  integer     NOT NULL DEFAULT 0, -- how often; a file that kills its reader is given up
  progress  integer     NOT NULL DEFAULT 0  -- per cent
);
CREATE INDEX work_in_order ON loads.work (asked_at);

-- Evidence is only added to. What was never judged, a file that was refused or whose sender went
-- away, may be dropped: nothing in the record relies on it.
CREATE FUNCTION loads.refuse_dropping_evidence() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT FROM ledger.ledger_events e
              WHERE e.originator_id = OLD.load AND e.topic = 'load-checked') THEN
    RAISE EXCEPTION 'DELETE on loads.% is refused: the load was judged by it', TG_TABLE_NAME
      USING ERRCODE = 'OT403';
  END IF;
  RETURN OLD;
END $$;

-- First of all: only the owner of a schema, or a superuser, gives away what lies in it.
ALTER SCHEMA loads OWNER TO outturn_owner;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['file', 'piece', 'report'] LOOP
    EXECUTE format('CREATE TRIGGER %1$s_is_immutable BEFORE UPDATE ON loads.%1$I
      FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change()', name);
    EXECUTE format('CREATE TRIGGER %1$s_is_not_truncated BEFORE TRUNCATE ON loads.%1$I
      FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', name);
    EXECUTE format('CREATE TRIGGER %1$s_is_evidence BEFORE DELETE ON loads.%1$I
      FOR EACH ROW EXECUTE FUNCTION loads.refuse_dropping_evidence()', name);
    EXECUTE format('ALTER TABLE loads.%1$I ENABLE ALWAYS TRIGGER %1$s_is_immutable', name);
    EXECUTE format('ALTER TABLE loads.%1$I ENABLE ALWAYS TRIGGER %1$s_is_not_truncated', name);
    EXECUTE format('ALTER TABLE loads.%1$I ENABLE ALWAYS TRIGGER %1$s_is_evidence', name);
    EXECUTE format('ALTER TABLE loads.%1$I OWNER TO outturn_owner', name);
  END LOOP;
END $$;

ALTER TABLE loads.work OWNER TO outturn_owner;
ALTER FUNCTION loads.refuse_dropping_evidence() OWNER TO outturn_owner;
REVOKE ALL ON FUNCTION loads.refuse_dropping_evidence() FROM PUBLIC;

GRANT USAGE ON SCHEMA loads TO outturn_service, outturn_reader;
GRANT SELECT, INSERT, DELETE ON loads.file, loads.piece, loads.report TO outturn_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON loads.work TO outturn_service;
GRANT SELECT ON loads.file, loads.piece, loads.report TO outturn_reader;
