-- Events as they are: compressing those of a load takes longer than all else that an append does
-- while it keeps others out, and saves little beside the answers that come of them.

ALTER TABLE ledger.ledger_events ALTER COLUMN state SET STORAGE EXTERNAL;
