"""What a log that was begun anew says of what was lost, in words: on pages and the command line."""

from ledger.event import LONDON
from ledger.proofs.logs import EVENTS_LOST, Log


def said_of(log: Log) -> str:
    """When and why a log was begun anew, and how much of what was signed before is there."""
    assert log.begun_at is not None
    why = "events were lost" if log.because == EVENTS_LOST else "its signer was lost"
    before = f"the {log.signed:,} events" if log.signed else "the events"
    there = f"the first {log.agreed:,} are" if log.agreed else "none is"
    day = f"{log.begun_at.astimezone(LONDON):%-d %B %Y}"
    return f"begun anew on {day}, since {why}: of {before} signed before, {there} there"
