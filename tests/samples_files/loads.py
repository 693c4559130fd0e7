"""Small ledgers in memory that real files are loaded into, by the real events."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.agreement.events import AgreementDefined, Area
from ledger.agreement.state import Agreement
from ledger.agreement.state import evolve as evolve_agreement
from ledger.event import Event, Recorded, agreement_id, indicator_id
from ledger.indicator.events import IndicatorDefined
from ledger.indicator.state import Indicator, evolve
from ledger.loading.events import to_events
from ledger.loading.load import Checked, check_file
from ledger.loading.mapping import Mapping as FileMapping
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
    ) -> Checked:
        """A file as judged, with nothing changed."""
        checked = check_file(content, name, mapping, self.agreement, self.folds, today)
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
    ) -> Checked:
        """A file as judged, and its changes folded."""
        checked = self.check(content, mapping, today=today, confirm_unit=confirm_unit)
        texts = {text for change in checked.changes.values() for text in change.notes.values()}
        notes = {text: sha256(text.encode()).hexdigest() for text in texts}
        source = checked.source()
        for code, event in to_events(checked.changes, source, REASON, note_digests=notes):
            self.record(code, event)
        return checked

    def _recorded(self, state: Agreement | Indicator, event: Event) -> Recorded:
        self.position += 1
        at = BEGAN + timedelta(seconds=self.position)
        return Recorded(state.id, state.version + 1, event, self.position, at, "asha")
