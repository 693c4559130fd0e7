-- Where sign-ins with a provider of OpenID Connect were begun: anybody may begin one, so that those
-- of one address are counted.

ALTER TABLE people.openid_begun ADD COLUMN address text NOT NULL DEFAULT '';
CREATE INDEX openid_begun_address ON people.openid_begun (address);
