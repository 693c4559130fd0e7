"""Who is who: people by partner with the roles they hold, and the forms of who gives and ends."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

import msgspec

from http_api.pages.audit_reader import AuditReader
from http_api.pages.framing import frame_of
from http_api.pages.reader import ClocksAsked
from http_api.pages.render import render
from http_api.pages.vocabulary import word
from http_api.pages.words import capital, local_day, name_of
from ledger.agreement.assigning import AssignRole, By, is_entitled
from ledger.agreement.state import Agreement
from ledger.person import Person
from policies.permissions import Action, Role, acts_of
from policies.refusals import FieldProblem
from projections.answers import AgreementAnswer
from projections.audit_answers import RoleSpan

PART = "people"
FIELDS = ("person", "role", "scope", "valid_from", "valid_to")  # of the form that gives a role
OF_NONE = "Of no partner"
Typed = Mapping[str, str]


class Staff(NamedTuple):
    """An agreement as it is at this moment, whom it knows by id, and who would act by what.

    ``closed`` are those whose accounts are: a role of theirs is done by nobody.
    """

    body: Agreement
    people: Mapping[str, Person]
    by: By
    closed: Collection[str] = ()


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed into the form, what is wrong with it, and the key it is sent with."""

    key: str
    typed: Typed = {}
    problems: tuple[FieldProblem, ...] = ()

    @property
    def summary(self) -> list[tuple[str, str]]:
        """What is wrong, each with the field it is about, "" for none."""
        return [(one.field if one.field in FIELDS else "", one.detail) for one in self.problems]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A role somebody holds, as a row shows it. ``when`` is "" where it counts today."""

    span: RoleSpan
    name: str
    over: str
    when: str
    may_end: bool
    is_closed: bool  # the account of whoever holds it, told to those who may end the role


class OfPartner(msgspec.Struct, frozen=True):
    """The people of a partner with their roles."""

    code: str
    name: str
    roles: tuple[Held, ...]


class Choice(NamedTuple):
    """One of what a list lets people choose from."""

    value: str
    text: str


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody may give: the people, the roles, and the scopes under headings."""

    people: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    scopes: tuple[tuple[str, tuple[Choice, ...]], ...]


def people_page(
    reader: AuditReader, asked: ClocksAsked, staff: Staff, code: str, filled: Filled
) -> str:
    """Who holds what, and what the visitor may change about it."""
    agreement = reader.agreement(code, asked)
    answer = reader.roles(code, asked)
    titles = _titles(reader, asked, code, agreement)
    spans = [span for span in answer.roles if span.until is None]
    names = reader.person_names({span.person for span in spans})
    frame = frame_of(agreement, asked, answer.clocks, "People and roles", PART)
    now = frame.moments is not None and not frame.moments.is_past
    today = local_day(answer.clocks.known_at)
    held = [
        Held(
            span=span,
            name=name_of(span.person, names),
            over=titles.get(span.scope, span.scope),
            when=_when(span, today),
            may_end=may_end,
            is_closed=may_end and span.person in staff.closed,
        )
        for span in spans
        for may_end in (now and _may_end(staff, span),)
    ]
    return render(
        "people.html",
        frame,
        agreement=agreement,
        partners=tuple(_by_partner(agreement, held)),
        choices=_choices(staff, titles) if now else None,
        sees_to_accounts=now and _sees_to_accounts(staff),
        filled=filled,
        recorded=asked.recorded,
    )


def _when(span: RoleSpan, today: date) -> str:
    """Whether a role counts only later, or counted only before."""
    if span.valid_from is not None and today < span.valid_from:
        return "not yet"
    return "over" if span.valid_to is not None and span.valid_to < today else ""


def _may_end(staff: Staff, span: RoleSpan) -> bool:
    return is_entitled(staff.body, span.person, Role(span.role), span.scope, staff.by)


def _by_partner(agreement: AgreementAnswer, held: Iterable[Held]) -> Iterator[OfPartner]:
    """The roles under the partner each is held for, in the agreement's order; others last."""
    by_code: dict[str, list[Held]] = {}
    for one in held:
        by_code.setdefault(one.span.partner, []).append(one)
    names = {partner.code: partner.name for partner in agreement.partners}
    others = sorted(by_code.keys() - names.keys(), reverse=True)
    for code in (*names, *others):
        if code in by_code:
            rows = sorted(by_code[code], key=lambda one: (one.name, one.span.person))
            yield OfPartner(code or "none", names.get(code, code) or OF_NONE, tuple(rows))


