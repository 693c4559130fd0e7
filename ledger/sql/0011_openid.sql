-- Signing in with a provider of OpenID Connect: sign-ins that were begun, and one account of a
-- provider for each person.

-- The secret is in the browser that began it; what the provider is told is worked out from it.
CREATE TABLE people.openid_begun (
  sha256   bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
  going_on text NOT NULL,
  began_at timestamptz NOT NULL
);

CREATE INDEX openid_begun_at ON people.openid_begun (began_at);

-- An address that a provider gives to somebody else does not make them the person who had it.
ALTER TABLE people.subject ADD UNIQUE (issuer, person);

ALTER TABLE people.openid_begun OWNER TO outturn_owner;

GRANT SELECT, INSERT, DELETE ON people.openid_begun TO outturn_service;
GRANT DELETE ON people.subject TO outturn_service;
