"""The pages of change control: the register, one proposal with its rehearsal, the memorandum."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec

from http_api.effect_chart import Sides
from http_api.offering import RegisterOffered
from http_api.pages import vocabulary
from http_api.pages.amendment_lists import AskedLists, Ways, lists_of, told
from http_api.pages.amendment_offers import against_approval, begun, is_stale, offered_on
from http_api.pages.framing import frame_of
from http_api.pages.links import Links
from http_api.pages.part_lists import Part
from http_api.pages.reader import ClocksAsked, Reader
from http_api.pages.render import Crumb, render
from http_api.pages.scorecard import NO_STATUS
from http_api.pages.words import capital
from ledger.amendment.offers import Offers
from ledger.csv_text import csv_text
from policies.definition import Definition
from projections.amendment_answers import (
    AmendmentAnswer,
    DefinitionChanged,
    Memorandum,
    PolicyChanged,
    TargetChanged,
    TargetStanding,
)
from projections.answers import AgreementAnswer
from projections.effects import Effect, Rehearsal, Verdict

AMENDMENTS_SHOWN = 100
REGISTER = "Change register"
FIRST = AskedLists()
CSV_COLUMNS = (
    "indicator", "title", "area", "area_name", "period",
    "judged", "target", "status", "stage",
    "judged_after", "target_after", "status_after", "stage_after",
)  # fmt: skip


class Difference(msgspec.Struct, frozen=True):
    """A field of a definition that would be another, in words."""

    field: str
    before: str
    after: str


class Standing(msgspec.Struct, frozen=True):
    """The targets of an indicator in an area that bind the same partners."""

    targets: tuple[TargetStanding, ...]

    @property
    def title(self) -> str:
        """The title of the indicator."""
        return self.targets[0].title

    @property
    def area_name(self) -> str:
        """The name of the area."""
        return self.targets[0].area_name

    @property
    def bound(self) -> tuple[str, ...]:
        """The codes of the bound partners."""
        return self.targets[0].bound


def register_page(
    reader: Reader,
    asked: ClocksAsked,
    code: str,
    *,
    after: str,
    offered: RegisterOffered | None = None,
    recorded: int = 0,
) -> str:
    """Every amendment, the latest first, and what the reader may begin."""
    agreement = reader.agreement(code, asked)
    answer = reader.amendments(code, asked, after=after, limit=AMENDMENTS_SHOWN)
    return render(
        "amendments.html",
        frame_of(agreement, asked, answer.clocks, REGISTER, "amendments", kept={"after": after}),
        agreement=agreement,
        amendments=answer.amendments,
        next=answer.next,
        names=reader.person_names({one.proposed.by for one in answer.amendments}),
        offered=begun(agreement, offered) if offered else [],
        recorded=recorded,
    )


def amendment_page(
    reader: Reader,
    asked: ClocksAsked,
    code: str,
    number: int,
    *,
    lists: AskedLists = FIRST,
    offers: Offers | None = None,
    key: str = "",
    recorded: int = 0,
) -> str:
    """One proposal: what it would change, its rehearsal, who agreed, and the decision.

    ``lists`` are the parts of its lists that are asked for; ``offers`` is what the reader may do
    with it now; ``key`` that under which they would rehearse it; ``recorded`` the position of what
    they did just before.
    """
    agreement = reader.agreement(code, asked)
    answer = reader.amendment(code, number, asked)
    rehearsal = reader.rehearsal(code, number, asked) if answer.rehearsal else None
    smart = reader.smart(code, number, asked).targets if answer.changes.targets else ()
    parts = lists_of(answer, rehearsal, smart, lists)
    frame = frame_of(
        agreement,
        asked,
        answer.clocks,
        f"Amendment {number}",
        f"amendments/{number}",
        between=_between(asked, code),
        kept=lists.query,
    )
    return render(
        "amendment.html",
        frame,
        agreement=agreement,
        amendment=answer,
        earlier=_before_revision(code, answer),
        rehearsal=rehearsal,
        lists=parts,
        ways=Ways(frame.links, code, number, lists),
        no_basket=NO_STATUS,
        offered=offered_on(answer, offers) if offers else [],
        rehearsable=offers is not None and offers.rehearse is None,
        rehearse_first=answer.rehearsal is None or (offers is not None and is_stale(offers)),
        stands_against=against_approval(answer, offers) if offers else "",
        key=key,
        recorded=recorded,
        **words_of(reader, asked, agreement, answer, parts.targets.rows),
    )


def memorandum_page(reader: Reader, asked: ClocksAsked, code: str, number: int) -> str:
    """All targets as they stand after a decision, and whom they bind; made to be printed."""
    agreement = reader.agreement(code, asked)
    answer = reader.memorandum(code, number, asked)
    changed = answer.amendment.changes.targets
    frame = frame_of(
        agreement,
        asked,
        answer.clocks,
        f"Memorandum of amendment {number}",
        f"amendments/{number}/memorandum",
        between=(
            *_between(asked, code),
            Crumb(f"Amendment {number}", Links(asked).amendment(code, number)),
        ),
    )
    return render(
        "memorandum.html",
        frame,
        agreement=agreement,
        memorandum=answer,
        standing=standing_of(answer),
        amendment=answer.amendment,
        targets=Part(changed, 0, len(changed)),
        summary=told(changed),
        **words_of(reader, asked, agreement, answer.amendment, changed),
    )


def words_of(
    reader: Reader,
    asked: ClocksAsked,
    agreement: AgreementAnswer,
    answer: AmendmentAnswer,
    targets: Sequence[TargetChanged],
) -> dict[str, Any]:
    """What templates need to tell of an amendment in words; ``targets`` are those they show."""
    codes = {one.indicator for one in targets}
    codes |= {one.indicator for one in answer.changes.definitions}
    codes |= {one.indicator for one in answer.changes.retirements}
    return {
        "titles": _titles(reader, asked, agreement, codes),
        "differences": differences,
        "rules_that_differ": rules_that_differ,
        "settings_of": settings_of,
        "names": reader.person_names(_people(answer)),
        "partner_names": {one.code: one.name for one in agreement.partners},
        "body_names": {one.code: one.name for one in agreement.bodies},
        "area_names": {one.code: one.name for one in agreement.areas},
    }


def standing_of(memorandum: Memorandum) -> list[Standing]:
    """The targets of each indicator and area together, in the order of the memorandum."""
    grouped = groupby(memorandum.targets, key=lambda one: (one.indicator, one.area, one.bound))
    return [Standing(tuple(targets)) for _, targets in grouped]


def effect_sides(reader: Reader, asked: ClocksAsked, code: str, number: int) -> Sides:
    """What the chart of a rehearsal shows."""
    counts = reader.rehearsal(code, number, asked).counts
    return Sides(counts.before, counts.after)


def effects_csv(rehearsal: Rehearsal) -> Iterator[str]:
    """The whole effect table as CSV."""
    return csv_text(CSV_COLUMNS, map(_csv_cells, rehearsal.effects))


def differences(change: DefinitionChanged) -> list[Difference]:
    """The fields of a definition that would be others."""
    before, after = change.before, change.after
    return [
        Difference(capital(vocabulary.word(field.name)), _said(before, field.name), said)
        for field in msgspec.structs.fields(Definition)
        if _said(before, field.name) != (said := _said(after, field.name))
    ]


def settings_of(change: PolicyChanged) -> list[str]:
    """The settings of proposed rules in words."""
    return [
        vocabulary.setting(name, value, change.settings) for name, value in change.settings.items()
    ]


def rules_that_differ(change: PolicyChanged) -> list[Difference]:
    """The settings that would be others than those in force until then."""
    before = change.before or {}
    return [
        Difference(capital(vocabulary.word(name)), was, said)
        for name, value in change.settings.items()
        if (was := vocabulary.setting_value(name, before.get(name), before))
        != (said := vocabulary.setting_value(name, value, change.settings))
    ]


def _cells(verdict: Verdict) -> Iterator[str]:
    stage = "" if verdict.stage is None else str(verdict.stage)
    for cell in (verdict.judged, verdict.target, verdict.status or verdict.reason, stage):
        yield cell or ""


def _csv_cells(effect: Effect) -> tuple[str, ...]:
    about = (effect.indicator, effect.title, effect.area, effect.area_name, effect.period)
    return (*about, *_cells(effect.before), *_cells(effect.after))


def _said(definition: Definition | None, name: str) -> str:
    value: Any = None if definition is None else getattr(definition, name)
    if value is None or value == "":
        return "nothing"
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.asdict(value).items()
        return ", ".join(f"{vocabulary.word(key)} {one}" for key, one in fields if one is not None)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _before_revision(code: str, answer: AmendmentAnswer) -> str:
    """The page of the proposal that was revised, as it was known just before; "" without one."""
    if answer.revised is None:
        return ""
    clock = f"position:{answer.revised.position - 1}"
    return Links(ClocksAsked(clock, clock)).amendment(code, answer.number)


def _people(answer: AmendmentAnswer) -> set[str]:
    acted = [answer.proposed, answer.revised, answer.closed]
    acted += [one.said for one in answer.partners]
    acted += [one.decided for one in answer.bodies]
    if answer.rehearsal:
        acted.append(answer.rehearsal.rehearsed)
    return {one.by for one in acted if one is not None}


def _titles(
    reader: Reader, asked: ClocksAsked, agreement: AgreementAnswer, codes: Iterable[str]
) -> dict[str, str]:
    return {
        code: reader.indicator(agreement.code, code, asked).definition.title
        for code in sorted(codes)
    }


def _between(asked: ClocksAsked, code: str) -> tuple[Crumb, ...]:
    return (Crumb(REGISTER, Links(asked).amendments(code)),)
