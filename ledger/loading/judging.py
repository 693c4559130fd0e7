"""Judging the file of a load on the record as it stands, and what is kept of that."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ledger.acts import Act
from ledger.agreement.state import Agreement
from ledger.comparators.state import Comparators
from ledger.deciding import check_may_act
from ledger.indicator.state import Indicator
from ledger.load.events import LoadChecked, LoadKind
from ledger.load.state import Load
from ledger.loading.check_sums import check_sums
from ledger.loading.keeping import mapping_of, read_file
from ledger.loading.load import Checked, check_file
from ledger.loading.mapping import Mapping as FileMapping
from ledger.loading.mapping import read_mapping
from ledger.loading.outcomes import CONFLICTING
from ledger.loading.parts import MOST_AT_ONCE
from ledger.loading.receiving import check_may_load
from ledger.loading.report import encode, rows_of
from ledger.loading.summary import Findings
from ledger.loading.whose import Whose
from ledger.record import Record
from policies.permissions import Action
from policies.refusals import DutyRefusal, UnknownAgreement

Told = Callable[[int], None]  # how far it is, in per cent


class Judgement(NamedTuple):
    """A file as judged just now, on which state, and what is kept of it.

    ``elsewhere`` are the folds of other areas, which a load of values does not ask for;
    ``looked_at``: a person is to see it before it counts; ``in_parts``: it goes in in parts.
    """

    checked: Checked
    body: Agreement
    folds: dict[str, Indicator]
    elsewhere: dict[str, Comparators]
    digest: str
    report: bytes
    looked_at: bool
    in_parts: bool

    def event(self, moved: int = 0) -> LoadChecked:
        """What the record says of it."""
        found = self.checked.findings
        return LoadChecked(
            digest=self.digest,
            rows=found.rows,
            counts=found.counts,
            writes=self.checked.writes,
            warnings={warning.code: warning.rows for warning in found.warnings},
            unit_changed=bool(found.unit_changed),
            moved=moved,
            conflicting=found.codes.get(CONFLICTING, 0),
        )

    def telling(self, findings: Findings) -> "Judgement":
        """The same judgement, of which more is told."""
        kept = _kept(self.checked, findings, looked_at=self.looked_at, in_parts=self.in_parts)
        return self._replace(report=kept[1])


def judge(
    record: Record,
    load: Load,
    act: Act,
    told: Told,
    *,
    entitled: bool = False,
    most_entries: int = MOST_AT_ONCE,
) -> Judgement:
    """Judge the file of a load that is kept. ``entitled``: roles need not be looked at;
    ``most_entries`` is how many go in at once.

    Raises BadFile, BadMapping, NoRole.
    """
    received = load.received
    assert received is not None
    with record.pool.connection() as connection:
        content = read_file(connection, load.id)
        mapping = mapping_of(connection, load.id)
    asked = read_mapping(mapping) if mapping else None
    file = (received.file, content, asked)
    return judge_content(
        record,
        load.agreement,
        file,
        act,
        told,
        kind=received.kind,
        entitled=entitled,
        looked_at=received.dry_run or bool(load.checked and load.checked.unit_changed),
        most_entries=most_entries,
    )


def judge_content(
    record: Record,
    agreement: str,
    file: tuple[str, bytes, FileMapping | None],
    act: Act,
    told: Told,
    *,
    kind: LoadKind = "values",
    entitled: bool = False,
    looked_at: bool = False,
    most_entries: int = MOST_AT_ONCE,
) -> Judgement:
    """Judge a file: its name, content and mapping. Raises as ``judge``, and UnknownAgreement."""
    name, content, mapping = file
    body = record.fresh_agreement(agreement)
    if body.sheet is None:
        raise UnknownAgreement(f"There is no agreement {agreement!r}.")
    folds: dict[str, Indicator] = {}

    def folded(codes: Iterable[str]) -> dict[str, Indicator]:
        folds.update(record.indicators(agreement, codes))
        return folds

    elsewhere: dict[str, Comparators] = {}

    def folded_elsewhere(codes: Iterable[str]) -> dict[str, Comparators]:
        elsewhere.update(record.comparators(agreement, codes))
        return elsewhere

    lines = max(content.count(b"\n"), 1)
    checked = check_file(
        content,
        name,
        mapping,
        body,
        folded,
        act.today,
        whose=Whose(kind, folded_elsewhere),
        told=lambda rows: told(min(100, 100 * rows // lines)),
    )
    if not entitled:
        check_roles(body, checked, folds, act)
    looked_at = looked_at or bool(checked.findings.unit_changed)
    in_parts = checked.writes > most_entries
    digest, report = _kept(checked, checked.findings, looked_at=looked_at, in_parts=in_parts)
    return Judgement(checked, body, folds, elsewhere, digest, report, looked_at, in_parts)


def check_roles(
    body: Agreement, checked: Checked, folds: Mapping[str, Indicator], act: Act
) -> None:
    """The person must be entitled for every indicator the file would change.

    For a file that changes nothing, it is enough to be entitled somewhere in the agreement.
    """
    check_may_load(body, act)
    for code in sorted(checked.changes.keys() | checked.elsewhere.keys()):
        try:
            check_may_act(body, folds[code], Action.LOAD, act)
        except DutyRefusal as refusal:  # of a file of many, the sentence must say which
            raise type(refusal)(f"Indicator {code}: {refusal.detail}") from None


def _kept(
    checked: Checked, findings: Findings, *, looked_at: bool, in_parts: bool
) -> tuple[str, bytes]:
    """The digest of a judgement, and what is kept of it.

    What the rows write is told by check sums only where somebody asks for them later: that takes
    time, and most loads go in at once with nobody looking first.
    """
    sums = check_sums(checked) if looked_at or in_parts else None
    return encode(rows_of(checked.judged, sums), checked.judged, findings, sums or ())
