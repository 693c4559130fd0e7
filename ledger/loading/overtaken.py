"""What officers wrote to the indicators of a load while it was judged: does it matter to it?

They go on meanwhile, and on a busy day there is always one who wrote in the last second. A load
would never go in if each of them made it be judged again. What they wrote matters only if it is
about a key that the file has, or about the indicator as a whole.
"""

from collections.abc import Callable, Mapping

from ledger.engine import StreamMoved
from ledger.event import Event, indicator_id
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
HARMLESS = (  # a file is judged alike
    ActionRefused,
    TargetsSet,
    ValuesReturned,
    ValuesSignedOff,
    EvidenceAttached,
)


def versions_now(
    record: Record, agreement: str, versions: Mapping[str, int], holds: Holds
) -> dict[str, int]:
    """The versions that some indicators have come to, where what was written to them since does
    not matter to the file. Raises StreamMoved where it does, or where none of them has moved."""
    streams = {indicator_id(agreement, code): code for code in versions}
    found = {streams[stream]: version for stream, version in record.heads(list(streams)).items()}
    moved = {code: version for code, version in found.items() if version != versions[code]}
    if not moved:
        raise StreamMoved  # it was the agreement that moved, or the load itself
    for code in moved:
        for recorded in record.application.stream(indicator_id(agreement, code), versions[code]):
            if matters(code, recorded.event, holds):
                raise StreamMoved
            moved[code] = recorded.originator_version
    return moved


def matters(code: str, event: Event, holds: Holds) -> bool:
    """Whether an event of an indicator may change how a file is judged."""
    match event:
        case ValuesSubmitted(entries=entries) | ValuesCorrected(entries=entries):
            return any(holds(code, key_of(entry)) for entry in entries)
        case ValuesRestored(entries=restored):
            return any(holds(code, key_of(entry)) for entry in restored)
        case ValuesWithdrawn():
            return True  # it names entries, not keys; rare enough to look again
        case _:
            return not isinstance(event, HARMLESS)
