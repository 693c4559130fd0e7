-- Files that are evidence for entries: beside the record, which holds the digest over a nonce and
-- the bytes, so a file can be erased and every proof still holds. They are named by digest alone:
-- what a sender called a file is shown, and is no place anywhere.

CREATE SCHEMA attachments;

-- The bytes, once for each content.
CREATE TABLE attachments.content (
  sha256  bytea PRIMARY KEY CHECK (sha256 = sha256(content)),
  content bytea NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 10000000)
);
ALTER TABLE attachments.content ALTER COLUMN content SET STORAGE EXTERNAL; -- most are compressed already

-- What somebody sent. "sha256" is null, and "name" empty, once it was erased.
CREATE TABLE attachments.attachment (
  digest    bytea       PRIMARY KEY CHECK (octet_length(digest) = 32),
  nonce     bytea       NOT NULL CHECK (octet_length(nonce) = 16),
  sha256    bytea       REFERENCES attachments.content (sha256),
  agreement uuid        NOT NULL,
  name      text        NOT NULL CHECK (char_length(name) <= 200),
  kind      text        NOT NULL,
  bytes     integer     NOT NULL CHECK (bytes > 0),
  kept_by   text        NOT NULL,
  kept_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (agreement, kept_by, sha256, name) -- sent again, it is the same one
);

ALTER SCHEMA attachments OWNER TO outturn_owner;
ALTER TABLE attachments.content OWNER TO outturn_owner;
ALTER TABLE attachments.attachment OWNER TO outturn_owner;

GRANT USAGE ON SCHEMA attachments TO outturn_service, outturn_reader;
GRANT SELECT, INSERT ON attachments.content, attachments.attachment TO outturn_service;
GRANT SELECT ON attachments.content, attachments.attachment TO outturn_reader;
