"""What was published: up to which position the public knows an agreement."""

from typing import NamedTuple

import msgspec

from ledger.agreement.events import FiguresPublished
from ledger.engine import Connection
from ledger.event import agreement_id
from projections.folding.agreements import PUBLICATION

_decode = msgspec.json.Decoder(FiguresPublished).decode


class Publication(NamedTuple):
    """A moment at which figures were published, and what it was called."""

    position: int
    title: str


def last_published(connection: Connection, agreement: str, known: int) -> Publication | None:
    """The latest publication of an agreement up to a position; None before the first."""
    row = connection.execute(
        "SELECT from_position, data FROM structure WHERE agreement = %s AND kind = %s"
        " AND from_position <= %s ORDER BY from_position DESC LIMIT 1",
        (agreement_id(agreement), PUBLICATION, known),
    ).fetchone()
    return None if row is None else Publication(row[0], _decode(row[1]).title)
