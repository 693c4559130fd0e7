"""The frame of a page that belongs to an agreement."""

from urllib.parse import quote

from http_api.pages.moments import Moments
from http_api.pages.reader import ClocksAsked
from http_api.pages.render import Crumb, Frame
from projections.answers import AgreementAnswer, Clocks


def frame_of(
    agreement: AgreementAnswer,
    asked: ClocksAsked,
    clocks: Clocks,
    title: str,
    part: str,
    *,
    between: tuple[Crumb, ...] = (),
    kept: dict[str, str] | None = None,
) -> Frame:
    """A page at ``part`` of an agreement's address; ``between`` are crumbs before its own.

    ``kept`` are the query parameters that the clock form must not lose.
    """
    moments = Moments(asked, clocks)
    links = moments.links
    statement = agreement.statement or "This is a demonstration."
    return Frame(
        title=title,
        moments=moments,
        path=f"/agreements/{quote(agreement.code, safe='')}/{part}",
        kept={name: value for name, value in (kept or {}).items() if value},
        demonstration=statement if agreement.demonstration else "",
        crumbs=(
            Crumb("Agreements", links.home()),
            Crumb(agreement.title, links.board(agreement.code)),
            *between,
            Crumb(title),
        ),
        section="agreements",
    )
