"""What forms offer to choose from, on more than one page."""

from collections.abc import Sequence

from http_api.pages.reader import ClocksAsked, Reader
from http_api.pages.words import listed
from policies.periods import Calendar, Interval, periods_between
from projections.answers import AgreementAnswer, Named


def codes_in(text: str) -> tuple[str, ...]:
    """The codes in the text of an address, which has commas between them."""
    return tuple(code.strip() for code in text.split(",") if code.strip())


def indicators(reader: Reader, asked: ClocksAsked, agreement: str, first: str) -> list[Named]:
    """Every indicator in the order of the board, behind what choosing none is called."""
    rows = reader.status(agreement, asked, period=None, area=None).rows
    return [Named(code="", name=first), *(Named(code=r.indicator, name=r.title) for r in rows)]


def years(agreement: AgreementAnswer, first: str) -> list[Named]:
    """The years of the agreement by its calendar, the latest first, behind what none means."""
    found = periods_between(
        Calendar(agreement.calendar), Interval.YEAR, agreement.start, agreement.end
    )
    return [
        Named(code="", name=first),
        *(Named(code=year.code, name=year.label) for year in reversed(found)),
    ]


def with_chosen(options: Sequence[Named], *chosen: str) -> list[Named]:
    """The options, and what was chosen by an address that is none of them, such as several."""
    code, names = ",".join(chosen), {each.code: each.name for each in options}
    found = list(options)
    if code and code not in names:
        found.append(Named(code=code, name=listed([names.get(one, one) for one in chosen])))
    return found
