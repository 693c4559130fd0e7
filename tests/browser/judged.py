"""The facts of the built board as answers, judged by the real rules."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import msgspec
from browser.indicators import AREAS, HOME, INDICATORS, OUTCOMES, Built, Given

from http_api.pages.reader import ClocksAsked
from http_api.pages.words import LONDON
from policies.cell import CellFacts, EntryFacts, Rules, TargetFacts
from policies.due import DueSettings, due_on
from policies.judgement import judge
from policies.numbers import to_text
from policies.periods import parse_code
from policies.rag import RagSettings
from policies.refusals import UnknownIndicator
from policies.travel import TravelSettings
from projections.answers import (
    AttachmentRow,
    Clocks,
    HistoryEvent,
    PolicyInForce,
    SignedOff,
    StatusRow,
    TargetAnswer,
    ValueRow,
)

CODE = "warwickshire"
TITLE = "Warwickshire Partnership Agreement 2013 to 2027"
NOW = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)
HEAD = 1742
DAY = timedelta(days=1)
EVIDENCE = tuple(  # one whose name has no blank to break a line at, and one that was erased
    AttachmentRow(
        attachment=digit * 64,
        name=name,
        kind="xlsx",
        size=1_234_567,
        attached_by="p-entry",
        attached_at=NOW - 50 * DAY,
    )
    for digit, name in (("a", f"{'Return_of_the_district_' * 4}final.xlsx"), ("b", None))
)


def clocks(asked: ClocksAsked) -> Clocks:
    """Both clocks as an answer would give them."""
    known, position = _moment(asked.known_at)
    policy, policy_position = _moment(asked.policy_at)
    return Clocks(
        known_at=known,
        known_position=position,
        policy_at=policy,
        policy_position=policy_position,
        is_now=(asked.known_at, asked.policy_at) == ("now", "now"),
    )


def _moment(asked: str) -> tuple[datetime, int]:
    if asked == "now":
        return NOW, HEAD
    if asked.startswith("position:"):
        return NOW - 90 * DAY, int(asked.removeprefix("position:"))
    if "T" in asked:
        return datetime.fromisoformat(asked), HEAD
    when = datetime.combine(date.fromisoformat(asked), time(23, 59), tzinfo=LONDON)
    return when, 123 if when < NOW else HEAD


def rules(built: Built) -> Rules:
    """The rules in force; ``judge`` and the days of grace are the indicator's, to show each."""
    rag = RagSettings(
        amber_margin=Decimal("0.05"), exceed_margin=Decimal("0.10"), judge=built.judge
    )
    return Rules(rag=rag, travel=TravelSettings(), due=DueSettings(grace_days=built.grace_days))


def facts(built: Built, code: str, area: str) -> CellFacts:
    """What is known of one cell."""
    period = parse_code(code)
    level = built.targets.get(code)
    return CellFacts(
        definition=built.definition,
        period=period,
        retired=built.retired,
        target=None if level is None else TargetFacts(level=level, kind="local"),
        entry=_entry_facts(built.given(code, area)),
        before=_entry_facts(built.given(period.previous().code, area)),
    )


def _entry_facts(given: Given | None) -> EntryFacts | None:
    if given is None:
        return None
    return EntryFacts(
        judged=given.value,
        missing=given.missing,
        provisional=given.provisional,
        signed=given.signed,
        corrected=given.corrected,
    )


def row(built: Built, code: str, area: str = HOME) -> StatusRow:
    """One line of the board, judged by the real rules."""
    cell = facts(built, code, area)
    judged = judge(cell, rules(built), NOW.date())
    given = built.given(code, area)
    return StatusRow(
        indicator=built.code,
        title=built.definition.title,
        block=next(outcome[2] for outcome in OUTCOMES if outcome[0] == built.outcome),
        outcome=built.outcome,
        period=code,
        period_label=cell.period.label,
        area=area,
        unit=built.definition.unit,
        value=None if given is None or given.value is None else to_text(given.value),
        judged=None if judged.judged is None else to_text(judged.judged),
        target=None if cell.target is None else to_text(cell.target.level),
        target_kind=None if cell.target is None else "local",
        status=judged.status,
        reason=judged.reason,
        marks=tuple(judged.marks),
        travel=judged.travel,
        travel_reason=judged.travel_reason,
        stage=2 if built.code == "absence" and code == built.latest(NOW.date()) else None,
        due_on=due_on(cell.period, built.definition),
        signed_off=_signature(given),
        entry=None if given is None else entry_name(built, code),
        policy_version="2024-1",
        why=f"/api/v1/agreements/{CODE}/indicators/{built.code}/why?period={code}&area={area}",
    )


