"""Small ledgers in memory that real files are loaded into, by the real events."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.agreement.events import AgreementDefined, Area
from ledger.agreement.state import Agreement
from ledger.agreement.state import evolve as evolve_agreement
from ledger.comparators.decisions import release, take_back
from ledger.comparators.state import Comparators
from ledger.comparators.state import evolve as evolve_comparators
from ledger.event import Event, Recorded, agreement_id, comparators_id, indicator_id
from ledger.indicator.events import Entry, IndicatorDefined, Source
from ledger.indicator.state import Indicator, evolve
from ledger.load.events import LoadKind
from ledger.loading.events import to_events
from ledger.loading.load import Checked, check_file
from ledger.loading.mapping import Mapping as FileMapping
from ledger.loading.whose import Whose
from policies.definition import Basis, Definition, Polarity
from policies.periods import Calendar, Interval
from policies.refusals import UnitChanged

SAMPLES = Path(__file__).parent
TODAY = date(2026, 6, 1)
REASON = "ab" * 32  # the digest of a stored reason
BEGAN = datetime(2024, 12, 18, 9, 30, tzinfo=UTC)


def sample(name: str) -> bytes:
    """A sample file's bytes."""
    return (SAMPLES / name).read_bytes()


def yearly(**changes: Any) -> Definition:
    """A yearly percentage of the financial year, with one decimal, changed as asked."""
    settings: dict[str, Any] = {
        "title": "Care leavers in suitable accommodation",
        "unit": "%",
        "decimals": 1,
        "polarity": Polarity.BIGGER,
        "basis": Basis.ANNUAL,
        "interval": Interval.YEAR,
        "calendar": Calendar.FINANCIAL,
    }
    return Definition(**(settings | changes))


class Ledger:
    """An agreement and its indicators. Loading alters it; nothing else does."""

    def __init__(self, areas: Mapping[str, str], definitions: Mapping[str, Definition]) -> None:
        self.position = 0
        self.agreement = Agreement(agreement_id("partnership"))
        sheet = AgreementDefined(
            code="partnership",
            title="A partnership",
            start=date(2000, 4, 1),
            end=date(2030, 3, 31),
            accountable_body="County council",
            calendar="financial",
            areas=tuple(Area(code, name) for code, name in areas.items()),
        )
        self.tell(sheet)
        self.indicators: dict[str, Indicator] = {}
        self.others = {c: Comparators(comparators_id("partnership", c)) for c in definitions}
        for code, definition in definitions.items():
            self.indicators[code] = Indicator(indicator_id("partnership", code))
            defined = IndicatorDefined(agreement="partnership", code=code, definition=definition)
            self.record(code, defined)

    def record(self, code: str, event: Event) -> None:
        """Fold an event at the next position."""
        state = self.indicators[code]
        evolve(state, self._recorded(state, event))

    def folds(self, codes: Iterable[str]) -> dict[str, Indicator]:
        """The folds of those indicators that there are."""
        return {code: self.indicators[code] for code in codes if code in self.indicators}

    def folds_elsewhere(self, codes: Iterable[str]) -> dict[str, Comparators]:
        """The folds of other areas."""
        return {code: self.others[code] for code in codes if code in self.others}

    def tell(self, event: Event) -> None:
        """Fold an event of the agreement at the next position."""
        evolve_agreement(self.agreement, self._recorded(self.agreement, event))

    def check(
        self,
        content: bytes,
        mapping: FileMapping | None = None,
        *,
        name: str = "file.csv",
        today: date = TODAY,
        confirm_unit: bool = False,
        kind: LoadKind = "values",
    ) -> Checked:
        """A file as judged, with nothing changed."""
        whose = Whose(kind, self.folds_elsewhere)
        checked = check_file(content, name, mapping, self.agreement, self.folds, today, whose=whose)
        unit = checked.findings.unit_changed
        if unit and not confirm_unit:
            raise UnitChanged(unit)  # as a commit is refused
        return checked

    def load(
        self,
        content: bytes,
        mapping: FileMapping | None = None,
        *,
        today: date = TODAY,
        confirm_unit: bool = False,
        kind: LoadKind = "values",
        load: str = "",
    ) -> Checked:
        """A file as judged, and its changes folded; ``load`` is the id it is told by."""
        checked = self.check(content, mapping, today=today, confirm_unit=confirm_unit, kind=kind)
        texts = {text for change in checked.changes.values() for text in change.notes.values()}
        notes = {text: sha256(text.encode()).hexdigest() for text in texts}
        source = checked.source(load=load)
        for code, event in to_events(checked.changes, source, REASON, note_digests=notes):
            self.record(code, event)
        for code, change in checked.elsewhere.items():
            self.release(code, (*change.new, *change.corrections), source)
        return checked

    def release(self, code: str, entries: Iterable[Entry], source: Source) -> None:
        """Fold values of other areas."""
        state = self.others[code]
        for event in release("partnership", code, tuple(entries), source):
            evolve_comparators(state, self._recorded(state, event))

    def take_back(self, load: str) -> tuple[int, int, int]:
        """Take back what a load brought of other areas: how many went, came back and were left."""
        found = []
        for code, state in self.others.items():
            taken = take_back(state, "partnership", code, load, REASON)
            for event in taken.events:
                evolve_comparators(state, self._recorded(state, event))
            found.append((taken.withdrawn, taken.reverted, taken.kept))
        withdrawn, reverted, kept = zip(*found, strict=True)
        return sum(withdrawn), sum(reverted), sum(kept)

    def _recorded(self, state: Agreement | Indicator | Comparators, event: Event) -> Recorded:
        self.position += 1
        at = BEGAN + timedelta(seconds=self.position)
        return Recorded(state.id, state.version + 1, event, self.position, at, "asha")
