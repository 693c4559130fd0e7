-- A type or table that a session makes for itself goes before all others in a search path that does
-- not name "pg_temp". So whoever may call a function that acts as the owner could have had it run
-- what they liked, as the owner: by a type "text" of their own whose check does it. Named last, what
-- is of a session is never found first.

ALTER FUNCTION ledger.append(text, text, uuid, text, bytea, bytea, uuid[], bigint[], uuid[], bigint[],
  text[], bytea[], bytea[], bytea[], text[], timestamptz) SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION loads.refuse_dropping_evidence() SET search_path = pg_catalog, pg_temp;
