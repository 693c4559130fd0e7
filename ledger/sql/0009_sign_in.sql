-- Signing in: passwords, one-time links, sessions, and who tried in vain.
--
-- Secrets are kept as digests: a password by Argon2id, which is slow on purpose; tokens, links and
-- sessions, which are random, by SHA-256.

CREATE TABLE people.account (
  person   text PRIMARY KEY REFERENCES people.person (id),
  password text NOT NULL,
  set_at   timestamptz NOT NULL
);

-- A link with which a person sets a password, once. Whoever made it is in the record.
CREATE TABLE people.link (
  sha256     bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
  person     text NOT NULL REFERENCES people.person (id),
  made_at    timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  spent_at   timestamptz
);

CREATE TABLE people.session (
  sha256     bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
  person     text NOT NULL REFERENCES people.person (id),
  began_at   timestamptz NOT NULL,
  seen_at    timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at   timestamptz
);

CREATE INDEX session_open ON people.session (person) WHERE ended_at IS NULL;

-- Tries that failed, so that guessing is slow. What was typed is kept as a digest: it may be a
-- password in the wrong box.
CREATE TABLE people.failed_try (
  typed   bytea NOT NULL,
  address text NOT NULL,
  at      timestamptz NOT NULL
);

CREATE INDEX failed_try_typed ON people.failed_try (typed, at);
CREATE INDEX failed_try_address ON people.failed_try (address, at);

-- Who somebody is for an OpenID Connect provider; learnt from their verified e-mail the first time.
CREATE TABLE people.subject (
  issuer  text NOT NULL,
  subject text NOT NULL,
  person  text NOT NULL REFERENCES people.person (id),
  PRIMARY KEY (issuer, subject)
);

ALTER TABLE people.token
  ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  ADD COLUMN scopes text[] NOT NULL DEFAULT '{read,submit,load}',
  ADD COLUMN expires_at timestamptz,
  ADD COLUMN last_used_at timestamptz;

ALTER TABLE people.account OWNER TO outturn_owner;
ALTER TABLE people.link OWNER TO outturn_owner;
ALTER TABLE people.session OWNER TO outturn_owner;
ALTER TABLE people.failed_try OWNER TO outturn_owner;
ALTER TABLE people.subject OWNER TO outturn_owner;

GRANT SELECT, INSERT, UPDATE ON people.account, people.link, people.session, people.subject
  TO outturn_service;
GRANT SELECT, INSERT, DELETE ON people.failed_try TO outturn_service;
