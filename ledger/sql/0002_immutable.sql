-- The past cannot be changed: not by a role's mistake, not by the owner without visibly disarming this.
-- ENABLE ALWAYS: the triggers also fire when a session pretends to be a replica.

CREATE FUNCTION ledger.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION '% on %.% is refused: the record is only ever added to',
    TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'OT403';
END $$;

CREATE TRIGGER events_are_immutable BEFORE UPDATE OR DELETE ON ledger.ledger_events
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER events_are_not_truncated BEFORE TRUNCATE ON ledger.ledger_events
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER commits_are_immutable BEFORE UPDATE OR DELETE ON ledger.commits
  FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER commits_are_not_truncated BEFORE TRUNCATE ON ledger.commits
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

ALTER TABLE ledger.ledger_events ENABLE ALWAYS TRIGGER events_are_immutable;
ALTER TABLE ledger.ledger_events ENABLE ALWAYS TRIGGER events_are_not_truncated;
ALTER TABLE ledger.commits ENABLE ALWAYS TRIGGER commits_are_immutable;
ALTER TABLE ledger.commits ENABLE ALWAYS TRIGGER commits_are_not_truncated;
