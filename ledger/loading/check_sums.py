"""What the rows of a file write, told by check sums: a later look sees whether it is the same yet.

Whose figure a row is, it says by names and codes of the agreement, and what these mean may change.
"""

import zlib
from collections.abc import Callable
from itertools import chain

import msgspec

from ledger.indicator.events import Entry
from ledger.loading.judged import REPLACES, places_of
from ledger.loading.load import Checked

LAPSES = 1  # the bit that tells whether a sign-off lapses
_encoder = msgspec.msgpack.Encoder(decimal_format="string")


def check_sums(checked: Checked) -> dict[int, int]:
    """The check sum of what each row writes, by its place, in the order in which the entries go
    in; another where a sign-off lapses."""
    places = {id(entry): place for place, entry in enumerate(checked.entries) if entry is not None}
    found: dict[int, int] = {}
    for changes, elsewhere in ((checked.changes, False), (checked.elsewhere, True)):
        for code, change in changes.items():
            check_sum = check_sum_of(code, elsewhere=elsewhere)
            for entry in (*change.new, *change.corrections):
                found[places[id(entry)]] = check_sum(entry)
    for place in chain(*(places_of(checked.judged.outcomes, one) for one in REPLACES)):
        held = checked.judged.held[place]
        if held is not None and held.signature is not None:
            found[place] ^= LAPSES
    return found


def check_sum_of(indicator: str, *, elsewhere: bool) -> Callable[[Entry], int]:
    """How to work out the check sum of an entry of an indicator, of its own areas or of others."""
    about = zlib.crc32((f"{indicator} elsewhere" if elsewhere else indicator).encode())
    return lambda entry: zlib.crc32(_encoder.encode(entry), about)
