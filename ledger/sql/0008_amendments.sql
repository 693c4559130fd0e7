-- What rehearsals of amendments found: evidence beside the record, which holds their digests. A body
-- decides on exactly these bytes, so they are only ever added to.

CREATE SCHEMA amendments;

CREATE TABLE amendments.rehearsal (
  amendment uuid        NOT NULL,
  sha256    bytea       NOT NULL CHECK (sha256 = sha256(content)),
  content   bytea       NOT NULL,
  kept_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (amendment, sha256)
);

DO $$
DECLARE act text;
BEGIN
  FOREACH act IN ARRAY ARRAY['UPDATE', 'DELETE', 'TRUNCATE'] LOOP
    EXECUTE format('CREATE TRIGGER rehearsal_refuses_%1$s BEFORE %1$s ON amendments.rehearsal
      FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', lower(act));
    EXECUTE format('ALTER TABLE amendments.rehearsal ENABLE ALWAYS TRIGGER rehearsal_refuses_%1$s',
      lower(act));
  END LOOP;
END $$;

ALTER SCHEMA amendments OWNER TO outturn_owner;
ALTER TABLE amendments.rehearsal OWNER TO outturn_owner;

GRANT USAGE ON SCHEMA amendments TO outturn_service, outturn_reader;
GRANT SELECT, INSERT ON amendments.rehearsal TO outturn_service;
GRANT SELECT ON amendments.rehearsal TO outturn_reader;
