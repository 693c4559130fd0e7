-- The answers. A row holds for the positions from_position <= p < to_position of the ledger, so
-- "as known at p" is a condition like any other. 9223372036854775807 stands for "still open".
-- Everything here can be dropped and made again from the record, row for row.

-- How far the ledger has been taken in. Moved in the transaction that writes the rows.
CREATE TABLE tracking (
  name     text   NOT NULL,
  position bigint NOT NULL
);

-- What an agreement is made of: one row per part and version, "data" its event as stored. A policy
-- is a part of its own under the position that adopted it: an adoption never ends.
CREATE TABLE structure (
  agreement     uuid   NOT NULL,
  kind          text   COLLATE "C" NOT NULL,
  code          text   COLLATE "C" NOT NULL,
  ordinal       bigint NOT NULL, -- position at which the part first appeared: the order of a board page
  data          text   NOT NULL,
  from_position bigint NOT NULL,
  to_position   bigint NOT NULL
);

CREATE TABLE indicator (
  indicator           uuid    NOT NULL,
  agreement           uuid    NOT NULL,
  code                text    COLLATE "C" NOT NULL,
  ordinal             bigint  NOT NULL,
  definition          text    NOT NULL,
  definition_version  integer NOT NULL,
  definition_position bigint  NOT NULL,
  retired_from        text,
  from_position       bigint  NOT NULL,
  to_position         bigint  NOT NULL
);

CREATE TABLE target (
  indicator           uuid    NOT NULL,
  area                text    COLLATE "C" NOT NULL,
  period              text    COLLATE "C" NOT NULL,
  level               numeric NOT NULL,
  kind                text    NOT NULL,
  baseline            numeric,
  performance_without numeric,
  performance_with    numeric,
  set_at              timestamptz NOT NULL,
  set_by              text    NOT NULL,
  from_position       bigint  NOT NULL,
  to_position         bigint  NOT NULL
);

-- One row per state of a key: numbers exactly as given (numeric keeps the scale), and standing.
CREATE TABLE value (
  indicator       uuid    NOT NULL,
  area            text    COLLATE "C" NOT NULL,
  period          text    COLLATE "C" NOT NULL,
  breakdown       text    COLLATE "C" NOT NULL,
  entry_position  bigint  NOT NULL,
  entry_index     integer NOT NULL,
  value           numeric,
  numerator       numeric,
  denominator     numeric,
  confidence_low  numeric,
  confidence_high numeric,
  missing         text    NOT NULL,
  provisional     boolean NOT NULL,
  standing        text    NOT NULL,
  submitted_by    text    NOT NULL,
  corrected_by    text    NOT NULL,
  recorded_at     timestamptz NOT NULL,
  signed_by       text,
  signed_at       timestamptz,
  assurance       text,
  replaces        text    NOT NULL,
  note            text    NOT NULL,
  from_position   bigint  NOT NULL,
  to_position     bigint  NOT NULL
);

-- One row per state of the judgement of a headline cell, with the facts it was made from and the
-- versions of rules (positions of their adoptions, 0 = none) and definition it was made under.
-- Without a judged figure both status and reason are null: the reason depends on the day of asking.
CREATE TABLE status (
  indicator          uuid    NOT NULL,
  area               text    COLLATE "C" NOT NULL,
  period             text    COLLATE "C" NOT NULL,
  definition_version integer NOT NULL,
  entry_position     bigint,
  entry_index        integer,
  figure             numeric,
  judged             numeric,
  missing            text,
  provisional        boolean NOT NULL,
  corrected          boolean NOT NULL,
  signed_by          text,
  signed_at          timestamptz,
  assurance          text,
  target_position    bigint,
  target             numeric,
  target_kind        text,
  baseline           numeric,
  rag                bigint  NOT NULL,
  travel_rules       bigint  NOT NULL,
  due                bigint  NOT NULL,
  status             text,
  reason             text,
  marks              text    NOT NULL,
  travel             text    NOT NULL,
  travel_reason      text    NOT NULL,
  from_position      bigint  NOT NULL,
  to_position        bigint  NOT NULL
);

