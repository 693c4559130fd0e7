"""The pages of escalation: exceptions, the stages, one indicator's story, the four-week rule."""

from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

import msgspec

from http_api.pages.board import PeriodChoices, period_choices
from http_api.pages.escalation_reader import EscalationReader
from http_api.pages.moments import Moments
from http_api.pages.reader import ClocksAsked
from http_api.pages.render import Crumb, Frame, render
from http_api.pages.views import indicator_frame
from http_api.pages.vocabulary import ACT_DID, DECISION
from http_api.pages.words import listed, local_day, name_of
from ledger.indicator.offers import Offer
from policies.awaits import Awaited
from policies.examination import Outcome
from policies.permissions import Action, role_words
from projections.answers import AgreementAnswer
from projections.escalations import (
    ActAnswer,
    AwaitsAnswer,
    Escalations,
    EscalationStory,
    ExaminationRow,
    Examinations,
    Exceptions,
)

STAGES = (3, 2, 1)
# What each act is called where it is offered, and what an open stage waits for.
OFFER: dict[Action, str] = {
    Action.RECORD_REMEDIAL_ACTION: "Record a remedial action",
    Action.SUBMIT_PLAN: "Write an action plan",
    Action.ACCEPT_PLAN: "Accept action plan {plan}",
    Action.SEND_BACK_PLAN: "Send action plan {plan} back",
    Action.DECIDE_INTERVENTION: "Decide how to intervene",
    Action.FAST_TRACK: "Move to a higher stage at once",
    Action.CLOSE_ESCALATION: "Close the escalation",
    Action.COMMEND: "Commend a performance",
    Action.EXAMINE: "Record an examination",
}
ANSWERS: dict[str, Action] = {
    Awaited.REMEDIAL_ACTION: Action.RECORD_REMEDIAL_ACTION,
    Awaited.ACTION_PLAN: Action.SUBMIT_PLAN,
    Awaited.PLAN_ACCEPTANCE: Action.ACCEPT_PLAN,
    Awaited.DECISION: Action.DECIDE_INTERVENTION,
    Awaited.CLOSURE: Action.CLOSE_ESCALATION,
}
ROWS_SHOWN = 100  # of each outcome of the four-week rule


class Telling(msgspec.Struct, frozen=True):
    """Names of people by id, and of bodies by code."""

    people: Mapping[str, str]
    bodies: Mapping[str, str]

    def who(self, asked: AwaitsAnswer) -> str:
        """Those who must act, by name; words where the agreement names nobody."""
        bodies = [self.bodies.get(code, code) for code in asked.body]
        people = [name_of(person, self.people) for person in asked.people]
        if bodies or people:
            return listed([*bodies, *people])
        role = role_words(asked.who or "")
        return f"the agreement names no {role} for it" if role else "nobody: time tells"

    def did(self, act: ActAnswer) -> str:
        """What an act did, in words."""
        said = ACT_DID[act.kind].format(plan=act.plan, stage=act.stage)
        return f"{said}: {DECISION[act.decision].lower()}" if act.decision else said

    def by(self, act: ActAnswer) -> str:
        """Who did it, and for which body."""
        person = name_of(act.actor, self.people)
        return f"{person} for {self.bodies.get(act.body, act.body)}" if act.body else person

    def person(self, person: str) -> str:
        """A person by name."""
        return name_of(person, self.people)


class Offered(NamedTuple):
    """Something the reader may do, in words; ``awaited`` is what the stage waits for."""

    action: str
    plan: int
    words: str
    awaited: bool


class Group(msgspec.Struct, frozen=True):
    """The values of one outcome of the four-week rule: those shown, and how many there are."""

    outcome: Outcome
    rows: tuple[ExaminationRow, ...]
    count: int


def exceptions_page(
    reader: EscalationReader, asked: ClocksAsked, code: str, *, area: str = ""
) -> str:
    """What is below target or escalated, then what is exceeding, with the latest action."""
    agreement = reader.agreement(code, asked)
    answer = reader.exceptions(code, asked, area=area or None)
    acts = [row.action for row in answer.rows if row.action]
    return render(
        "exceptions.html",
        _frame(asked, agreement, answer, "Exceptions", "exceptions", area=area),
        agreement=agreement,
        answer=answer,
        under=[row for row in answer.rows if row.kind == "under-performance"],
        over=[row for row in answer.rows if row.kind == "over-performance"],
        telling=telling_of(reader, agreement, acts, [row.awaits for row in answer.rows]),
    )


def escalations_page(
    reader: EscalationReader, asked: ClocksAsked, code: str, *, area: str = ""
) -> str:
    """The open stages, the highest first."""
    agreement = reader.agreement(code, asked)
    answer = reader.escalations(code, asked, area=area or None)
    acts = [act for row in answer.rows for act in row.acts]
    return render(
        "escalations.html",
        _frame(asked, agreement, answer, "Escalation", "escalations", area=area),
        agreement=agreement,
        answer=answer,
        groups=[
            (stage, [row for row in answer.rows if row.stage == stage])
            for stage in STAGES
            if answer.counts.get(str(stage))
        ],
        telling=telling_of(reader, agreement, acts, [row.awaits for row in answer.rows]),
    )


