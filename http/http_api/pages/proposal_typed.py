"""What was typed into a proposal, as the body that the API takes.

A period may be written as people write it, and what is left empty of a target is as it is now.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, TypeVar

import msgspec

from http_api.api.amendment_bodies import (
    DefinitionChangeBody,
    PolicyChangeBody,
    RevisionBody,
)
from http_api.api.bodies import Body
from http_api.json_bodies import read_json
from http_api.pages.filling import MALFORMED, Form, Mistyped, Read, Typed, values_of
from http_api.pages.proposal_fields import OTHERS
from http_api.pages.taking import refield
from http_api.problems import HttpProblem
from ledger.agreement.state import Agreement
from ledger.indicator.state import Indicator
from policies.numbers import exact_text
from policies.period import INTERVALS, Calendar, Interval
from policies.periods import parse_code, read_label
from policies.refusals import FieldProblem, Refusal, UnknownPeriod

B = TypeVar("B", bound=RevisionBody)
_ROW = re.compile(r"targets\[([0-9]{1,4})\]\.")
_OF_TARGET = ("indicator", "area", "period", "kind", "baseline", "no_baseline",
              "performance_without", "performance_with")  # fmt: skip


class Held(NamedTuple):
    """What holds, by which a form is understood: the agreement, and the indicators named in it.

    ``bare`` are the targets, by indicator, area and period, that a proposal which is revised has
    without a baseline already: one that is left empty stays away.
    """

    agreement: Agreement
    indicators: Mapping[str, Indicator]
    bare: Collection[tuple[str, str, str]] = ()


class _Others(Body, frozen=True, kw_only=True):
    """What is written as the API takes it."""

    definitions: tuple[DefinitionChangeBody, ...] = ()
    policies: tuple[PolicyChangeBody, ...] = ()


def changes_typed(shape: type[B], form: Form, typed: Typed, held: Held) -> B:
    """The proposal, or revision, that was typed. Raises Mistyped.

    What is left empty of a target is as it is now.
    """
    meant = dict(typed)
    meant["effective_from"] = _began(typed.get("effective_from", ""), held.agreement)
    for n in sorted(_rows(typed)):
        meant |= _meant(typed, f"targets[{n}].", held)
    others, problems = _others_typed(typed.get(OTHERS, ""))
    given, mistyped = values_of(shape, form, meant)
    if problems or mistyped:
        raise Mistyped([*mistyped, *problems])
    return shape(**given, **others)


def indicators_typed(typed: Typed) -> set[str]:
    """The indicators that are named in the rows of a form."""
    return {typed.get(f"targets[{n}].indicator", "") for n in _rows(typed)} - {""}


def rows_typed(typed: Typed) -> int:
    """How many rows of targets are typed."""
    return max(_rows(typed), default=-1) + 1


def in_other_words(refusal: Refusal) -> Refusal:
    """A refusal of definitions or rules, told of the field in which they are written."""
    return refield(refusal, {"definitions": OTHERS, "policies": OTHERS})


def _rows(typed: Typed) -> set[int]:
    found = (_ROW.match(name) for name in typed)
    return {int(each[1]) for each in found if each}


def _meant(typed: Typed, row: str, held: Held) -> dict[str, str]:
    """A row with what its empty fields mean."""
    said = {name: typed.get(row + name, "").strip() for name in _OF_TARGET}
    code = said["indicator"]
    state = held.indicators.get(code)
    area = said["area"] or next(iter(held.agreement.areas), "")
    period = _period(said["period"], state) if state else said["period"]
    stands = state.targets.get((area, period)) if state else None
    filled = {"area": area, "period": period, "kind": said["kind"] or "local"}
    if stands is not None and said["kind"] in ("", stands.target.kind):
        now = stands.target
        filled["kind"] = now.kind
        for name in ("baseline", "performance_without", "performance_with"):
            number = getattr(now, name)
            none_meant = said["no_baseline"] or (code, area, period) in held.bare
            if number is not None and not said[name] and not (name == "baseline" and none_meant):
                filled[name] = exact_text(number)
    return {row + name: text for name, text in filled.items()}


def _period(text: str, state: Indicator) -> str:
    """The code of a period as an indicator's people write it, or of one that is none of its own,
    which is told of then; the text where it is no period at all."""
    it = state.definition
    if it is None:
        return text
    own = _code(text) or _read(text, it.calendar, it.interval, it.pooled_years)
    return own or _of_any(text, Calendar) or text


def _began(text: str, body: Agreement) -> str:
    """The code of a period of the agreement's calendar, of whatever length."""
    calendar = Calendar(body.sheet.calendar) if body.sheet else Calendar.FINANCIAL
    return _code(text) or _of_any(text, [calendar]) or text


def _of_any(text: str, calendars: Iterable[Calendar]) -> str:
    """The code of a period of one of these calendars, the longest that a text may mean."""
    found = (
        _read(text, calendar, interval)
        for calendar in calendars
        for interval in (Interval.YEAR, Interval.QUARTER, Interval.TERM, Interval.MONTH)
        if interval in INTERVALS[calendar]
    )
    return next((code for code in found if code), "")


def _code(text: str) -> str:
    try:
        return parse_code(text.strip().upper()).code
    except UnknownPeriod:
        return ""


def _read(text: str, calendar: Calendar, interval: Interval, pooled_years: int = 3) -> str:
    try:
        return read_label(text, calendar, interval, pooled_years).code
    except Refusal:
        return ""


def _others_typed(text: str) -> Read:
    """Definitions and rules as they were written, and what is wrong with that."""
    if not text.strip():
        return Read({}, [])
    try:
        written = msgspec.convert(read_json(text.encode()), _Others)
    except HttpProblem as problem:
        said = problem.detail.replace("The body", "The text")
        return Read({}, [FieldProblem(OTHERS, problem.code, said)])
    except msgspec.ValidationError as error:
        return Read({}, [FieldProblem(OTHERS, MALFORMED, f"{error}.")])
    return Read({"definitions": written.definitions, "policies": written.policies}, [])
