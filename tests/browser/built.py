"""A board of 24 indicators, judged by the real rules, for the tests that look at pages.

Between them the indicators have every status and every reason for having none.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from browser.built_analysis import BuiltAnalysis
from browser.built_audit import BuiltAudit
from browser.built_changes import diff_answer, restatements_answer
from browser.built_comparators import BuiltComparators
from browser.built_control import BuiltControl
from browser.built_escalations import BuiltEscalations
from browser.built_loads import load_answer, loads_answer
from browser.built_scorecard import BuiltScorecard
from browser.built_sign_off import BuiltSignOffs
from browser.built_tasks import BuiltTasks
from browser.indicators import AREAS, BLOCKS, HOME, INDICATORS, OUTCOMES, PEOPLE
from browser.judged import (
    CODE,
    NOW,
    TITLE,
    clocks,
    facts,
    find,
    policies,
    recorded,
    row,
    rules,
    target,
    value_row,
)
from browser.proved import KEY, receipt_of

from http_api.load_answers import LoadAnswer, LoadsAnswer
from http_api.pages.reader import ClocksAsked, FigureProof
from http_api.pages.words import counted
from policies.judgement import working
from policies.periods import parse_code
from policies.refusals import UnknownAgreement, UnknownEntry
from projections.answers import (
    AgreementAnswer,
    AgreementListed,
    Agreements,
    AreaAnswer,
    BodyAnswer,
    History,
    HistoryEvent,
    IndicatorAnswer,
    Named,
    OutcomeAnswer,
    RoleHeld,
    Status,
    StatusRow,
    Values,
    Why,
)
from projections.changes import Diff, Restatements
from projections.series_answers import IndicatorSeries, SeriesOfArea


class BuiltReader(
    BuiltAnalysis,
    BuiltAudit,
    BuiltComparators,
    BuiltEscalations,
    BuiltControl,
    BuiltScorecard,
    BuiltSignOffs,
    BuiltTasks,
):
    """The questions of the pages, answered over the built board."""

    public = False

    def agreements(self, asked: ClocksAsked) -> Agreements:
        """The one agreement."""
        listed = AgreementListed(
            code=CODE,
            title=TITLE,
            start=date(2013, 4, 1),
            end=date(2027, 3, 31),
            demonstration=True,
            indicators=len(INDICATORS),
        )
        return Agreements(clocks=clocks(asked), agreements=(listed,))

    def agreement(self, agreement: str, asked: ClocksAsked) -> AgreementAnswer:
        """Its sheet and structure."""
        if agreement != CODE:
            raise UnknownAgreement(f"There is no agreement {agreement}.")
        return AgreementAnswer(
            clocks=clocks(asked),
            code=CODE,
            title=TITLE,
            start=date(2013, 4, 1),
            end=date(2027, 3, 31),
            accountable_body="Warwickshire County Council",
            calendar="financial",
            demonstration=True,
            areas=tuple(AreaAnswer(code=code, name=name) for code, name in AREAS.items()),
            partners=(Named(code="wcc", name="Warwickshire County Council"),),
            bodies=(
                BodyAnswer(
                    code="board", name="Warwickshire Partnership Board", kind="board", blocks=()
                ),
                BodyAnswer(
                    code="hc",
                    name="Children’s thematic group",
                    kind="thematic-group",
                    blocks=tuple(BLOCKS)[:1],
                ),
            ),
            blocks=tuple(Named(code=code, name=name) for code, name in BLOCKS.items()),
            outcomes=tuple(
                OutcomeAnswer(code=code, title=title, block=block, lead="wcc")
                for code, title, block in OUTCOMES
            ),
            indicators=tuple(each.code for each in INDICATORS),
            roles=(
                RoleHeld(person="p-entry", role="entry-officer", scope=CODE),
                RoleHeld(person="p-signer", role="auditor", scope=CODE),
            ),
            policies=(),
        )

    def status(
        self, agreement: str, asked: ClocksAsked, *, period: str | None, area: str | None
    ) -> Status:
        """Every row, and how many there are of each kind."""
        where = area or HOME
        rows = tuple(
            row(each, period or each.latest(NOW.date()), where)
            for each in INDICATORS
            if period is None or period in each.values or period in each.targets
        )
        counts: dict[str, int] = {}
        for each in rows:
            code = each.status or each.reason or ""
            counts[code] = counts.get(code, 0) + 1
        return Status(
            clocks=clocks(asked),
            agreement=agreement,
            title=TITLE,
            demonstration=True,
            period=period,
            area=where,
            area_name=AREAS[where],
            rows=rows,
            counts=counts,
        )

    def indicator(self, agreement: str, indicator: str, asked: ClocksAsked) -> IndicatorAnswer:
        """One indicator."""
        built = find(indicator)
        return IndicatorAnswer(
            clocks=clocks(asked),
            agreement=agreement,
            code=indicator,
            version=7,
            definition=built.definition,
            definition_version=2,
            retired=built.retired,
            retired_from=built.retired_from,
            block=row(built, built.latest(NOW.date())).block,
            outcome=built.outcome,
            officers=(
                RoleHeld(person="p-lead", role="lead-officer", scope=indicator),
                RoleHeld(person="p-entry", role="entry-officer", scope=CODE),
                RoleHeld(person="p-signer", role="auditor", scope=CODE),
            ),
            targets=tuple(target(built, code) for code in built.targets),
            current=row(built, built.latest(NOW.date())),
        )

    def values(
        self,
        agreement: str,
        indicator: str,
        asked: ClocksAsked,
        *,
        area: str | None = None,
        period: str | None = None,
        limit: int = 500,
    ) -> Values:
        """The entries of one area, or of one period."""
        built = find(indicator)
        chosen = tuple(
            value_row(built, code, where)
            for code in sorted(built.values)
            for where in AREAS
            if area in (None, where) and period in (None, code) and built.given(code, where)
        )
        return Values(clocks=clocks(asked), values=chosen[:limit], next=None)

    def history(
        self,
        agreement: str,
        indicator: str,
        asked: ClocksAsked,
        *,
        before: int | None,
        limit: int,
    ) -> History:
        """The last of its events before a position."""
        events = [
            one for one in self.whole_history(indicator) if before is None or one.position < before
        ]
        earlier = str(events[-limit].position) if len(events) > limit else None
        return History(clocks=clocks(asked), events=tuple(events[-limit:]), next=earlier)

    def whole_history(self, indicator: str) -> list[HistoryEvent]:
        """All that was recorded of an indicator."""
        return recorded(find(indicator))

    def why(
        self, agreement: str, indicator: str, asked: ClocksAsked, *, period: str, area: str
    ) -> Why:
        """The derivation, by the real working."""
        built = find(indicator)
        before = parse_code(period).previous().code
        return Why(
            clocks=clocks(asked),
            row=row(built, period, area),
            entry=value_row(built, period, area) if built.given(period, area) else None,
            compared_with=value_row(built, before, area) if built.given(before, area) else None,
            definition=built.definition,
            definition_version=2,
            definition_position=31,
            target=target(built, period) if period in built.targets else None,
            policies=policies(built),
            rounding=f"Half-up to {counted(built.definition.decimals, 'decimal place')}.",
            steps=working(facts(built, period, area), rules(built), NOW.date()),
        )

    def proof(
        self, agreement: str, indicator: str, asked: ClocksAsked, *, period: str, area: str
    ) -> FigureProof:
        """What proves the figure, in a real tree."""
        why = self.why(agreement, indicator, asked, period=period, area=area)
        if why.entry is None:
            raise UnknownEntry(f"{indicator} had no value for {period} to prove then.")
        return FigureProof(why, str(KEY), receipt_of(why.entry))

    def diff(
        self,
        agreement: str,
        first: ClocksAsked,
        last: ClocksAsked,
        *,
        area: str | None,
        after: str | None,
        limit: int,
        worst_first: bool = False,
    ) -> Diff:
        """A cell for each kind of cause."""
        return diff_answer(first, last, area=area, after=after)

    def restatements(
        self,
        agreement: str,
        asked: ClocksAsked,
        *,
        indicator: str | None,
        area: str | None,
        after: str | None,
        limit: int,
    ) -> Restatements:
        """A line for each kind."""
        return restatements_answer(asked, indicator=indicator, area=area, after=after)

    def loads(self, agreement: str, asked: ClocksAsked, *, after: str, limit: int) -> LoadsAnswer:
        """One load in each state."""
        return loads_answer(asked, after=after)

    def load(self, agreement: str, load: UUID, asked: ClocksAsked) -> LoadAnswer:
        """One of them."""
        return load_answer(load, asked)

    def status_series(
        self, agreement: str, indicator: str, asked: ClocksAsked, *, area: str
    ) -> tuple[StatusRow, ...]:
        """One row a period that has a value or a target."""
        built = find(indicator)
        return tuple(row(built, code, area) for code in sorted({**built.values, **built.targets}))

    def series_of_area(
        self, agreement: str, asked: ClocksAsked, *, outcome: str | None, area: str | None
    ) -> SeriesOfArea:
        """The same rows, of many indicators."""
        where = area or HOME
        return SeriesOfArea(
            clocks=clocks(asked),
            agreement=agreement,
            area=where,
            area_name=AREAS[where],
            indicators=tuple(
                IndicatorSeries(
                    indicator=each.code,
                    outcome=each.outcome,
                    definition=each.definition,
                    retired=each.retired,
                    retired_from=each.retired_from,
                    rows=self.status_series(agreement, each.code, asked, area=where),
                )
                for each in INDICATORS
                if outcome in (None, each.outcome)
            ),
        )

    def person_names(self, ids: Iterable[str]) -> dict[str, str]:
        """Names of the people of the board; one of them was erased."""
        return {each: PEOPLE[each] for each in ids if each in PEOPLE}
