-- Browsers that somebody signed in with before: their tries are counted apart from those of strangers,
-- who could else keep the person out by guessing. Each keeps a secret, and this is its digest.

CREATE TABLE people.known_browser (
  sha256  bytea NOT NULL CHECK (octet_length(sha256) = 32),
  person  text NOT NULL REFERENCES people.person (id),
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (sha256, person)
);

CREATE INDEX known_browser_seen ON people.known_browser (seen_at);

ALTER TABLE people.known_browser OWNER TO outturn_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON people.known_browser TO outturn_service;