def escalation_page(
    reader: EscalationReader,
    asked: ClocksAsked,
    code: str,
    indicator: str,
    *,
    area: str = "",
    offered: Iterable[Offer] = (),
    recorded: int = 0,
) -> str:
    """One indicator's story: the stage, how it came to it, what was done, what was known when.

    ``offered`` is what the reader may do about it now; ``recorded`` the position of what they did
    just before.
    """
    agreement = reader.agreement(code, asked)
    sheet = reader.indicator(code, indicator, asked)
    answer = reader.escalation(code, indicator, asked, area=area or None)
    kept = {"area": area} if area else {}
    telling = telling_of(
        reader, agreement, answer.acts, [answer.awaits], [one.actor or "" for one in answer.known]
    )
    return render(
        "escalation.html",
        indicator_frame(asked, agreement, sheet, answer.clocks, kept, page="escalation"),
        agreement=agreement,
        story=answer,
        removed=_removed(answer),
        telling=telling,
        offered=_offered(answer, offered),
        recorded=recorded,
    )


def examinations_page(
    reader: EscalationReader,
    asked: ClocksAsked,
    code: str,
    *,
    period: str = "",
    area: str = "",
    examinable: Container[str] = (),
    recorded: int = 0,
) -> str:
    """The four-week rule: what is running, what is broken, what was kept.

    ``examinable`` are the indicators of which the reader may record an examination.
    """
    agreement = reader.agreement(code, asked)
    answer = reader.examinations(code, asked, area=area or None, period=period or None)
    every = answer
    if period:
        every = reader.examinations(code, asked, area=area or None, period=None)
    return render(
        "examinations.html",
        _frame(
            asked, agreement, answer, "The four-week rule", "examinations", area=area, period=period
        ),
        agreement=agreement,
        answer=answer,
        period=period,
        choices=_choices(agreement, every),
        groups=_by_outcome(answer),
        bodies={body.code: body.name for body in agreement.bodies},
        examinable=examinable,
        recorded=recorded,
    )


def _frame(
    asked: ClocksAsked,
    agreement: AgreementAnswer,
    answer: Exceptions | Escalations | Examinations,
    title: str,
    part: str,
    **kept: str,
) -> Frame:
    moments = Moments(asked, answer.clocks)
    links = moments.links
    return Frame(
        title=f"{title} – {agreement.title}",
        moments=moments,
        path=links.part(agreement.code, part).partition("?")[0],
        kept={name: value for name, value in kept.items() if value},
        demonstration=answer.statement or ("A demonstration." if answer.demonstration else ""),
        crumbs=(
            Crumb("Agreements", links.home()),
            Crumb(agreement.title, links.board(agreement.code, area=kept.get("area", ""))),
            Crumb(title),
        ),
        section="agreements",
    )


def telling_of(
    reader: EscalationReader,
    agreement: AgreementAnswer,
    acts: Iterable[ActAnswer],
    asked: Iterable[AwaitsAnswer | None],
    others: Iterable[str] = (),
) -> Telling:
    """The names that a page needs to tell who did something, and who must."""
    acts = tuple(acts)
    people = {act.actor for act in acts} | {one for one in others if one}
    people |= {step.responsible for act in acts for step in act.steps if step.responsible}
    people |= {person for one in asked if one is not None for person in one.people}
    bodies = {body.code: body.name for body in agreement.bodies}
    return Telling(reader.person_names(people), bodies)


def _offered(story: EscalationStory, offers: Iterable[Offer]) -> list[Offered]:
    """What can be done, each with its words; what the stage waits for comes first."""
    awaited = story.awaits.what if story.awaits else ""
    found = [
        Offered(
            offer.action.value,
            offer.plan,
            OFFER[offer.action].format(plan=offer.plan),
            ANSWERS.get(awaited) is offer.action,
        )
        for offer in offers
    ]
    return sorted(found, key=lambda one: not one.awaited)


def _removed(story: EscalationStory) -> bool:
    """Whether a stage was known at some time that what is known now does not tell of."""
    return any(one.stage != one.now for one in story.known)


def _choices(agreement: AgreementAnswer, answer: Examinations) -> tuple[PeriodChoices, ...]:
    known_on = local_day(answer.clocks.known_at)
    return period_choices(agreement, [row.period for row in answer.rows], known_on)


def _by_outcome(answer: Examinations) -> list[Group]:
    found = []
    for outcome in Outcome:
        rows = tuple(row for row in answer.rows if row.outcome is outcome)
        if rows:
            found.append(Group(outcome, rows[:ROWS_SHOWN], len(rows)))
    return found
