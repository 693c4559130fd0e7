"""The entries shown at a position are the fold of the stream up to it, in every detail."""

from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
from histories import AGREEMENT, Ledger, Story, empty
from hypothesis import given
from random_histories import stories
from reference import Reference

from ledger.engine import Connection
from ledger.indicator.state import Held, Indicator, Key, sign_off_digest
from projections.answers import SignedOff, ValueRow
from projections.catch_up import catch_up
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.values import read_values


def text(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")


def as_told(state: Indicator, key: Key, held: Held) -> dict[str, Any]:
    """What an answer must say of an entry; numbers exactly as they were given."""
    entry, signature = held.entry, held.signature
    only_parts = entry.value is None and entry.numerator is not None
    told: dict[str, Any] = {} if only_parts else {"value": text(entry.value)}
    return told | {
        "name": held.name,
        "period": key.period,
        "area": key.area,
        "breakdown": entry.breakdown,
        "numerator": text(entry.numerator),
        "denominator": text(entry.denominator),
        "confidence_low": text(entry.confidence_low),
        "confidence_high": text(entry.confidence_high),
        "missing": entry.missing or None,
        "standing": held.standing,
        "provisional": entry.provisional,
        "corrected": held.corrected_by != "",
        "signed_off": None
        if signature is None
        else SignedOff(by=signature.by, at=signature.at, assurance=signature.assurance),
        "recorded_at": held.recorded_at,
        "submitted_by": held.submitted_by,
        "digest": sign_off_digest(state.id, held.name, entry, state.definition_version),
        "replaces": held.replaces or None,
    }


def evidence_of(row: ValueRow) -> tuple[str, ...]:
    return tuple(one.attachment for one in row.attachments)


@given(story=stories(), data=st.data())
def test_values_at_a_position_are_the_fold_of_the_stream_up_to_it(
    written: tuple[str, Ledger, Connection], story: Story, data: st.DataObject
) -> None:
    """Read in pages of any length; the digest is what a signer at that moment had to sign."""
    url, owner, reader = written
    empty(owner)
    last = owner.write(story)
    catch_up(url)
    for p in {last, data.draw(st.integers(2, last))}:
        clocks = resolve(reader, f"position:{p}", "now", story.at)
        limit = data.draw(st.integers(1, 7))
        for code, state in Reference(story.recorded(), AGREEMENT, p, p).indicators.items():
            rows = all_pages(reader, code, clocks, limit)
            expected = sorted(
                state.entries.items(), key=lambda item: (item[0].period, item[0].area, *item[0])
            )
            assert [key[2] == "" for key, _ in expected] == [not row.breakdown for row in rows]
            for (key, held), row in zip(expected, rows, strict=True):
                wanted = as_told(state, key, held)
                assert wanted == {name: getattr(row, name) for name in wanted}
                assert held.entry.attachments == evidence_of(row)


def all_pages(reader: Connection, code: str, clocks: ResolvedClocks, limit: int) -> list[ValueRow]:
    rows: list[ValueRow] = []
    after: str | None = None
    while True:
        page = read_values(reader, AGREEMENT, code, clocks, after=after, limit=limit)
        assert len(page.values) <= limit
        rows += page.values
        after = page.next
        if after is None:
            return rows
