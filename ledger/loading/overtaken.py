"""What officers wrote to the indicators of a load while it was judged: does it matter to it?

They go on meanwhile, and on a busy day there is always one who wrote in the last second. A load
would never go in if each of them made it be judged again. What they wrote matters only if it is
about a key that the file has, if it signs off what the file corrects, or if it is about the
indicator as a whole.
"""

from collections.abc import Callable, Container, Mapping
from uuid import UUID

from ledger.comparators.events import ComparatorsReleased, ComparatorsWithdrawn
from ledger.engine import StreamMoved
from ledger.event import Event
from ledger.indicator.events import (
    ActionRefused,
    EvidenceAttached,
    TargetsSet,
    ValuesCorrected,
    ValuesRestored,
    ValuesReturned,
    ValuesSignedOff,
    ValuesSubmitted,
    ValuesWithdrawn,
)
from ledger.indicator.state import Key, key_of
from ledger.record import Record

Holds = Callable[[str, Key], bool]  # whether the file has a row of an indicator's key
Corrects = Callable[[str], Container[str]]  # the names of an indicator's entries that it corrects
HARMLESS = (ActionRefused, TargetsSet, ValuesReturned, EvidenceAttached)  # a file is judged alike


def versions_now(
    record: Record,
    versions: Mapping[UUID, int],
    codes: Mapping[UUID, str],
    holds: Holds,
    corrects: Corrects,
) -> dict[UUID, int]:
    """The versions that some streams have come to, where what was written to them since does not
    matter to the file. ``codes`` are those of the indicators that they are about. Raises
    StreamMoved where it does matter, or where none of them has moved."""
    found = record.heads(list(versions))
    moved = {stream: version for stream, version in found.items() if version != versions[stream]}
    if not moved:
        raise StreamMoved  # it was the agreement that moved, or the load itself
    for stream in moved:
        for recorded in record.application.stream(stream, versions[stream]):
            if matters(codes[stream], recorded.event, holds, corrects):
                raise StreamMoved
            moved[stream] = recorded.originator_version
    return moved


def matters(code: str, event: Event, holds: Holds, corrects: Corrects) -> bool:
    """Whether an event of an indicator may change how a file is judged."""
    match event:
        case ValuesSubmitted(entries=entries) | ValuesCorrected(entries=entries):
            return any(holds(code, key_of(entry)) for entry in entries)
        case ValuesRestored(entries=restored):
            return any(holds(code, key_of(entry)) for entry in restored)
        case ComparatorsReleased(entries=released):
            return any(holds(code, key_of(entry)) for entry in released)
        case ValuesSignedOff(entries=signed):  # a correction would end it, which nobody was told
            corrected = corrects(code)
            return any(one.name in corrected for one in signed)
        case ValuesWithdrawn() | ComparatorsWithdrawn():
            return True  # it names entries, not keys; rare enough to look again
        case _:
            return not isinstance(event, HARMLESS)
