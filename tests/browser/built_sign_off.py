"""What waits for a sign-off on the built board: of each kind one, and what came of a form."""

from collections.abc import Sequence
from datetime import timedelta

from browser.indicators import HOME, Built
from browser.judged import CODE, NOW, TITLE, clocks, facts, find, row, rules, value_row
from msgspec.structs import replace

from http_api.pages.reader import ClocksAsked
from http_api.pages.sign_off_reader import Selection
from http_api.sign_off_forms import Recorded
from policies.judgement import judge
from projections.answers import AttachmentRow, Named, SignedOff, StatusRow, ValueRow
from projections.waiting_answers import (
    ActBehind,
    ActKind,
    ChosenEntry,
    EarlierVersion,
    PeriodBefore,
    QualityWarning,
    Waiting,
    WaitingEntry,
    WaitingGroup,
    WaitsForOthers,
    WaitsOfIndicator,
)

DAY = timedelta(days=1)
SIGNATURE = SignedOff(by="p-signer", at=NOW - 40 * DAY, assurance="own-audit")
EVIDENCE = (
    AttachmentRow(
        attachment="9f" * 32,
        name="attendance_returns_of_all_schools_spring_and_summer_2025_final_version_2.xlsx",
        kind="xlsx",
        size=48_231,
        attached_by="p-entry",
        attached_at=NOW - 20 * DAY,
    ),
    AttachmentRow(
        attachment="8e" * 32, name=None, kind=None, size=None, attached_by="p-erased",
        attached_at=NOW - 19 * DAY,
    ),
)  # fmt: skip
NOTE = "Two schools sent their figures late; those of the year before stand in for one of them."
WAITS = ("absence", "FY2024-Q4"), ("absence", "FY2024-Q3"), ("gld", "FY2025")


def act(kind: ActKind, days_ago: int, actor: str = "p-entry", **fields: str | None) -> ActBehind:
    """Something that somebody did to a value."""
    plain: dict[str, str | None] = {"reason": None, "file": None, "load": None}
    return ActBehind(
        kind=kind,
        position=1700 - days_ago,
        recorded_at=NOW - days_ago * DAY,
        actor=actor,
        **(plain | fields),
    )


def unsigned(built: Built, code: str) -> ValueRow:
    """An entry that waits."""
    entry = value_row(built, code, HOME)
    return replace(entry, standing="submitted", signed_off=None, name=f"170{code[-1]}.0")


def once_signed(built: Built, code: str) -> StatusRow:
    """The row of the board as it would be."""
    cell = facts(built, code, HOME)
    assert cell.entry is not None
    judged = judge(replace(cell, entry=replace(cell.entry, signed=True)), rules(built), NOW.date())
    return replace(
        row(built, code),
        status=judged.status,
        reason=judged.reason,
        marks=tuple(judged.marks),
        signed_off=None,
    )


def earlier(entry: ValueRow, judged: str, ended: ActBehind, *, signed: bool) -> EarlierVersion:
    """What stood there before."""
    return EarlierVersion(
        entry="1650.2",
        value=judged,
        numerator=None,
        denominator=None,
        missing=None,
        judged=judged,
        provisional=False,
        definition_version=1,
        given_by="p-entry",
        recorded_at=NOW - 60 * DAY,
        signed_off=SIGNATURE if signed else None,
        ended=ended,
        difference="0.6" if judged != entry.judged else "0.0",
        relative="0.0294" if judged != entry.judged else "0.0000",
    )


CORRECTED = act(ActKind.CORRECTION, 20, reason="Two schools had sent the figures of 2023/24.")


def entries() -> tuple[WaitingEntry, ...]:
    """A corrected one whose sign-off lapsed, a part with nothing before it, and a loaded one."""
    absence, gld = find("absence"), find("gld")
    latest = replace(
        unsigned(absence, "FY2024-Q4"), note=NOTE, attachments=EVIDENCE, corrected=True
    )
    part = replace(
        unsigned(absence, "FY2024-Q3"),
        breakdown={"sex": "F", "school_type": "special"},
        numerator="1042",
        denominator="4916",
    )
    loaded = unsigned(gld, "FY2025")
    before = PeriodBefore(
        entry="1601.0", period="FY2024-Q3", period_label="Q3 2024/25", value="21.3",
        judged="21.3", missing=None, signed_off=SIGNATURE, difference="-0.3", relative="-0.0141",
    )  # fmt: skip
    return (
        WaitingEntry(
            entry=latest,
            given=CORRECTED,
            corrected_by="p-lead",
            judged_as=once_signed(absence, "FY2024-Q4"),
            earlier=earlier(latest, "20.4", CORRECTED, signed=True),
            period_before=before,
            warnings=(
                QualityWarning(
                    code="jump",
                    detail="21.0 is far from 2.13, the figure of the period before, for this"
                    " series.",
                ),
            ),
        ),
        WaitingEntry(
            entry=part,
            given=act(ActKind.SUBMISSION, 25, "p-erased"),
            corrected_by=None,
            judged_as=None,
            earlier=None,
            period_before=None,
            warnings=(),
        ),
        WaitingEntry(
            entry=loaded,
            given=act(
                ActKind.SUBMISSION,
                30,
                file="values_published_2026-04-08.csv",
                load="0197b3a0-0000-7000-8000-000000000005",
            ),
            corrected_by=None,
            judged_as=once_signed(gld, "FY2025"),
            earlier=earlier(
                loaded, str(loaded.judged), act(ActKind.DEFINITION, 5, "p-lead"), signed=True
            ),
            period_before=replace(before, signed_off=None, period_label="2024/25"),
            warnings=(),
        ),
    )


