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
        return self._kept("status_row", row, links, agreement, signer)

    def first_look(self, row: StatusRow, links: Links, agreement: str) -> Markup:
        """The same indicator in the list of what to look at first."""
        return self._kept("first_look", row, links, agreement, "")

    def _draw(
        self, macro: str, row: StatusRow, links: Links, agreement: str, signer: str
    ) -> Markup:
        macros = self._environment.get_template("drawn_rows.html").module
        drawn: Markup = getattr(macros, macro)(row, {"links": links}, agreement, signer)
        return drawn
