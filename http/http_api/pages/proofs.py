"""The proof of one figure, explained in words."""

from collections.abc import Sequence

import msgspec

from http_api.pages.reader import ClocksAsked, FigureProof, Reader
from http_api.pages.render import render
from http_api.pages.views import indicator_frame


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows of a proof.

    ``stored`` is the entry exactly as the event holds it; ``beside`` how many others the event has.
    ``size`` and ``root`` are what the checkpoint signs.
    """

    stored: str
    beside: int
    line: str
    path: Sequence[str]
    size: int
    root: str
    checkpoint: str
    key: str


def proof_page(
    reader: Reader, asked: ClocksAsked, code: str, indicator: str, *, period: str, area: str
) -> str:
    """What proves the figure of one judgement."""
    agreement = reader.agreement(code, asked)
    answer = reader.indicator(code, indicator, asked)
    proof = reader.proof(code, indicator, asked, period=period, area=area)
    why, entry = proof.why, proof.why.entry
    assert entry is not None
    areas = {each.code: each.name for each in agreement.areas}
    kept = {"period": period, "area": area}
    return render(
        "proof.html",
        indicator_frame(asked, agreement, answer, why.clocks, kept, page="proof"),
        row=why.row,
        entry=entry,
        unit=why.definition.unit,
        agreement=agreement,
        area_name=areas.get(why.row.area, why.row.area),
        names=reader.person_names({entry.given_by}),
        receipt=proof.receipt,
        proof=told(proof, int(entry.name.partition(".")[2])),
    )


def told(proof: FigureProof, index: int) -> Told:
    """A proof as the page shows it."""
    receipt = proof.receipt
    entries = msgspec.json.decode(receipt.payload, type=_Entries).entries
    _, size, root = receipt.checkpoint.partition("\n\n")[0].split("\n")
    return Told(
        stored=bytes(entries[index]).decode(),
        beside=len(entries) - 1,
        line=receipt.entry,
        path=receipt.hashes,
        size=int(size),
        root=root,
        checkpoint=receipt.checkpoint,
        key=proof.key,
    )


class _Entries(msgspec.Struct):
    """The entries of an event, each as it is written there."""

    entries: list[msgspec.Raw]
