-- People and their access tokens: personal data, kept outside the record so that it can be erased.
-- The record holds a person's opaque id only. A token is stored hashed and shown once.

CREATE SCHEMA people;

CREATE TABLE people.person (
  id       text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9._-]{0,62}$' AND id <> 'operator'),
  name     text NOT NULL DEFAULT '',
  email    text NOT NULL DEFAULT '',
  partner  text NOT NULL DEFAULT ''
);

CREATE TABLE people.token (
  sha256     bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
  person     text NOT NULL REFERENCES people.person (id),
  label      text NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);
