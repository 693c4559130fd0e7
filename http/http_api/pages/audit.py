"""The auditor's pages: what there is, a search of events, one event, refusals, roles, rules."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from http_api.losses import said_of
from http_api.pages.audit_reader import AuditReader
from http_api.pages.deeds import Deed, deed
from http_api.pages.history import Telling, about_of, items_of
from http_api.pages.moments import Moments
from http_api.pages.reader import ClocksAsked
from http_api.pages.render import Crumb, Frame, render
from http_api.pages.words import name_of
from projections.answers import AgreementAnswer, Clocks, HistoryEvent
from projections.audit_answers import RuleChange
from projections.reading.kinds import GROUPS, REFUSALS
from projections.reading.search import EventsAsked

EVENTS_SHOWN, RULES_SHOWN = 50, 20
FIELDS_SHOWN = 200  # of one change to rules; its event has the rest


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An event as a list tells it. ``of`` is the title of its indicator, ``file`` that of its
    load, "" where it has none."""

    event: HistoryEvent
    actor: str
    deed: Deed
    of: str
    file: str
    about: tuple[str, ...]


class _Book(msgspec.Struct, frozen=True):
    """What the words of an agreement's events need: titles of indicators and names of people."""

    titles: Mapping[str, str]
    people: Mapping[str, str]

    def line(self, event: HistoryEvent) -> Line:
        """An event in words."""
        data = event.data
        placed = str(data.get("indicator", "")) if event.type == "indicator-placed" else ""
        indicator = event.indicator or placed
        return Line(
            event=event,
            actor=name_of(event.actor, self.people),
            deed=deed(event, self.people),
            of=self.titles.get(indicator, indicator),
            file=str(data.get("file", "")) if event.load else "",
            about=about_of(data),
        )


def overview_page(reader: AuditReader, asked: ClocksAsked, code: str) -> str:
    """What there is to audit, in numbers, and the ways into it."""
    agreement = reader.agreement(code, asked)
    answer = reader.overview(code, asked)
    names = reader.person_names({each.actor for each in answer.actors})
    counts = {
        group: sum(answer.kinds.get(topic, 0) for topic in topics)
        for group, topics in GROUPS.items()
    }
    return render(
        "audit.html",
        _frame(asked, agreement, answer.clocks, "Audit"),
        agreement=agreement,
        overview=answer,
        counts=counts,
        names=names,
        losses=[said_of(log) for log in reader.losses(asked)],
    )


def events_page(reader: AuditReader, asked: ClocksAsked, code: str, wanted: EventsAsked) -> str:
    """The events that are searched for, in words."""
    agreement = reader.agreement(code, asked)
    answer = reader.search(code, asked, wanted)
    actors = reader.actors(code, asked).actors
    book = _book(reader, asked, code, answer.events, actors)
    kept = _kept(wanted)
    title = _title(wanted, book)
    return render(
        "audit_events.html",
        _frame(asked, agreement, answer.clocks, title, part="events", kept=kept),
        agreement=agreement,
        lines=[book.line(event) for event in answer.events],
        next=answer.next,
        wanted=wanted,
        kept=kept,
        actors=sorted((name_of(actor, book.people), actor) for actor in actors),
        titles=sorted((title, indicator) for indicator, title in book.titles.items()),
        groups=GROUPS,
    )


def event_page(reader: AuditReader, asked: ClocksAsked, code: str, position: int) -> str:
    """One event to the last byte."""
    agreement = reader.agreement(code, asked)
    answer = reader.event(code, position, asked)
    event = answer.event
    people = {str(event.data["person"])} if "person" in event.data else set()
    book = _book(reader, asked, code, [event], people)
    items: tuple[str, ...] = ()
    if event.indicator:
        areas = {each.code: each.name for each in agreement.areas}
        definition = reader.indicator(code, event.indicator, asked).definition
        items = tuple(items_of(event, Telling(book.people, areas, definition)))
    return render(
        "audit_event.html",
        _frame(asked, agreement, answer.clocks, f"Event {position}", part=f"events/{position}"),
        agreement=agreement,
        stored=answer,
        line=book.line(event),
        items=items,
        names=book.people,
    )


def refusals_page(
    reader: AuditReader, asked: ClocksAsked, code: str, *, after: int | None = None
) -> str:
    """Who tried what, and which rule refused it."""
    agreement = reader.agreement(code, asked)
    wanted = EventsAsked(kinds=(REFUSALS,), after=after, limit=EVENTS_SHOWN)
    answer = reader.search(code, asked, wanted)
    book = _book(reader, asked, code, answer.events)
    kept = {"after": str(after)} if after else {}
    return render(
        "audit_refusals.html",
        _frame(asked, agreement, answer.clocks, "Refusals", part="refusals", kept=kept),
        agreement=agreement,
        lines=[book.line(event) for event in answer.events],
        next=answer.next,
    )


