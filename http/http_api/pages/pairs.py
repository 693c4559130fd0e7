"""The page of two indicators against each other: whether they go together, chart and table."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from http_api.pages import choices
from http_api.pages.analysis_reader import AnalysisReader
from http_api.pages.analysis_words import NO_CORRELATION, together_words
from http_api.pages.choices import with_chosen
from http_api.pages.framing import frame_of
from http_api.pages.moments import Moments
from http_api.pages.reader import ClocksAsked
from http_api.pages.render import render
from http_api.pages.words import counted, number, quantity
from http_api.scatter_chart import Dot, Scatter
from ledger.csv_text import csv_text
from policies.refusals import UnsuitableCube
from projections.answers import Named
from projections.pair_answers import Over, Pairs, Side

PAGE, TITLE = "pairs", "Two indicators against each other"
CSV_COLUMNS = (
    "over", "code", "name", "across", "up", "provisional", "across_period", "up_period",
)  # fmt: skip
OVER = (Named(code="area", name="Over areas"), Named(code="period", name="Over periods"))


class PairsAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What the address of the page says; "" where it leaves the choice to us."""

    across: str = ""
    up: str = ""
    over: Over = "area"
    period: str = ""
    area: str = ""

    @property
    def said(self) -> dict[str, str]:
        """What was chosen, by the name of its query parameter."""
        given = {
            "across": self.across, "up": self.up, "over": "" if self.over == "area" else self.over,
            "period": self.period, "area": self.area,
        }  # fmt: skip
        return {name: value for name, value in given.items() if value}


def pairs_page(reader: AnalysisReader, asked: ClocksAsked, code: str, about: PairsAsked) -> str:
    """The pairs of two indicators; without two, the form to choose them."""
    agreement = reader.agreement(code, asked)
    answer, refused = None, ""
    if about.across and about.up:
        try:
            answer = _answer(reader, asked, code, about)
        except UnsuitableCube as refusal:
            refused = refusal.detail
    clocks = agreement.clocks if answer is None else answer.clocks
    frame = frame_of(agreement, asked, clocks, TITLE, PAGE, kept=about.said)
    file = f"{frame.path}/chart.svg"
    return render(
        "pairs.html",
        frame,
        agreement=agreement,
        about=about,
        answer=answer,
        refused=refused,
        indicators=choices.indicators(reader, asked, code, "Choose an indicator"),
        over=OVER,
        periods=with_chosen(choices.years(agreement, "The latest, or all"), about.period),
        told="" if answer is None else told(answer),
        described="" if answer is None else described(answer),
        periods_differ=answer is not None and periods_differ(answer),
        names={} if answer is None else {one.code: one.name for one in (answer.across, answer.up)},
        chart=frame.links.to(file, **about.said),
        chart_narrow=frame.links.to(file, **about.said, size="narrow"),
        csv=frame.links.to(f"{frame.path}.csv", **about.said),
    )


def pairs_chart(
    reader: AnalysisReader, asked: ClocksAsked, code: str, about: PairsAsked
) -> Scatter:
    """The same chart as on the page."""
    agreement = reader.agreement(code, asked)
    answer = _answer(reader, asked, code, about)
    known = Moments(asked, answer.clocks).known_day
    here = about.area or agreement.areas[0].code
    where = answer.period_label if answer.over == "area" else answer.area_name
    notes = [
        f"{where}." if where else "",
        f"Each point is {'an area' if answer.over == 'area' else 'a period'}.",
        "Not all are of the same period." if periods_differ(answer) else "",
        f"As known on {known}.",
    ]
    return Scatter(
        title=f"{answer.up.name} against {answer.across.name}",
        subtitle=" ".join(filter(None, notes)),
        across=_axis(answer.across),
        up=_axis(answer.up),
        source="; ".join(dict.fromkeys(filter(None, (answer.up.source, answer.across.source)))),
        decimals=(answer.across.decimals, answer.up.decimals),
        dots=tuple(
            Dot(
                name=pair.name,
                across=Decimal(pair.across),
                up=Decimal(pair.up),
                here=answer.over == "area" and pair.code == here,
            )
            for pair in answer.pairs
        ),
        joined=answer.over == "period",
    )


def pairs_csv(
    reader: AnalysisReader, asked: ClocksAsked, code: str, about: PairsAsked
) -> Iterator[str]:
    """The pairs as CSV; a row with one figure alone is not a pair."""
    answer = _answer(reader, asked, code, about)
    return csv_text(CSV_COLUMNS, (_line(answer, index) for index in range(len(answer.pairs))))


def told(answer: Pairs) -> str:
    """Whether the two go together, in a sentence."""
    if answer.correlation is None:
        return NO_CORRELATION[answer.no_correlation or "too-few"]
    return f"{together_words(answer.correlation)} The correlation is {number(answer.correlation)}."


def periods_differ(answer: Pairs) -> bool:
    """Whether figures of one side are of different periods, as where an area's latest has not
    come: those of a count are no measure of one another then."""
    return answer.over == "area" and any(
        len(periods) > 1
        for periods in (
            {pair.across_period for pair in answer.pairs},
            {pair.up_period for pair in answer.pairs},
        )
    )


def described(answer: Pairs) -> str:
    """The chart in a few sentences, for those who cannot see it."""
    what = counted(len(answer.pairs), "area" if answer.over == "area" else "period")
    found = [f"Chart of {answer.up.name} against {answer.across.name}: {what}."]
    for side, figures in (
        (answer.across, [Decimal(pair.across) for pair in answer.pairs]),
        (answer.up, [Decimal(pair.up) for pair in answer.pairs]),
    ):
        if figures:
            low, high = (quantity(str(end), side.unit) for end in (min(figures), max(figures)))
            found.append(f"{side.name} goes from {low} to {high}.")
    return " ".join([*found, "The table that follows has every pair."])


def _answer(reader: AnalysisReader, asked: ClocksAsked, code: str, about: PairsAsked) -> Pairs:
    return reader.pairs(
        code,
        asked,
        about.across,
        about.up,
        over=about.over,
        period=about.period or None,
        area=about.area or None,
    )


def _axis(side: Side) -> str:
    return f"{side.name} ({side.unit})" if side.unit else side.name


def _line(answer: Pairs, index: int) -> Sequence[str]:
    pair = answer.pairs[index]
    provisional = "yes" if pair.provisional else "no"
    return (
        answer.over,
        pair.code,
        pair.name,
        pair.across,
        pair.up,
        provisional,
        pair.across_period,
        pair.up_period,
    )
