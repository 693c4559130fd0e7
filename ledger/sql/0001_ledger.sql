-- The record. Everything is written by ledger.append; everything else is refused, even to the owner.
-- The events table keeps the column names of the eventsourcing library, so that the library alone
-- can still read and replay every event. notification_id is the position: 1, 2, 3 … without gaps.

CREATE SCHEMA ledger;

CREATE TABLE ledger.ledger_events (
  originator_id      uuid   NOT NULL,
  originator_version bigint NOT NULL CHECK (originator_version > 0),
  topic              text   NOT NULL,
  state              bytea  NOT NULL,
  notification_id    bigint NOT NULL UNIQUE CHECK (notification_id > 0),
  PRIMARY KEY (originator_id, originator_version)
);

-- One row per command: who, why, when, and which positions it wrote. The idempotency record too.
CREATE TABLE ledger.commits (
  last_position   bigint      PRIMARY KEY,
  first_position  bigint      NOT NULL UNIQUE CHECK (first_position <= last_position),
  recorded_at     timestamptz NOT NULL,
  actor           text        NOT NULL,
  command         text        NOT NULL,
  correlation_id  uuid        NOT NULL,
  idempotency_key text,
  request_digest  bytea,
  answer          bytea,
  UNIQUE (actor, idempotency_key)
);
CREATE INDEX commits_by_time ON ledger.commits (recorded_at, last_position);

-- Notes and reasons live beside the record: an event holds the digest over a nonce and the text,
-- so a text can be erased and every proof still holds. "text" is null once it was erased.
CREATE TABLE ledger.texts (
  digest bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
  nonce  bytea NOT NULL CHECK (octet_length(nonce) = 16),
  text   text
);
