"""The page of a scorecard: the same indicators in baskets, each judged together."""

from decimal import Decimal
from typing import Any

from http_api.pages.choices import codes_in
from http_api.pages.framing import frame_of
from http_api.pages.reader import ClocksAsked, Reader
from http_api.pages.render import render
from http_api.pages.words import limit, reached
from policies.basket import NoBasket
from policies.rag import Status
from projections.reading.scorecard import BLOCKS

# By what the status of a basket is found.
METHOD: dict[str, str] = {
    "worst-of": "A basket is as good as the worst of its indicators.",
    "majority": "A basket has the best status that more than half of its indicators reach.",
    "weighted-score": "Each status is worth points, and a basket is judged by their mean.",
    "share-green": "A basket is judged by the share of its indicators that are green or better.",
}
NOT_ADOPTED = (
    "No rules of judging together were adopted by this moment, so a basket is as good as the worst"
    " of its indicators, and has a status only when all of them have one."
)
NO_STATUS: dict[str, str] = {
    NoBasket.NOTHING_EXPECTED: "no status is expected of any of them",
    NoBasket.NO_STATUS: "none of them has a status",
    NoBasket.LEAST_COVERAGE: "too few of them have a status",
    NoBasket.NO_WEIGHT: "none of those with a status counts",
}


def scorecard_page(
    reader: Reader, asked: ClocksAsked, code: str, *, by: str, indicators: str, area: str
) -> str:
    """The baskets of an agreement, with their members and how each was judged.

    ``indicators`` are codes with commas between, to be judged together.
    """
    answer = reader.scorecard(
        code,
        asked,
        by=by or BLOCKS,
        indicators=codes_in(indicators),
        period=asked.period or None,
        area=area or None,
    )
    agreement = reader.agreement(code, asked)
    kept = {"by": by, "indicators": indicators, "area": area}
    return render(
        "scorecard.html",
        frame_of(agreement, asked, answer.clocks, "Scorecard", "scorecard", kept=kept),
        agreement=agreement,
        answer=answer,
        rules=rules_told(answer.settings, adopted=answer.policy is not None),
        statuses=[status.value for status in Status],
        no_status=NO_STATUS,
        reached=reached,
    )


def rules_told(settings: dict[str, Any], *, adopted: bool) -> list[str]:
    """The rules in words, one sentence each."""
    if not adopted:
        return [NOT_ADOPTED]
    told = [METHOD[settings["method"]]]
    if settings["green_from"] is not None and settings["method"] in (
        "weighted-score",
        "share-green",
    ):
        limits = limit(settings["green_from"]), limit(settings["amber_from"])
        told.append(f"It is green from {limits[0]} and amber from {limits[1]}.")
    if Decimal(settings["least_coverage"]) > 0:
        told.append(f"At least {limit(settings['least_coverage'])} of them must have a status.")
    if settings["overdue"] == "red":
        told.append("An overdue value counts as red.")
    return told