def group(code: str, shown: tuple[WaitingEntry, ...]) -> WaitingGroup:
    """The entries of an indicator."""
    built = find(code)
    place = row(built, built.latest(NOW.date()))
    return WaitingGroup(
        indicator=code,
        title=built.definition.title,
        unit=built.definition.unit,
        block=place.block,
        outcome=place.outcome,
        definition_version=2,
        definition_position=31,
        entries=shown,
    )


def chosen(code: str, one: WaitingEntry) -> ChosenEntry:
    """An entry that is as it was."""
    built = find(code)
    return ChosenEntry(
        indicator=code,
        title=built.definition.title,
        unit=built.definition.unit,
        definition_version=2,
        seen=one.entry,
        now=one.entry,
        given=one.given,
        since=one.given,
    )


def all_chosen() -> tuple[ChosenEntry, ...]:
    """As it was, corrected, signed by another meanwhile, taken out, and returned."""
    first, second, third = entries()
    still, moved, signed = chosen("absence", first), chosen("absence", second), chosen("gld", third)
    corrected = replace(second.entry, name="1801.0", judged="2.1", value="2.1")
    theirs = replace(third.entry, standing="signed-off", signed_off=SIGNATURE)
    return (
        still,
        replace(moved, now=corrected, given=CORRECTED, since=CORRECTED),
        replace(signed, now=theirs, since=act(ActKind.SIGN_OFF, 1, "p-signer")),
        replace(
            signed,
            seen=replace(third.entry, name="1710.0"),
            now=None,
            given=None,
            since=act(ActKind.WITHDRAWAL, 1, reason="Sent twice."),
        ),
        replace(
            signed,
            seen=replace(third.entry, name="1711.0"),
            now=replace(third.entry, name="1711.0", standing="returned"),
            since=act(ActKind.RETURN, 1, "p-signer"),
        ),
    )


class BuiltSignOffs:
    """The questions about sign-off, answered over the built board."""

    def waiting(
        self, agreement: str, asked: ClocksAsked, *, person: str, selection: Selection
    ) -> Waiting:
        """Three values of two indicators; nothing of any other, and nothing elsewhere."""
        first, second, third = entries()
        groups = (group("absence", (first, second)), group("gld", (third,)))
        here = selection.area in ("", HOME)
        shown = tuple(one for one in groups if here and selection.indicator in ("", one.indicator))
        others = (
            WaitsForOthers(
                indicator="infant",
                title=find("infant").definition.title,
                reason="self-sign-off",
                count=6,
                period_labels=("2022–2024", "2021–2023", "2020–2022", "2019–2021", "2018–2020"),
                may_sign=("p-erased", "p-signer"),
            ),
            WaitsForOthers(
                indicator="jobs",
                title=find("jobs").definition.title,
                reason="no-role",
                count=1,
                period_labels=("2024/25",),
                may_sign=(),
            ),
        )
        return Waiting(
            clocks=clocks(asked),
            agreement=CODE,
            title=TITLE,
            demonstration=True,
            person=person,
            count=sum(len(one.entries) for one in shown) + (40 if shown == groups else 0),
            before=20 if selection.after else 0,
            by_indicator=tuple(
                WaitsOfIndicator(
                    indicator=one.indicator,
                    title=one.title,
                    count=len(one.entries) + (20 if shown == groups else 0),
                    period_labels=tuple(each.entry.period_label for each in one.entries),
                )
                for one in shown
            ),
            groups=shown,
            others=others,
            indicators=tuple(Named(code=one.indicator, name=one.title) for one in groups),
            periods=(
                Named(code="FY2025", name="2025/26"),
                Named(code="FY2024-Q4", name="Q4 2024/25"),
            ),
            next="more" if shown == groups else None,
        )

    def chosen(
        self, agreement: str, asked: ClocksAsked, names: Sequence[tuple[str, str]]
    ) -> tuple[ChosenEntry, ...]:
        """What became of each meanwhile."""
        found = {(one.indicator, one.seen.name): one for one in all_chosen()}
        return tuple(found[place] for place in names if place in found)

    def recorded(self, person: str, key: str) -> Recorded:
        """What a form came to: one was signed or, under another key, one returned; else nothing."""
        if key not in ("signed", "returned"):
            return Recorded((), False)
        done = all_chosen()[4 if key == "returned" else 2]
        return Recorded(((done.indicator, done.seen.name),), key == "returned")
