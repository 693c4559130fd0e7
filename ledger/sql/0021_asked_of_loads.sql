-- What was asked of loads, by idempotency key: to put a load in and to take it back is left to a
-- worker, whose commits know nothing of the request. Sent again it is answered again, and done once.

CREATE TABLE loads.asked (
  actor           text        NOT NULL,
  idempotency_key text        NOT NULL,
  request_digest  bytea       NOT NULL CHECK (octet_length(request_digest) = 32),
  load            uuid        NOT NULL REFERENCES loads.file (load) ON DELETE CASCADE,
  asked_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (actor, idempotency_key)
);

ALTER TABLE loads.asked OWNER TO outturn_owner;
GRANT SELECT, INSERT ON loads.asked TO outturn_service;

-- A key that asked something of a load is no other command's.
CREATE FUNCTION loads.refuse_key_of_another() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM loads.asked a
              WHERE a.actor = NEW.actor AND a.idempotency_key = NEW.idempotency_key) THEN
    RAISE EXCEPTION 'idempotency key used for another request' USING ERRCODE = 'OT422';
  END IF;
  RETURN NEW;
END $$;
ALTER FUNCTION loads.refuse_key_of_another() OWNER TO outturn_owner;
REVOKE ALL ON FUNCTION loads.refuse_key_of_another() FROM PUBLIC;

CREATE TRIGGER commits_have_keys_of_their_own BEFORE INSERT ON ledger.commits
  FOR EACH ROW WHEN (NEW.idempotency_key IS NOT NULL)
  EXECUTE FUNCTION loads.refuse_key_of_another();
