-- Four different roles. The owner holds the tables and no one logs in as it; the service reads the
-- record and calls append, nothing else; the projector reads the record and owns the answers; the
-- reader (an auditor) reads. Roles belong to the whole cluster, so they may be there already.

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['outturn_owner', 'outturn_service', 'outturn_projector', 'outturn_reader'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    IF NOT pg_has_role(current_user, name, 'MEMBER') THEN
      EXECUTE format('GRANT %I TO %I', name, current_user);
    END IF;
  END LOOP;
END $$;

ALTER SCHEMA ledger OWNER TO outturn_owner;
ALTER SCHEMA people OWNER TO outturn_owner;
ALTER TABLE ledger.ledger_events OWNER TO outturn_owner;
ALTER TABLE ledger.commits OWNER TO outturn_owner;
ALTER TABLE ledger.texts OWNER TO outturn_owner;
ALTER TABLE people.person OWNER TO outturn_owner;
ALTER TABLE people.token OWNER TO outturn_owner;
ALTER FUNCTION ledger.refuse_change() OWNER TO outturn_owner;
ALTER FUNCTION ledger.append(text, text, uuid, text, bytea, bytea, uuid[], bigint[], uuid[], bigint[],
  text[], bytea[], bytea[], bytea[], text[], timestamptz) OWNER TO outturn_owner;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON FUNCTION ledger.append(text, text, uuid, text, bytea, bytea, uuid[], bigint[], uuid[],
  bigint[], text[], bytea[], bytea[], bytea[], text[], timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION ledger.refuse_change() FROM PUBLIC;

GRANT USAGE ON SCHEMA ledger TO outturn_service, outturn_projector, outturn_reader;
GRANT SELECT ON ledger.ledger_events, ledger.commits, ledger.texts
  TO outturn_service, outturn_projector, outturn_reader;
GRANT EXECUTE ON FUNCTION ledger.append(text, text, uuid, text, bytea, bytea, uuid[], bigint[], uuid[],
  bigint[], text[], bytea[], bytea[], bytea[], text[], timestamptz) TO outturn_service;

GRANT USAGE ON SCHEMA people TO outturn_service;
GRANT SELECT, INSERT, UPDATE ON people.person, people.token TO outturn_service;

-- The answers: the projector makes and remakes them, the others read them.
DO $$ BEGIN
  EXECUTE format('GRANT CREATE ON DATABASE %I TO outturn_projector', current_database());
END $$;

GRANT USAGE ON SCHEMA outturn_meta TO outturn_service, outturn_projector, outturn_reader;
GRANT SELECT ON outturn_meta.migration TO outturn_service, outturn_projector, outturn_reader;
