"""What an amendment would change, period by period."""

import msgspec

from ledger.amendment.events import Changes
from ledger.engine import Connection
from projections.reading.clocks import ResolvedClocks


class Rehearsed(msgspec.Struct, frozen=True, kw_only=True):
    """What a rehearsal found: its document, the first sentence, and whether it would change a
    period before the one the amendment applies from."""

    document: msgspec.Struct
    summary: str
    changes_earlier: bool


def rehearse(
    connection: Connection, agreement_code: str, changes: Changes, clocks: ResolvedClocks
) -> Rehearsed:
    """Judge all history again with the changes, as known at the clocks."""
    raise NotImplementedError
