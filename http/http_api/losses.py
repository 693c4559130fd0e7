"""What a log that was begun anew says of what was lost, in words: on pages and the command line."""

from ledger.event import LONDON
from ledger.proofs.logs import EVENTS_LOST, Log


def said_of(log: Log) -> str:
    """When and why a log was begun anew, and how much of what was signed before is there."""
    assert log.begun_at is not None
    why = "events were lost" if log.because == EVENTS_LOST else "its signer was lost"
    before = f"the {log.signed:,} events" if log.signed else "the events"
    agreed = log.agreed or 0
    there = f"the first {agreed:,} are" if agreed > 1 else "the first is" if agreed else "none is"
    others = min(log.head or 0, log.signed or 0) - agreed
    day = f"{log.begun_at.astimezone(LONDON):%-d %B %Y}"
    said = f"begun anew on {day}, since {why}: of {before} signed before, {there} there"
    if others <= 0:
        return said
    stand = "1 other stands" if others == 1 else f"{others:,} others stand"
    return f"{said}, and {stand} where signed ones stood"
