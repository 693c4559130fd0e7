-- Accounts that were closed: nobody acts as these people, whatever they were given before.

CREATE TABLE people.closed (
  person    text PRIMARY KEY REFERENCES people.person (id),
  closed_at timestamptz NOT NULL
);

ALTER TABLE people.closed OWNER TO outturn_owner;
GRANT SELECT, INSERT, DELETE ON people.closed TO outturn_service;