def roles_page(reader: AuditReader, asked: ClocksAsked, code: str) -> str:
    """Who held which role, from when to when."""
    agreement = reader.agreement(code, asked)
    answer = reader.roles(code, asked)
    named = {one for role in answer.roles for one in (role.person, role.given_by, role.ended_by)}
    return render(
        "audit_roles.html",
        _frame(asked, agreement, answer.clocks, "Roles", part="roles"),
        agreement=agreement,
        roles=answer.roles,
        scopes=_scopes(reader, asked, code, agreement),
        names=reader.person_names({one for one in named if one}),
    )


def rules_page(
    reader: AuditReader,
    asked: ClocksAsked,
    code: str,
    *,
    indicator: str = "",
    after: int | None = None,
) -> str:
    """Every change to the rules: what it was and what it became."""
    agreement = reader.agreement(code, asked)
    answer = reader.rules(code, asked, indicator=indicator, after=after, limit=RULES_SHOWN)
    titles = _titles(reader, asked, code)
    kept = {"indicator": indicator, "after": str(after or "")}
    kept = {name: value for name, value in kept.items() if value}
    return render(
        "audit_rules.html",
        _frame(asked, agreement, answer.clocks, "Changes to rules", part="rules", kept=kept),
        agreement=agreement,
        rules=[_shortened(change) for change in answer.rules],
        next=answer.next,
        indicator=indicator,
        titles=titles,
        areas={each.code: each.name for each in agreement.areas},
        names=reader.person_names({change.actor for change in answer.rules}),
    )


def _shortened(change: RuleChange) -> tuple[RuleChange, int]:
    """A change with as many fields as a page shows, and how many more there are."""
    shown = change.changes[:FIELDS_SHOWN]
    left = len(change.changes) - len(shown)
    return msgspec.structs.replace(change, changes=shown), left


def _titles(reader: AuditReader, asked: ClocksAsked, code: str) -> dict[str, str]:
    """Titles of indicators as known, by code."""
    rows = reader.status(code, asked, period=None, area=None).rows
    return {row.indicator: row.title for row in rows}


def _book(
    reader: AuditReader,
    asked: ClocksAsked,
    code: str,
    events: Iterable[HistoryEvent],
    others: Iterable[str] = (),
) -> _Book:
    people = {event.actor for event in events} | set(others)
    people |= {str(event.data["person"]) for event in events if "person" in event.data}
    return _Book(_titles(reader, asked, code), reader.person_names(people))


def _scopes(
    reader: AuditReader, asked: ClocksAsked, code: str, agreement: AgreementAnswer
) -> dict[str, str]:
    """What the codes of scopes are called."""
    return {
        **_titles(reader, asked, code),
        **{outcome.code: outcome.title for outcome in agreement.outcomes},
        **{block.code: block.name for block in agreement.blocks},
        code: "the whole agreement",
    }


def _kept(wanted: EventsAsked) -> dict[str, str]:
    """A search as the query of an address; what is left out of it says nothing."""
    given: dict[str, Any] = {
        "actor": wanted.actor,
        "kind": wanted.kinds[0] if wanted.kinds else "",
        "from": wanted.since or "",
        "until": wanted.until or "",
        "indicator": wanted.indicator,
        "load": wanted.load or "",
        "order": "" if wanted.order == "newest" else wanted.order,
        "after": wanted.after or "",
    }
    return {name: str(value) for name, value in given.items() if value}


def _title(wanted: EventsAsked, book: _Book) -> str:
    """What a search is a search of, for its heading."""
    if wanted.indicator:
        return f"Timeline of {book.titles.get(wanted.indicator, wanted.indicator)}"
    if wanted.load:
        return "Timeline of a load"
    if wanted.actor:
        return f"Timeline of {name_of(wanted.actor, book.people)}"
    return "Everything recorded"


def _frame(
    asked: ClocksAsked,
    agreement: AgreementAnswer,
    clocks: Clocks,
    title: str,
    *,
    part: str = "",
    kept: dict[str, str] | None = None,
) -> Frame:
    moments = Moments(asked, clocks)
    links, code = moments.links, agreement.code
    crumbs = (
        Crumb("Agreements", links.home()),
        Crumb(agreement.title, links.board(code)),
        Crumb("Audit", links.audit(code) if part else None),
    )
    said = agreement.statement or "This is a demonstration." if agreement.demonstration else ""
    return Frame(
        title=title,
        moments=moments,
        path=links.audit(code, part).partition("?")[0],
        kept=kept or {},
        demonstration=said,
        crumbs=(*crumbs, Crumb(title)) if part else crumbs,
        section="agreements",
    )
