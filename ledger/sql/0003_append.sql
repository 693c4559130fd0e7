-- The one door. All events of one command, over all its streams, in one transaction:
--   * an advisory lock makes positions visible in order, so a reader that tails never passes one over;
--   * the idempotency key is looked up first: a repeat is the first answer again, never a conflict;
--   * p_read_* are streams the decision relied on without writing: they must not have moved either;
--   * recorded_at is the database's clock and never goes back;
--   * simulated time is taken only by a ledger whose first event declared it a demonstration.
-- SQLSTATEs: OT409 or 23505 a stream moved on; OT422 the key was used for another request;
--            OT423 simulated time on a real ledger; 55P03 the lock was not had in time.

CREATE FUNCTION ledger.append(
  p_actor text, p_command text, p_correlation_id uuid,
  p_idempotency_key text, p_request_digest bytea, p_answer bytea,
  p_read_ids uuid[], p_read_versions bigint[],
  p_ids uuid[], p_versions bigint[], p_topics text[], p_states bytea[],
  p_text_digests bytea[], p_text_nonces bytea[], p_texts text[],
  p_simulated_at timestamptz,
  OUT first_position bigint, OUT last_position bigint, OUT recorded_at timestamptz,
  OUT replayed boolean, OUT answer bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET lock_timeout = '3s' AS $$
DECLARE
  head     bigint;
  head_at  timestamptz;
  earlier  ledger.commits%ROWTYPE;
  born     text;
  stream   record;
BEGIN
  PERFORM pg_advisory_xact_lock(7310001, 1);

  IF p_idempotency_key IS NOT NULL THEN
    SELECT * INTO earlier FROM ledger.commits c
     WHERE c.actor = p_actor AND c.idempotency_key = p_idempotency_key;
    IF FOUND THEN
      IF earlier.request_digest IS DISTINCT FROM p_request_digest THEN
        RAISE EXCEPTION 'idempotency key used for another request' USING ERRCODE = 'OT422';
      END IF;
      first_position := earlier.first_position;
      last_position := earlier.last_position;
      recorded_at := earlier.recorded_at;
      replayed := true;
      answer := earlier.answer;
      RETURN;
    END IF;
  END IF;

  -- One probe of the index per stream: left to a join, the plan may read the whole table.
  FOR stream IN SELECT r.id, r.version FROM unnest(p_read_ids, p_read_versions) AS r(id, version) LOOP
    PERFORM FROM ledger.ledger_events e
      WHERE e.originator_id = stream.id AND e.originator_version = stream.version + 1;
    IF FOUND THEN
      RAISE EXCEPTION 'a stream the decision relied on has moved on' USING ERRCODE = 'OT409';
    END IF;
  END LOOP;
  FOR stream IN
    SELECT w.id, min(w.version) AS version, max(w.version) - min(w.version) + 1 <> count(*) AS holes
      FROM unnest(p_ids, p_versions) AS w(id, version) GROUP BY w.id
  LOOP
    PERFORM FROM ledger.ledger_events e
      WHERE e.originator_id = stream.id AND e.originator_version = stream.version - 1;
    IF stream.holes OR (stream.version > 1 AND NOT FOUND) THEN
      RAISE EXCEPTION 'an event would leave a gap in its stream' USING ERRCODE = 'OT409';
    END IF;
  END LOOP;

  SELECT c.last_position, c.recorded_at INTO head, head_at
    FROM ledger.commits c ORDER BY c.last_position DESC LIMIT 1;
  head := coalesce(head, 0);

  recorded_at := clock_timestamp();
  IF p_simulated_at IS NOT NULL THEN
    IF head = 0 THEN
      born := p_topics[1];
    ELSE
      SELECT e.topic INTO born FROM ledger.ledger_events e WHERE e.notification_id = 1;
    END IF;
    IF born <> 'demonstration-declared' THEN
      RAISE EXCEPTION 'only a demonstration ledger takes simulated time' USING ERRCODE = 'OT423';
    END IF;
    recorded_at := p_simulated_at;
  END IF;
  recorded_at := greatest(recorded_at, head_at + interval '1 microsecond');

  INSERT INTO ledger.ledger_events (originator_id, originator_version, topic, state, notification_id)
  SELECT id, version, topic, state, head + n
    FROM unnest(p_ids, p_versions, p_topics, p_states) WITH ORDINALITY AS e(id, version, topic, state, n);

  first_position := head + 1;
  last_position := head + cardinality(p_ids);
  replayed := false;
  answer := p_answer;
  INSERT INTO ledger.commits VALUES (last_position, first_position, recorded_at, p_actor, p_command,
    p_correlation_id, p_idempotency_key, p_request_digest, p_answer);
  IF cardinality(p_text_digests) > 0 THEN
    INSERT INTO ledger.texts (digest, nonce, text)
    SELECT * FROM unnest(p_text_digests, p_text_nonces, p_texts) ON CONFLICT (digest) DO NOTHING;
  END IF;
  PERFORM pg_notify('outturn', last_position::text);
END $$;
