"""The rows of the grid: what may be typed into it, what was typed and pasted, and what is sent."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from http_api.api.bodies import Code, CorrectedEntryBody
from http_api.pages.entry_cell import told
from http_api.problems import HttpProblem
from ledger.entering.looking import LookedAt
from ledger.entering.pasted import Known, Row, read_pasted
from ledger.entering.typed import without_sign
from ledger.indicator.events import Correction, Entry
from ledger.indicator.state import Indicator, Key
from ledger.loading.mapping import FIELDS
from ledger.loading.mapping_file import PREFIX
from policies.definition import Definition
from policies.numbers import text_or_none
from policies.periods import Period, parse_code

TYPED = ("value", "numerator", "denominator", "note")
CELL = "cell-"
MOST_TYPED = 1_000  # rows of a form
_FIGURES = ("value", "numerator", "denominator")

Form = Mapping[str, str]  # what a browser sent, by the name of the field


class GridRow(NamedTuple):
    """A row to type into, what stands there, and what was typed."""

    indicator: str
    definition: Definition
    period: Period
    present: str
    standing: str
    typed: dict[str, str]

    @property
    def cell(self) -> str:
        """The cell as the form names it."""
        return f"{self.period.code} {self.indicator}"


class Given(NamedTuple):
    """All rows that a form said: those pasted by their lines, then those typed, numbered on.

    ``columns`` is how the pasted ones were taken.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    pasted: int  # the number of the last pasted line


Entries = list[CorrectedEntryBody]


class Sent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry that is to be recorded, and of which indicator."""

    indicator: Code
    entry: CorrectedEntryBody


def grid_row(state: Indicator, code: str, area: str, typed: Form) -> GridRow:
    """The row of a cell."""
    assert state.definition is not None, "the indicator is defined"
    held = state.entries.get(Key(area, code, ""))
    present = "" if held is None else told(held.entry, state.definition)
    standing = "" if held is None else held.standing.replace("-", " ")
    return GridRow(state.code, state.definition, parse_code(code), present, standing, dict(typed))


def typed_in(form: Form) -> dict[str, dict[str, str]]:
    """What was typed into the rows of a form, by the cell it names."""
    found: dict[str, dict[str, str]] = {}
    for n in range(MOST_TYPED):
        cell = form.get(f"{CELL}{n}")
        if cell is None:
            break
        found[cell] = {field: form.get(f"{field}-{n}", "").strip() for field in TYPED}
    return found


def given_in(form: Form, known: Known) -> Given:
    """The rows of a form. Raises BadFile for what cannot be pasted."""
    text = form.get("pasted", "")
    pasted = read_pasted(text, known)
    last = max((row.number for row in pasted.rows), default=0)
    said = [(cell, typed) for cell, typed in typed_in(form).items() if any(typed.values())]
    typed = (_typed(n, cell, texts, known) for n, (cell, texts) in enumerate(said, last + 1))
    return Given(pasted.columns, (*pasted.rows, *typed), last)


def to_send(looked: Sequence[LookedAt]) -> list[Sent]:
    """The entries of rows that would be recorded."""
    return [
        Sent(one.indicator, _body(one.entry, one.note))
        for one in looked
        if one.writes and one.entry is not None
    ]


def encoded(sent: Sequence[Sent]) -> str:
    """Entries as a field of the form that is to be confirmed."""
    return msgspec.json.encode(sent).decode()


def decoded(text: str) -> list[Sent]:
    """The entries of such a field. Raises a 400 problem for any other text."""
    try:
        return msgspec.json.decode(text, type=list[Sent])
    except msgspec.DecodeError as error:
        raise HttpProblem(400, "malformed", f"The form is damaged: {error}.") from None


def as_pasted(sent: Sequence[Sent]) -> str:
    """Entries as rows to be pasted, with their headings, so that they can be checked again."""
    dimensions = dict.fromkeys(f"{PREFIX}{d}" for one in sent for d in one.entry.breakdown)
    text = io.StringIO(newline="")
    writer = csv.writer(text, dialect="excel-tab", lineterminator="\n")
    writer.writerow([*FIELDS, *dimensions])
    for one in sent:
        entry = one.entry
        said = {
            **{field: str(getattr(entry, field, None) or "") for field in FIELDS},
            "indicator": one.indicator,
            **{f"{PREFIX}{dimension}": code for dimension, code in entry.breakdown.items()},
        }
        writer.writerow([said.get(field, "") for field in (*FIELDS, *dimensions)])
    return text.getvalue()


def _typed(number: int, cell: str, texts: Form, known: Known) -> Row:
    period, _, indicator = cell.partition(" ")
    definition = known.indicators.get(indicator)
    unit = definition.unit if definition else ""
    fields = {
        "indicator": indicator,
        "area": known.area,
        "period": period,
        "standing": "provisional" if known.provisional else "final",
        "note": texts["note"],
        **{
            field: without_sign(texts[field], unit if field == "value" else "")
            for field in _FIGURES
        },
    }
    title = definition.title if definition else indicator
    return Row(number, (title, *filter(None, (texts[field] for field in TYPED))), fields)


def _body(entry: Entry, note: str) -> CorrectedEntryBody:
    return CorrectedEntryBody(
        period=entry.period,
        area=entry.area,
        breakdown=entry.breakdown,
        value=text_or_none(entry.value),
        numerator=text_or_none(entry.numerator),
        denominator=text_or_none(entry.denominator),
        confidence_low=text_or_none(entry.confidence_low),
        confidence_high=text_or_none(entry.confidence_high),
        standing="provisional" if entry.provisional else "final",
        note=note,
        replaces=entry.replaces if isinstance(entry, Correction) else "",
    )


def by_indicator(sent: Sequence[Sent]) -> Iterator[tuple[str, Entries, Entries]]:
    """The entries of each indicator, in order of their codes: the new ones, and the corrections."""
    for code in sorted({one.indicator for one in sent}):
        entries = [one.entry for one in sent if one.indicator == code]
        new = [entry for entry in entries if not entry.replaces]
        yield code, new, [entry for entry in entries if entry.replaces]
