-- Pages that a person keeps under a name: an address of ours with what was chosen on it.

CREATE TABLE people.saved_view (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  person  text NOT NULL REFERENCES people.person (id),
  name    text NOT NULL,
  address text NOT NULL,
  UNIQUE (person, name)
);

ALTER TABLE people.saved_view OWNER TO outturn_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON people.saved_view TO outturn_service;