def _signature(given: Given | None) -> SignedOff | None:
    if given is None or not given.signed:
        return None
    return SignedOff(by="p-signer", at=NOW - 40 * DAY, assurance="checked")


WITH_PARTS = ("absence",)  # whose values were given as parts, but for the latest
SURVEYS = ("smoking", "trust")  # whose values have confidence limits


def entry_name(built: Built, code: str) -> str:
    """The name of a period's entry."""
    return f"{200 + 10 * INDICATORS.index(built)}.{sorted(built.values).index(code)}"


def value_row(built: Built, code: str, area: str) -> ValueRow:
    """One entry as it stands."""
    given = built.given(code, area)
    assert given is not None
    shown = row(built, code, area)
    parts = built.code in WITH_PARTS and code != max(built.values)
    middle = None if shown.value is None or built.code not in SURVEYS else Decimal(shown.value)
    return ValueRow(
        name=entry_name(built, code),
        period=code,
        period_label=shown.period_label,
        area=area,
        area_name=AREAS[area],
        breakdown={},
        value=shown.value,
        judged=shown.judged,
        numerator=None if not parts or shown.value is None else str(10 * Decimal(shown.value)),
        denominator=None if not parts or shown.value is None else "10",
        confidence_low=None if middle is None else str(middle - 2),
        confidence_high=None if middle is None else str(middle + Decimal("1.5")),
        missing=given.missing,
        standing="signed-off" if given.signed else "submitted",
        provisional=given.provisional,
        corrected=given.corrected,
        signed_off=shown.signed_off,
        recorded_at=NOW - 60 * DAY,
        submitted_by="p-entry",
        corrected_by="p-entry" if given.corrected else None,
        digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        replaces="199.0" if given.corrected else None,
        note=None,
        attachments=EVIDENCE if given.corrected else (),
    )


def find(indicator: str) -> Built:
    """The indicator of a code. Raises UnknownIndicator."""
    for built in INDICATORS:
        if built.code == indicator:
            return built
    raise UnknownIndicator(f"There is no indicator {indicator}.")


def target(built: Built, code: str) -> TargetAnswer:
    """A target as it stands."""
    return TargetAnswer(
        area=HOME,
        period=code,
        period_label=parse_code(code).label,
        level=to_text(built.targets[code]),
        kind="local",
        baseline=None,
        set_at=NOW - 500 * DAY,
        set_by="p-erased",
        position=57,
    )


def policies(built: Built) -> tuple[PolicyInForce, ...]:
    """The rules in force, with their settings as data."""
    kinds = (("rag", rules(built).rag), ("travel", rules(built).travel), ("due", rules(built).due))
    return tuple(
        PolicyInForce(
            kind=kind,
            version="2024-1",
            effective_from=date(2024, 4, 1),
            position=12,
            settings=msgspec.to_builtins(settings),
        )
        for kind, settings in kinds
    )


def recorded(built: Built) -> list[HistoryEvent]:
    """A short history of an indicator: set up, targets, values, a correction, sign-off, refusal."""
    entries = [
        {"period": code, "area": HOME, "value": str(given.value)}
        for code, given in sorted(built.values.items())
        if given.value is not None
    ]
    targets = [
        {"period": code, "area": HOME, "level": str(level), "kind": "local"}
        for code, level in built.targets.items()
    ]
    corrected = [{**entry, "replaces": "205.0"} for entry in entries[:1]]
    source = {"file": "values_published.csv", "sha256": "ab" * 32, "released_on": "2026-04-08"}
    acts: list[tuple[str, str, dict[str, object]]] = [
        ("p-lead", "indicator-defined", {"code": built.code}),
        ("p-erased", "targets-set", {"targets": targets}),
        ("p-entry", "values-submitted", {"entries": entries, "source": source}),
        ("p-entry", "action-refused", {"action": "sign-off", "code": "self-sign-off"}),
        ("p-entry", "values-corrected", {"entries": corrected, "reason": "cd" * 32}),
        (
            "p-signer",
            "values-signed-off",
            {"entries": [{"name": "205.1", "digest": "ef" * 32}], "assurance": "checked"},
        ),
    ]
    return [
        HistoryEvent(
            position=200 + place,
            recorded_at=NOW - (100 - place) * DAY,
            actor=actor,
            type=kind,
            agreement=CODE,
            indicator=built.code,
            data=data,
        )
        for place, (actor, kind, data) in enumerate(acts)
    ]