def _choices(staff: Staff, titles: Mapping[str, str]) -> Choices | None:
    """What the visitor may give; None where that is nothing."""
    body, by = staff.body, staff.by
    assert body.sheet is not None
    roles = [role for role in Role if _anywhere(body, role, by)]
    if not roles:
        return None
    scopes = (
        ("Whole agreement", [body.sheet.code]),
        ("Blocks", list(body.blocks)),
        ("Outcomes", list(body.outcomes)),
        ("Indicators", list(body.placements)),
    )
    found = []
    for heading, codes in scopes:
        may = [code for code in codes if any(_may(body, role, code, by) for role in roles)]
        if may:
            found.append((heading, tuple(Choice(one, titles.get(one, one)) for one in may)))
    others = (one for one in staff.people.values() if one.id != by.actor and one.name)
    return Choices(
        people=tuple(
            Choice(one.id, _told_apart(one, staff.closed))
            for one in sorted(others, key=lambda one: (one.name, one.id))
        ),
        roles=tuple(Choice(role.value, capital(word(role.value))) for role in roles),
        scopes=tuple(found),
    )


def _told_apart(person: Person, closed: Collection[str]) -> str:
    """A person in a list: by whose they are, and whether they could act."""
    beside = [person.partner] if person.partner else []
    beside += ["account closed"] if person.id in closed else []
    return f"{person.name} ({', '.join(beside)})" if beside else person.name


def _sees_to_accounts(staff: Staff) -> bool:
    """Whether the visitor sees to people's accounts, as an administrator of all of it."""
    body, by = staff.body, staff.by
    assert body.sheet is not None
    over_all = (
        grant.role
        for grant in by.grants
        if grant.person == by.actor and grant.scope == body.sheet.code and grant.holds_on(by.today)
    )
    return Action.MANAGE_PEOPLE in acts_of(over_all)


def _anywhere(body: Agreement, role: Role, by: By) -> bool:
    """Whether somebody may give a role over anything: over what their own roles are held over."""
    mine = {grant.scope for grant in by.grants if grant.person == by.actor}
    return any(_may(body, role, scope, by) for scope in mine)


def _may(body: Agreement, role: Role, scope: str, by: By) -> bool:
    return is_entitled(body, "", role, scope, by)


def _titles(
    reader: AuditReader, asked: ClocksAsked, code: str, agreement: AgreementAnswer
) -> dict[str, str]:
    """What the codes of scopes are called."""
    rows = reader.status(code, asked, period=None, area=None).rows
    return {
        **{row.indicator: row.title for row in rows},
        **{outcome.code: outcome.title for outcome in agreement.outcomes},
        **{block.code: block.name for block in agreement.blocks},
        code: "the whole agreement",
    }


def command_of(typed: Typed) -> tuple[AssignRole | None, tuple[FieldProblem, ...]]:
    """The command that was typed, or everything that is wrong with it."""
    problems = [
        FieldProblem(field, "malformed", sentence)
        for field, sentence in (
            ("person", "Choose who is given the role."),
            ("role", "Choose the role."),
            ("scope", "Choose what the role is held over."),
        )
        if not typed.get(field)
    ]
    role = typed.get("role", "")
    if role and role not in set(Role):
        problems.append(FieldProblem("role", "malformed", "Choose one of the roles."))
    days: dict[str, date | None] = {}
    for field in ("valid_from", "valid_to"):
        text = typed.get(field, "")
        try:
            days[field] = date.fromisoformat(text) if text else None
        except ValueError:
            sentence = "This is not a day of the calendar: write it as 2026-03-27."
            problems.append(FieldProblem(field, "malformed", sentence))
    if problems:
        return None, tuple(problems)
    command = AssignRole(
        person=typed["person"],
        role=Role(role),
        scope=typed["scope"],
        valid_from=days["valid_from"],
        valid_to=days["valid_to"],
    )
    return command, ()
