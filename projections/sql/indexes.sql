-- Made after the rows when everything is built anew. to_position is in no index: closing a row is
-- then cheap, and a cell as known at p is the newest version that began at or before p.

ALTER TABLE tracking ADD PRIMARY KEY (name);
ALTER TABLE structure ADD PRIMARY KEY (agreement, kind, code, from_position);
ALTER TABLE indicator ADD PRIMARY KEY (indicator, from_position);
CREATE INDEX indicator_of_agreement ON indicator (agreement, ordinal);
ALTER TABLE target ADD PRIMARY KEY (indicator, area, period, from_position);
ALTER TABLE value ADD PRIMARY KEY (indicator, period, area, breakdown, from_position);
ALTER TABLE status ADD PRIMARY KEY (indicator, area, period, from_position);
ALTER TABLE latest_figure ADD PRIMARY KEY (indicator, area, from_position);
ALTER TABLE first_cell ADD PRIMARY KEY (indicator, from_position);
ALTER TABLE load ADD PRIMARY KEY (load, from_position);
CREATE INDEX load_of_agreement ON load (agreement, ordinal);
CREATE INDEX load_of_file ON load (sha256);
ALTER TABLE event ADD PRIMARY KEY (position);
CREATE INDEX event_by_topic ON event (agreement, topic, position);
CREATE INDEX event_by_actor ON event (agreement, actor, topic, position);
CREATE INDEX event_of_indicator ON event (indicator, position) WHERE indicator IS NOT NULL;
CREATE INDEX event_of_load ON event (load, position) WHERE load IS NOT NULL;
ALTER TABLE response ADD PRIMARY KEY (position);
CREATE INDEX response_of_indicator ON response (indicator, area, position);
ALTER TABLE amendment ADD PRIMARY KEY (amendment, from_position);
CREATE INDEX amendment_of_agreement ON amendment (agreement, number);
ALTER TABLE evidence ADD PRIMARY KEY (indicator, entry_position, entry_index, ordinal);
CREATE INDEX evidence_by_attachment ON evidence (attachment);
ALTER TABLE comparator ADD PRIMARY KEY (indicator, period, breakdown, area, from_position);
