"""The grid: many values at once, typed into rows or pasted from a spreadsheet, then checked."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec

from http_api.pages import board
from http_api.pages.entry import MISTYPED_STATUS, NOW, Shown, Sitting, frame_at_now
from http_api.pages.entry_cell import check_entitled, periods
from http_api.pages.entry_forms import Mistyped, day_typed, wrong_of
from http_api.pages.entry_grid_rows import (
    Form,
    Given,
    GridRow,
    encoded,
    given_in,
    grid_row,
    to_send,
    typed_in,
)
from http_api.pages.entry_offers import grid_path, indicator_address
from http_api.pages.loads import OUTCOMES_MEAN
from http_api.pages.render import render
from http_api.problems import STATUS
from ledger.agreement.state import Agreement
from ledger.entering.looking import Looked, look_at
from ledger.entering.pasted import ORDER, Known
from ledger.indicator.checks import available_on, check_area
from ledger.indicator.state import Indicator
from ledger.loading.outcomes import Outcome
from policies.period import Period, parse_code
from policies.permissions import Action
from policies.refusals import BadFile, DutyRefusal, UnknownIndicator
from policies.refusals_escalation import DayInFuture
from policies.retirement import ALL, is_retired

REASON_NEEDED = "Say why the values are corrected: one reason for all of them."
UNIT_NEEDED = "Look at the unit, and confirm that the figures are right."


class GridAsked(msgspec.Struct, frozen=True):
    """A grid as an address names it: of a period, or of one indicator in all periods."""

    period: str = ""
    area: str = ""
    indicator: str = ""


class Grid(NamedTuple):
    """A grid, and everything around it at this moment. ``forbidden`` says why by indicator."""

    agreement: str
    body: Agreement
    folds: dict[str, Indicator]
    forbidden: dict[str, str]
    area: str
    period: str  # "" in a grid of one indicator
    indicator: str  # "" in a grid of one period
    today: date

    @property
    def enterable(self) -> dict[str, Indicator]:
        """The indicators that the person may enter, in the order of the agreement: each has periods
        that are not retired."""
        return {
            code: fold
            for code, fold in self.folds.items()
            if code not in self.forbidden and fold.retired_from != ALL
        }

    @property
    def query(self) -> dict[str, str]:
        """The grid as an address names it."""
        named = {"period": self.period, "area": self.area, "indicator": self.indicator}
        return {name: value for name, value in named.items() if value}

    @property
    def address(self) -> str:
        """Where the grid is."""
        return f"{grid_path(self.agreement)}?{urlencode(self.query)}"


def grid_of(at: Sitting, agreement: str, asked: GridAsked, *, sending: bool = False) -> Grid:
    """The grid of an address, for somebody who may enter something in it.

    ``sending``: whether they may is left to the decisions, which record that somebody tried.
    Raises NoRole or OtherPartner where they may enter nothing, UnknownArea, UnknownPeriod and
    UnknownIndicator.
    """
    body = at.desk.agreement(agreement)
    folds = at.desk.indicators(agreement, body.placements)
    refusals = {code: _refusal(at, body, fold) for code, fold in folds.items()}
    forbidden = {code: refusal for code, refusal in refusals.items() if refusal is not None}
    if forbidden and len(forbidden) == len(folds) and not sending:
        raise next(iter(forbidden.values()))
    area = asked.area or next(iter(body.areas))
    check_area(area, body.areas)
    if asked.indicator and asked.indicator not in folds:
        raise UnknownIndicator(f"{agreement} has no indicator {asked.indicator!r}.")
    grid = Grid(
        agreement,
        body,
        folds,
        {code: refusal.detail for code, refusal in forbidden.items()},
        area,
        "",
        asked.indicator,
        at.desk.today,
    )
    if asked.indicator:
        return grid
    return grid._replace(period=parse_code(asked.period or _usual(grid)).code)


def known_of(grid: Grid, form: Form) -> Known:
    """What the rows of a form may name, and what the page has chosen."""
    return Known(
        indicators={code: f.definition for code, f in grid.folds.items() if f.definition},
        areas={area.code: area.name for area in grid.body.areas.values()},
        indicator=grid.indicator,
        period=grid.period,
        area=grid.area,
        provisional=form.get("standing") == "provisional",
    )


def grid_page(
    at: Sitting,
    grid: Grid,
    form: Form,
    *,
    wrong: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Shown:
    """The grid to be filled in, with what was typed into it so far."""
    agreement = at.reader.agreement(grid.agreement, NOW)
    latest = [
        found[0].code
        for fold in grid.enterable.values()
        if (found := periods(grid.body, fold, grid.today))
    ]
    page = render(
        "entry_grid.html",
        **around(at, grid),
        rows=_rows(grid, typed_in(form)),
        form=form,
        wrong=wrong,
        areas=agreement.areas,
        choices=board.period_choices(agreement, latest, grid.today),
        titles={code: f.definition.title for code, f in grid.enterable.items() if f.definition},
        order=ORDER,
    )
    return Shown(page, status)


def grid_checked(
    at: Sitting, grid: Grid, form: Form, *, wrong: Sequence[tuple[str, str]] = ()
) -> Shown:
    """What would become of each row; the grid again where nothing can be looked at."""
    try:
        given = given_in(form, known_of(grid, form))
        available_on(day_typed(form.get("data_available_on", "")), grid.today)
    except (BadFile, Mistyped, DayInFuture) as error:
        said = wrong_of(error, "pasted")
        return grid_page(at, grid, form, wrong=said, status=MISTYPED_STATUS)
    if not given.rows:
        said = (("pasted", "Nothing was typed and nothing was pasted."),)
        return grid_page(at, grid, form, wrong=said, status=STATUS["no-entries"])
    looked = look_at(
        given.rows,
        grid.body,
        lambda codes: {code: grid.folds[code] for code in codes if code in grid.folds},
        grid.today,
        forbidden=grid.forbidden,
    )
    return _check(at, grid, form, given, looked, wrong)


def _check(
    at: Sitting,
    grid: Grid,
    form: Form,
    given: Given,
    looked: Looked,
    wrong: Sequence[tuple[str, str]],
) -> Shown:
    sent = to_send(looked.rows)
    kept = {name: text for name, text in form.items() if name not in _OF_THE_CHECK}
    page = render(
        "entry_grid_check.html",
        **around(at, grid),
        looked=looked,
        outcomes=OUTCOMES_MEAN,
        given=given,
        titles={code: f.definition.title for code, f in grid.folds.items() if f.definition},
        sent=sent,
        payload=encoded(sent),
        corrections=looked.counts[Outcome.CORRECTION.value],
        kept=kept,
        key=at.desk.new_key(),
        reason=form.get("reason", ""),
        wrong=wrong,
    )
    return Shown(page, STATUS["reason-required"] if wrong else 200)


_OF_THE_CHECK = frozenset({"step", "payload", "key", "reason", "confirm_unit", "asks_unit"})


def _rows(grid: Grid, typed: Mapping[str, Form]) -> list[GridRow]:
    """A row for each indicator that has the period, or for each period of the one indicator."""
    if grid.indicator:
        fold = grid.folds[grid.indicator]
        codes = [period.code for period in periods(grid.body, fold, grid.today)]
        cells = [(fold, code) for code in codes] if grid.indicator in grid.enterable else []
    else:
        period = parse_code(grid.period)
        cells = [(f, period.code) for f in grid.enterable.values() if _has(f, period)]
    return [
        grid_row(fold, code, grid.area, typed.get(f"{code} {fold.code}", {}))
        for fold, code in cells
    ]


def _has(fold: Indicator, period: Period) -> bool:
    d = fold.definition
    if d is None or is_retired(fold.retired_from, period):
        return False
    return d.measures(period)


def _usual(grid: Grid) -> str:
    """The latest ended period of the kind that most of the indicators have."""
    kinds: dict[str, int] = {}
    for fold in grid.enterable.values():
        found = periods(grid.body, fold, grid.today)
        ended = [period for period in found if period.end < grid.today] or list(found)
        if ended:
            kinds[ended[0].code] = kinds.get(ended[0].code, 0) + 1
    if not kinds:
        raise UnknownIndicator("No period has begun of any indicator that you may enter here.")
    return max(kinds, key=kinds.__getitem__)


def _refusal(at: Sitting, body: Agreement, fold: Indicator) -> DutyRefusal | None:
    """Why a person may not enter an indicator; None where they may."""
    try:
        check_entitled(body, fold, Action.SUBMIT, at.person, at.desk.today)
    except DutyRefusal as refusal:
        return refusal
    return None


def around(at: Sitting, grid: Grid) -> dict[str, Any]:
    """What all pages of a grid show."""
    path = grid_path(grid.agreement)
    frame = frame_at_now(at, grid.agreement, "Enter many values", path, kept=grid.query)
    fold = grid.folds.get(grid.indicator)
    return {
        "frame": frame,
        "grid": grid,
        "area_name": grid.body.areas[grid.area].name,
        "about": fold.definition.title
        if fold and fold.definition
        else parse_code(grid.period).label,
        "of_one": indicator_address((grid.agreement, grid.indicator)) if grid.indicator else "",
    }
