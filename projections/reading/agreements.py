"""Every agreement of the ledger."""

import msgspec

from ledger.agreement.events import DemonstrationDeclared
from ledger.engine import Connection
from projections.answers import AgreementListed, Agreements
from projections.folding.agreements import DEMONSTRATION, SHEET
from projections.reading.clocks import ResolvedClocks
from projections.reading.structure import sheet_of

_decode = msgspec.json.Decoder(DemonstrationDeclared).decode


def read_agreements(connection: Connection, clocks: ResolvedClocks) -> Agreements:
    """The agreements as known, in the order of their codes."""
    known = clocks.clocks.known_position
    rows = connection.execute(
        "SELECT s.data,"
        " (SELECT d.data FROM structure d WHERE d.kind = %(demonstration)s"
        "  AND d.from_position <= %(known)s AND d.to_position > %(known)s),"
        " (SELECT count(*) FROM indicator i WHERE i.agreement = s.agreement"
        "  AND i.from_position <= %(known)s AND i.to_position > %(known)s)"
        " FROM structure s WHERE s.kind = %(sheet)s AND s.from_position <= %(known)s"
        " AND s.to_position > %(known)s",
        {"known": known, "sheet": SHEET, "demonstration": DEMONSTRATION},
    ).fetchall()
    listed = [
        AgreementListed(
            code=(sheet := sheet_of(data)).code,
            title=sheet.title,
            start=sheet.start,
            end=sheet.end,
            demonstration=declared is not None,
            statement=_statement(declared),
            indicators=indicators,
        )
        for data, declared, indicators in rows
    ]
    listed.sort(key=lambda one: one.code)
    return Agreements(clocks=clocks.clocks, agreements=tuple(listed))


def _statement(declared: str | None) -> str:
    """What a demonstration says of itself, "" for a real ledger."""
    return "" if declared is None else _decode(declared).statement
