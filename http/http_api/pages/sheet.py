"""The definition sheet of an indicator, in plain words."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from http_api.pages import vocabulary
from http_api.pages.words import capital, counted, listed, name_of, number, period_label
from policies.definition import Definition, PlanLimits
from policies.numbers import to_text
from policies.permissions import Role
from projections.answers import IndicatorAnswer, RoleHeld


class SheetLine(msgspec.Struct, frozen=True):
    """A question of the sheet, and its answer as paragraphs."""

    label: str
    text: tuple[str, ...]


def sheet(indicator: IndicatorAnswer, names: Mapping[str, str]) -> tuple[SheetLine, ...]:
    """Every line that says something; officers by name."""
    definition = indicator.definition
    lines = [*_measured(definition), *_counted(definition), *_kept(indicator, names)]
    return tuple(SheetLine(label, tuple(text)) for label, text in lines if any(text))


# Who answers for an indicator; others hold their roles over the whole agreement.
_OFFICERS = (
    Role.LEAD_OFFICER,
    Role.ENTRY_OFFICER,
    Role.SIGN_OFF_OFFICER,
    Role.PERFORMANCE_OFFICER,
)
_Line = tuple[str, Sequence[str]]


def _measured(definition: Definition) -> Iterator[_Line]:
    yield "What it measures", definition.definition.split("\n\n")
    yield "Which way is better", tuple(_better(definition))
    yield "Unit", (definition.unit, counted(definition.decimals, "decimal place"))
    yield (
        "How often",
        (
            f"{vocabulary.INTERVAL[definition.interval]}"
            f" ({vocabulary.CALENDAR[definition.calendar]})",
        ),
    )
    yield "Due", (f"{counted(definition.due_lag_days, 'day')} after the period ends",)


def _better(definition: Definition) -> Iterator[str]:
    yield vocabulary.POLARITY[definition.polarity]
    if definition.limits is not None:
        yield _limits(definition.limits)
    if definition.data_only:
        yield "Shown for background, and not judged"
    if definition.placeholder:
        yield "A placeholder: no measure, baseline or level has been agreed yet"


def _limits(limits: PlanLimits) -> str:
    green = f"{number(to_text(limits.low_amber))} to {number(to_text(limits.high_amber))}"
    amber = f"{number(to_text(limits.low_red))} to {number(to_text(limits.high_red))}"
    return f"Green from {green}, amber from {amber}, red beyond"


def _counted(definition: Definition) -> Iterator[_Line]:
    if definition.has_parts:
        times = f", times {number(to_text(definition.multiplier))}"
        yield "Numerator", (definition.numerator,)
        yield "Denominator", (definition.denominator,)
        yield (
            "Calculation",
            (f"Numerator divided by denominator{times if definition.multiplier != 1 else ''}",),
        )
    yield "How periods add up", (vocabulary.BASIS[definition.basis],)
    if definition.series_break_at:
        yield "New series", (f"From {period_label(definition.series_break_at)}",)


def _kept(indicator: IndicatorAnswer, names: Mapping[str, str]) -> Iterator[_Line]:
    definition = indicator.definition
    yield "Data owner", (definition.data_owner,)
    for role, holders in _officers(indicator.officers, names).items():
        yield capital(vocabulary.word(role)), (listed(holders),)
    yield "Source", (definition.source,)
    yield "Definition", (f"Version {indicator.definition_version}", *_retired(indicator))
    yield "Code", (indicator.code,)


def _retired(indicator: IndicatorAnswer) -> Iterator[str]:
    since = indicator.retired_from
    if since:
        yield f"Retired from {period_label(since)}: no values are expected from then on"
    elif indicator.retired:
        yield "Retired: no more values are expected"


def _officers(held: Sequence[RoleHeld], names: Mapping[str, str]) -> dict[str, list[str]]:
    """Who holds each role, each once."""
    by_role: dict[str, list[str]] = {}
    for role in _OFFICERS:
        holders = (name_of(each.person, names) for each in held if each.role == role)
        by_role[role] = list(dict.fromkeys(holders))
    return by_role
