"""The questions of the pages, answered from the projections: what ``pages`` asks for."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from http_api.actors import tasks_of
from http_api.analysis_questions import AnalysisAnswers
from http_api.chasing import check_may_chase
from http_api.comparator_questions import ComparatorAnswers, clocks_of
from http_api.load_answers import LoadAnswer, LoadsAnswer, read_document, read_list
from http_api.pages import reader
from http_api.pages.reader import FigureProof
from http_api.rehearsals import kept_rehearsal
from http_api.sealed import first_sealed
from http_api.series_questions import SeriesAnswers
from http_api.service import Service
from http_api.sign_off_questions import SignOffAnswers
from ledger.people import contacts, names
from ledger.person import Person
from ledger.proofs.logs import Log, logs
from ledger.proofs.receipts import read_receipt
from ledger.proofs.tiles import reading
from policies.refusals import BadCursor, UnknownEntry
from projections.amendment_answers import AmendmentAnswer, Amendments, Memorandum
from projections.answers import (
    AgreementAnswer,
    Agreements,
    History,
    IndicatorAnswer,
    Status,
    Values,
    Why,
)
from projections.audit_answers import Actors, AuditOverview, EventStored, RoleSpans, RuleChanges
from projections.changes import Diff, Restatements
from projections.effects import Rehearsal
from projections.escalations import Escalations, EscalationStory, Examinations, Exceptions
from projections.reading.agreement import read_agreement
from projections.reading.agreements import read_agreements
from projections.reading.amendments import read_amendment, read_amendments
from projections.reading.collection import read_collection
from projections.reading.diff import read_diff
from projections.reading.escalation_story import read_escalation
from projections.reading.escalations import read_escalations, read_exceptions
from projections.reading.examinations import read_examinations
from projections.reading.history import read_last_events
from projections.reading.indicator import read_indicator
from projections.reading.memorandum import read_memorandum
from projections.reading.one_event import read_event
from projections.reading.overview import read_actors, read_overview
from projections.reading.restatements import read_restatements
from projections.reading.rewards import read_rewards
from projections.reading.roles import read_roles
from projections.reading.rules import read_rules
from projections.reading.scorecard import read_scorecard
from projections.reading.search import EventsAsked, search_events
from projections.reading.smart import read_smart
from projections.reading.status import read_status
from projections.reading.tasks import read_agreement_tasks
from projections.reading.values import read_values
from projections.reading.why import read_why
from projections.rewards import Rewards
from projections.scorecards import Scorecard
from projections.smart_answers import SmartTargets
from projections.task_answers import Collection, Tasks


class PageReader(ComparatorAnswers, AnalysisAnswers, SeriesAnswers, SignOffAnswers):
    """Reads for pages. Each question resolves the clocks it is asked with."""

    public = False

    def __init__(self, service: Service) -> None:
        self._service = service

    def agreements(self, asked: reader.ClocksAsked) -> Agreements:
        """Every agreement the reader may see."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_agreements(connection, clocks)

    def agreement(self, agreement: str, asked: reader.ClocksAsked) -> AgreementAnswer:
        """An agreement's sheet and structure."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_agreement(connection, agreement, clocks)

    def status(
        self, agreement: str, asked: reader.ClocksAsked, *, period: str | None, area: str | None
    ) -> Status:
        """The rows of the board page."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_status(connection, agreement, clocks, period=period, area=area)

    def indicator(
        self, agreement: str, indicator: str, asked: reader.ClocksAsked
    ) -> IndicatorAnswer:
        """One indicator's definition, officers and targets."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_indicator(connection, agreement, indicator, clocks)

    def values(
        self,
        agreement: str,
        indicator: str,
        asked: reader.ClocksAsked,
        *,
        area: str | None = None,
        period: str | None = None,
        limit: int = 500,
    ) -> Values:
        """The indicator's entries."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_values(
                connection, agreement, indicator, clocks, area=area, period=period, limit=limit
            )

    def history(
        self,
        agreement: str,
        indicator: str,
        asked: reader.ClocksAsked,
        *,
        before: int | None,
        limit: int,
    ) -> History:
        """The last of the indicator's events before a position."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_last_events(
                connection, agreement, indicator, clocks, before=before, limit=limit
            )

    def why(
        self, agreement: str, indicator: str, asked: reader.ClocksAsked, *, period: str, area: str
    ) -> Why:
        """The derivation of one judgement."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_why(connection, agreement, indicator, clocks, period=period, area=area)

    def proof(
        self, agreement: str, indicator: str, asked: reader.ClocksAsked, *, period: str, area: str
    ) -> FigureProof:
        """What proves the figure of a judgement. Raises UnknownEntry where there is none."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            why = read_why(connection, agreement, indicator, clocks, period=period, area=area)
            if why.entry is None:
                raise UnknownEntry(
                    f"{indicator} has no value for {period} to prove, as known then."
                )
            # Not the newest: this page is to stay the same for as long as its clocks do.
            signed = first_sealed(connection, clocks.clocks.known_position)
            position = int(why.entry.name.partition(".")[0])
            read = reading(connection)
            return FigureProof(why, signed.key, read_receipt(connection, read, position, signed))

    def diff(
        self,
        agreement: str,
        first: reader.ClocksAsked,
        last: reader.ClocksAsked,
        *,
        area: str | None,
        after: str | None,
        limit: int,
        worst_first: bool = False,
    ) -> Diff:
        """What differs between two moments, and why."""
        moments = (clocks_of(first), clocks_of(last))
        with self._service.reading_between(*moments) as (connection, begin, end):
            return read_diff(
                connection,
                agreement,
                begin,
                end,
                area=area,
                after=after,
                limit=limit,
                worst_first=worst_first,
            )

    def restatements(
        self,
        agreement: str,
        asked: reader.ClocksAsked,
        *,
        indicator: str | None,
        area: str | None,
        after: str | None,
        limit: int,
    ) -> Restatements:
        """What was corrected, withdrawn and restored, the latest first."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_restatements(
                connection,
                agreement,
                clocks,
                indicator=indicator,
                area=area,
                after=after,
                limit=limit,
            )

    def amendments(
        self, agreement: str, asked: reader.ClocksAsked, *, after: str, limit: int
    ) -> Amendments:
        """The amendments of an agreement, the latest first. Raises BadCursor."""
        if after and not (after.isascii() and after.isdecimal()):
            raise BadCursor(field="after")
        before = int(after) if after else None
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_amendments(connection, agreement, clocks, before=before, limit=limit)

    def amendment(self, agreement: str, number: int, asked: reader.ClocksAsked) -> AmendmentAnswer:
        """One amendment: what it changes, who agreed, and how it was decided."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_amendment(connection, agreement, number, clocks)

    def rehearsal(self, agreement: str, number: int, asked: reader.ClocksAsked) -> Rehearsal:
        """The effect table of the present proposal, as it was kept."""
        kept = kept_rehearsal(self._service, agreement, number, clocks_of(asked))
        return msgspec.json.decode(kept, type=Rehearsal)

    def memorandum(self, agreement: str, number: int, asked: reader.ClocksAsked) -> Memorandum:
        """What the decision on an amendment came to."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_memorandum(connection, agreement, number, clocks)

    def smart(self, agreement: str, number: int, asked: reader.ClocksAsked) -> SmartTargets:
        """Whether the targets that an amendment proposes are SMART."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_smart(connection, agreement, number, clocks)

    def rewards(self, agreement: str, asked: reader.ClocksAsked) -> Rewards:
        """What each version of the rules of reward pays."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_rewards(connection, agreement, clocks)

    def scorecard(
        self,
        agreement: str,
        asked: reader.ClocksAsked,
        *,
        by: str,
        indicators: Sequence[str],
        period: str | None,
        area: str | None,
    ) -> Scorecard:
        """The indicators in baskets, each judged together."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_scorecard(
                connection,
                agreement,
                clocks,
                by=by,
                indicators=indicators,
                period=period,
                area=area,
            )

    def loads(
        self, agreement: str, asked: reader.ClocksAsked, *, after: str, limit: int
    ) -> LoadsAnswer:
        """The loads of an agreement, the latest first. Raises BadCursor."""
        if after and not (after.isascii() and after.isdecimal()):
            raise BadCursor(field="after")
        before = int(after) if after else None
        return read_list(self._service, agreement, clocks_of(asked), before=before, limit=limit)

    def load(self, agreement: str, load: UUID, asked: reader.ClocksAsked) -> LoadAnswer:
        """What became of a file so far."""
        return read_document(self._service, agreement, load, clocks_of(asked))

    def overview(self, agreement: str, asked: reader.ClocksAsked) -> AuditOverview:
        """How many events there are, of which kinds and by whom."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_overview(connection, agreement, clocks)

    def losses(self, asked: reader.ClocksAsked) -> list[Log]:
        """The logs that were begun anew until then; of now also those since the last event."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            known, now = clocks.clocks.known_at, asked.known_at == reader.NOW
            return [
                log
                for log in logs(connection)
                if log.begun_at is not None and (now or log.begun_at <= known)
            ]

    def actors(self, agreement: str, asked: reader.ClocksAsked) -> Actors:
        """Everybody who brought an event about."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_actors(connection, agreement, clocks)

    def search(self, agreement: str, asked: reader.ClocksAsked, wanted: EventsAsked) -> History:
        """Events by who, what, when and about what."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return search_events(connection, agreement, clocks, wanted)

    def event(self, agreement: str, position: int, asked: reader.ClocksAsked) -> EventStored:
        """One event to the last byte."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_event(connection, agreement, position, clocks)

    def roles(self, agreement: str, asked: reader.ClocksAsked) -> RoleSpans:
        """Who held which role, from when to when."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_roles(connection, agreement, clocks)

    def rules(
        self,
        agreement: str,
        asked: reader.ClocksAsked,
        *,
        indicator: str,
        after: int | None,
        limit: int,
    ) -> RuleChanges:
        """Changes to rules, the latest first."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_rules(
                connection, agreement, clocks, indicator=indicator, after=after, limit=limit
            )

    def escalations(
        self, agreement: str, asked: reader.ClocksAsked, *, area: str | None
    ) -> Escalations:
        """The open stages of an area."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_escalations(connection, agreement, clocks, area=area)

    def escalation(
        self, agreement: str, indicator: str, asked: reader.ClocksAsked, *, area: str | None
    ) -> EscalationStory:
        """One indicator's whole story."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_escalation(connection, agreement, indicator, clocks, area=area)

    def exceptions(
        self, agreement: str, asked: reader.ClocksAsked, *, area: str | None
    ) -> Exceptions:
        """What asks for attention."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_exceptions(connection, agreement, clocks, area=area)

    def examinations(
        self, agreement: str, asked: reader.ClocksAsked, *, area: str | None, period: str | None
    ) -> Examinations:
        """The four-week rule for every value."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_examinations(connection, agreement, clocks, area=area, period=period)

    def tasks(self, person: str, asked: reader.ClocksAsked) -> Tasks:
        """What waits for a person, in every agreement."""
        return tasks_of(self._service, person, clocks_of(asked))

    def agreement_tasks(self, agreement: str, asked: reader.ClocksAsked) -> Tasks:
        """What waits in an agreement for everybody, and for nobody."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_agreement_tasks(connection, agreement, clocks)

    def collection(
        self, agreement: str, asked: reader.ClocksAsked, *, first: str | None, last: str | None
    ) -> Collection:
        """What was expected and has been received."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_collection(connection, agreement, clocks, first=first, last=last)

    def contacts(self, ids: Iterable[str]) -> dict[str, Person]:
        """People by id, with their addresses."""
        with self._service.pool.connection() as connection:
            return contacts(connection, ids)

    def check_may_chase(self, agreement: str, person: str) -> None:
        """Refuse whoever is no performance officer there today. Raises NoRole."""
        check_may_chase(person, self._service.agreement(agreement), self._service.today)

    def person_names(self, ids: Iterable[str]) -> dict[str, str]:
        """Names by id; "" where a name was erased."""
        with self._service.pool.connection() as connection:
            return names(connection, ids)