-- The latest period with a headline figure: found by one probe, however long the history.
CREATE TABLE latest_figure (
  indicator     uuid   NOT NULL,
  area          text   COLLATE "C" NOT NULL,
  period        text   COLLATE "C" NOT NULL,
  ends_on       date   NOT NULL,
  from_position bigint NOT NULL,
  to_position   bigint NOT NULL
);

-- The first period with an entry or a target, in any area: where the indicator's run begins when
-- that is before the agreement does.
CREATE TABLE first_cell (
  indicator     uuid   NOT NULL,
  period        text   COLLATE "C" NOT NULL,
  ends_on       date   NOT NULL,
  from_position bigint NOT NULL,
  to_position   bigint NOT NULL
);

-- One row per state of a load, "data" its fold; what its check found lies beside the record.
CREATE TABLE load (
  load          uuid   NOT NULL,
  agreement     uuid   NOT NULL,
  ordinal       bigint NOT NULL, -- position at which the file came in: the order of a list
  sha256        text   NOT NULL, -- of the file
  data          text   NOT NULL,
  from_position bigint NOT NULL,
  to_position   bigint NOT NULL
);

-- One row for every event, which never ends: by whom it was and what it is about; of values given,
-- the day their data were available, where it says. The event itself is in the record, at its
-- position.
CREATE TABLE event (
  position      bigint NOT NULL,
  agreement     uuid   NOT NULL,
  indicator     uuid,
  load          uuid,
  topic         text   COLLATE "C" NOT NULL,
  actor         text   COLLATE "C" NOT NULL,
  available_on  date,
  from_position bigint NOT NULL,
  to_position   bigint NOT NULL
);

-- One row for everything that people did about an indicator's performance in an area, which never
-- ends: remedial actions, plans, decisions, commendations, examinations; "data" the event as stored.
CREATE TABLE response (
  position      bigint NOT NULL,
  indicator     uuid   NOT NULL,
  area          text   COLLATE "C" NOT NULL,
  topic         text   COLLATE "C" NOT NULL,
  actor         text   NOT NULL,
  at            timestamptz NOT NULL,
  data          text   NOT NULL,
  from_position bigint NOT NULL,
  to_position   bigint NOT NULL
);

-- One row per state of an amendment, "data" its fold. Number 0 is no amendment: it holds what was
-- refused to somebody before there was one.
CREATE TABLE amendment (
  amendment     uuid    NOT NULL,
  agreement     uuid    NOT NULL,
  number        integer NOT NULL,
  ordinal       bigint  NOT NULL, -- position at which it was proposed
  data          text    NOT NULL,
  from_position bigint  NOT NULL,
  to_position   bigint  NOT NULL
);

-- One row for every file that is evidence for an entry, which never ends: entries only gain them.
-- In the order in which an entry was given them; "attachment" is the digest that events hold.
CREATE TABLE evidence (
  indicator      uuid    NOT NULL,
  entry_position bigint  NOT NULL,
  entry_index    integer NOT NULL,
  ordinal        integer NOT NULL,
  attachment     text    COLLATE "C" NOT NULL,
  attached_by    text    NOT NULL,
  attached_at    timestamptz NOT NULL,
  from_position  bigint  NOT NULL,
  to_position    bigint  NOT NULL
);

-- One row per state of a value of another area: as its publisher gave it, and in which release.
CREATE TABLE comparator (
  indicator       uuid    NOT NULL,
  period          text    COLLATE "C" NOT NULL,
  breakdown       text    COLLATE "C" NOT NULL,
  area            text    COLLATE "C" NOT NULL,
  entry_position  bigint  NOT NULL,
  entry_index     integer NOT NULL,
  value           numeric,
  numerator       numeric,
  denominator     numeric,
  confidence_low  numeric,
  confidence_high numeric,
  missing         text    NOT NULL,
  provisional     boolean NOT NULL,
  file            text    NOT NULL,
  released_on     date,
  load            text    NOT NULL,
  recorded_at     timestamptz NOT NULL,
  replaces        text    NOT NULL,
  note            text    NOT NULL,
  from_position   bigint  NOT NULL,
  to_position     bigint  NOT NULL
);
