"""Rows of the board, each drawn once for as long as it says the same: a board has hundreds, nearly
all of them are what they were when somebody looked before, and drawing is most of the page."""

from collections.abc import Mapping
from functools import lru_cache

from jinja2 import Environment
from markupsafe import Markup

from http_api.pages.links import Links
from http_api.pages.words import name_of
from projections.answers import StatusRow

MOST_KEPT = 5_000  # some two thousand characters each


class DrawnRows:
    """The rows that were drawn last, by all that a row shows and where it leads."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._kept = lru_cache(MOST_KEPT)(self._draw)

    def row(self, row: StatusRow, links: Links, agreement: str, names: Mapping[str, str]) -> Markup:
        """A row of an agreement's board under the clocks of a page."""
        signer = name_of(row.signed_off.by, names) if row.signed_off else ""
        return self._kept(row, links, agreement, signer)

    def _draw(self, row: StatusRow, links: Links, agreement: str, signer: str) -> Markup:
        template = self._environment.get_template("status_row.html")
        return Markup(  # noqa: S704 - a template that escapes
            template.render(row=row, frame={"links": links}, agreement=agreement, signer=signer)
        )
