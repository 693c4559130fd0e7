"""The page of what lies behind: a level, its own status, and the parts that it is made of."""

import msgspec

from http_api.pages.analysis_reader import AnalysisReader
from http_api.pages.analysis_words import METHOD
from http_api.pages.framing import frame_of
from http_api.pages.links import Links
from http_api.pages.moments import Moments
from http_api.pages.reader import ClocksAsked
from http_api.pages.render import Crumb, render
from http_api.pages.scorecard import NO_STATUS
from http_api.pages.words import counted, listed, share
from policies.rag import Status
from projections.drill_down_answers import DrillDown, Together
from projections.reading.areas_within import LEAST_COVERAGE
from projections.reading.cube_asked import BREAKDOWN
from projections.reading.drill_down import DrillAsked

PAGE, TITLE = "drill-down", "What lies behind"
BEHIND = {
    "agreement": "Blocks",
    "block": "Outcomes",
    "outcome": "Indicators",
}


def drill_down_page(
    reader: AnalysisReader, asked: ClocksAsked, code: str, looked: DrillAsked
) -> str:
    """One level and what lies behind it."""
    agreement = reader.agreement(code, asked)
    answer = reader.drill_down(code, asked, looked)
    kept = {name: value or "" for name, value in looked._asdict().items()}
    above = tuple(_crumbs(answer, Moments(asked, answer.clocks).links))
    title = answer.name if answer.trail else TITLE
    frame = frame_of(agreement, asked, answer.clocks, title, PAGE, between=above, kept=kept)
    if answer.trail:  # else it would be called as the page of the indicator is
        frame = msgspec.structs.replace(frame, title=f"{TITLE}: {title}")
    return render(
        "drill_down.html",
        frame,
        agreement=agreement,
        answer=answer,
        here=kept,
        behind=BEHIND.get(answer.level, ""),
        statuses=[status.value for status in Status],
        no_status=NO_STATUS,
        share=share,
        together="" if answer.together is None else together_words(answer, answer.together),
        too_few=LEAST_COVERAGE,
        cube_of=lambda dimension: _cube(frame.links, answer, dimension),
        chosen=answer.breakdown.replace(";", ", ").replace("=", " "),
    )


def together_words(answer: DrillDown, together: Together) -> str:
    """How the parts come to what they come to, and which are missing."""
    names = {area.code: area.name for area in answer.areas}
    have = "has" if together.expected == 1 else "have"
    told = f"{together.counted} of {counted(together.expected, 'area')} {have} a value"
    missing = [names.get(code, code) for code in together.figure.missing_areas]
    if missing:
        told += f"; there is none of {listed(missing)}"
    how = METHOD.get(together.figure.method, "")
    return f"{told}. What they come to is {how}." if how else f"{told}."


def _crumbs(answer: DrillDown, links: Links) -> list[Crumb]:
    found = []
    for above in answer.trail:
        if above.level == "agreement":
            found.append(Crumb(TITLE, links.drill_down(answer.agreement, area=answer.area)))
        else:
            asked = {above.level: above.code, "area": answer.area}
            found.append(Crumb(above.name, links.drill_down(answer.agreement, **asked)))
    return found


def _cube(links: Links, answer: DrillDown, dimension: str) -> str:
    """All periods of an indicator by a dimension."""
    return links.cube(
        answer.agreement,
        rows=dimension if dimension == "area" else f"{BREAKDOWN}{dimension}",
        columns="period",
        indicators=answer.code,
        areas="" if dimension == "area" else answer.area,
    )
