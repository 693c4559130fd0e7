"""The code maps of an agreement as known: what others call areas and indicators."""

import msgspec

from ledger.agreement.events import CodeMapSet
from ledger.engine import Connection
from projections.answers import CodeAnswer, CodeMapAnswer, CodeMaps
from projections.folding.agreements import CODE_MAP
from projections.reading.clocks import ResolvedClocks
from projections.reading.structure import read_structure

_decode = msgspec.json.Decoder(CodeMapSet).decode


def read_code_maps(connection: Connection, agreement: str, clocks: ResolvedClocks) -> CodeMaps:
    """Every code map as known, in the order in which they were first set.

    Raises UnknownAgreement.
    """
    known = clocks.clocks.known_position
    structure = read_structure(connection, agreement, clocks.clocks)
    rows = connection.execute(
        "SELECT data, from_position FROM structure WHERE agreement = %s AND kind = %s"
        " AND from_position <= %s AND to_position > %s ORDER BY ordinal",
        (structure.id, CODE_MAP, known, known),
    )
    return CodeMaps(
        clocks=clocks.clocks,
        code_maps=tuple(_answer(_decode(data), position) for data, position in rows),
    )


def _answer(code_map: CodeMapSet, position: int) -> CodeMapAnswer:
    return CodeMapAnswer(
        name=code_map.name,
        kind=code_map.kind,
        position=position,
        entries=tuple(
            CodeAnswer(
                code=entry.code,
                ours=entry.ours,
                valid_from=entry.valid_from,
                valid_to=entry.valid_to,
            )
            for entry in code_map.entries
        ),
    )
