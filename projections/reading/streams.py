"""What a stream is about, by the answers."""

from typing import NamedTuple
from uuid import UUID

from ledger.engine import Connection
from projections.folding.agreements import SHEET
from projections.reading.structure import sheet_of


class Stream(NamedTuple):
    """What a stream is about, as far as it is an agreement, an indicator, a load or an amendment.

    ``amendment`` is the number; 0 of the stream that holds what was refused before there was one.
    """

    agreement: str | None = None
    indicator: str | None = None
    load: str | None = None
    amendment: int | None = None


# The other areas of an indicator have a stream of their own, which its first event says.
_OTHERS = """
SELECT DISTINCT e.originator_id, i.agreement, i.code
  FROM ledger.ledger_events e JOIN event a ON a.position = e.notification_id
  JOIN indicator i ON i.indicator = a.indicator
 WHERE e.originator_id = ANY(%s) AND e.originator_version = 1
   AND e.topic IN ('comparators-released', 'comparators-withdrawn')
"""


def streams_of(connection: Connection, wanted: set[UUID]) -> dict[UUID, Stream]:
    """What streams are about. A code never changes, so any version of it will do."""
    ids = list(wanted)
    indicators = connection.execute(
        "SELECT DISTINCT indicator, agreement, code FROM indicator WHERE indicator = ANY(%s)",
        (ids,),
    ).fetchall()
    loads = connection.execute(
        "SELECT DISTINCT load, agreement FROM load WHERE load = ANY(%s)", (ids,)
    ).fetchall()
    amendments = connection.execute(
        "SELECT DISTINCT amendment, agreement, number FROM amendment WHERE amendment = ANY(%s)",
        (ids,),
    ).fetchall()
    others = connection.execute(_OTHERS, (ids,)).fetchall()
    agreements = wanted | {row[1] for row in (*indicators, *loads, *amendments, *others)}
    sheets = connection.execute(
        "SELECT DISTINCT ON (agreement) agreement, data FROM structure"
        " WHERE kind = %s AND agreement = ANY(%s)",
        (SHEET, list(agreements)),
    )
    codes = {agreement: sheet_of(data).code for agreement, data in sheets}
    streams = {agreement: Stream(code) for agreement, code in codes.items()}
    for indicator, agreement, code in (*indicators, *others):
        streams[indicator] = Stream(codes.get(agreement), code)
    for load, agreement in loads:
        streams[load] = Stream(codes.get(agreement), load=str(load))
    for amendment, agreement, number in amendments:
        streams[amendment] = Stream(codes.get(agreement), amendment=number)
    return streams
