"""What the pages of sign-off ask, beside what every page may ask."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from http_api.pages.reader import ClocksAsked, Reader
from http_api.sign_off_forms import Recorded
from projections.waiting_answers import ChosenEntry, Waiting

VALUES_SHOWN = 50  # at most, of a part; whole indicators where they go in


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of what waits a page shows; "" for all of it, and for its first page."""

    indicator: str = ""
    period: str = ""
    area: str = ""
    after: str = ""

    @property
    def query(self) -> dict[str, str]:
        """It as the query of an address; what says nothing is left out."""
        return {name: text for name, text in msgspec.structs.asdict(self).items() if text}

    @property
    def first(self) -> "Selection":
        """The same from its first page on."""
        return msgspec.structs.replace(self, after="")


class SignOffReader(Reader, Protocol):
    """The questions behind the pages of sign-off. Each may raise a Refusal."""

    def waiting(
        self, agreement: str, asked: ClocksAsked, *, person: str, selection: Selection
    ) -> Waiting:
        """What waits for a sign-off, by a person and by others: a part of it."""

    def chosen(
        self, agreement: str, asked: ClocksAsked, names: Sequence[tuple[str, str]]
    ) -> tuple[ChosenEntry, ...]:
        """Entries by indicator and name, as they are now."""

    def recorded(self, person: str, key: str) -> Recorded:
        """What a form of a person came to that was sent under a key."""
