"""What a page says of its two clocks: the banner of a past moment, the form, the footer."""

import re

import msgspec

from http_api.pages.links import Links
from http_api.pages.reader import NOW, ClocksAsked
from http_api.pages.words import day, local_day, moment
from projections.answers import Clocks
from projections.reading.clocks import pinned

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Moments(msgspec.Struct, frozen=True):
    """The clocks of one page, asked and answered."""

    asked: ClocksAsked
    clocks: Clocks

    @property
    def links(self) -> Links:
        """Addresses under these clocks."""
        return Links(self.asked)

    def leading_to(self, position: int) -> Links:
        """Addresses under which an event is known: one of the rules may have come later than what
        else is known here, and is known when the rules are."""
        if position <= self.clocks.known_position:
            return self.links
        return Links(msgspec.structs.replace(self.asked, known_at=self.asked.policy_at))

    @property
    def pinned(self) -> Links:
        """Addresses under exactly these moments, which show the same for ever."""
        clocks = self.clocks
        known = pinned(clocks.known_position, clocks.known_at)
        return Links(ClocksAsked(known, pinned(clocks.policy_position, clocks.policy_at)))

    @property
    def is_past(self) -> bool:
        """Whether either clock was set to another moment than now."""
        return self.known_is_past or self.policy_is_past

    @property
    def known_is_past(self) -> bool:
        """Whether the facts are those of another moment than now."""
        return self.asked.known_at != NOW

    @property
    def known_is_to_come(self) -> bool:
        """Whether the facts are asked for of a day that has not come."""
        return not self.policy_is_past and self.clocks.known_at > self.clocks.policy_at

    @property
    def policy_is_past(self) -> bool:
        """Whether the rules are those of another moment than now."""
        return self.asked.policy_at != NOW

    @property
    def known_words(self) -> str:
        """The moment of the facts: a day where a day was asked, else day and time."""
        when = self.clocks.known_at
        return day(when) if _DATE.fullmatch(self.asked.known_at) else moment(when)

    @property
    def known_day(self) -> str:
        """The day of the facts, where a time would say too much."""
        return day(self.clocks.known_at)

    @property
    def policy_words(self) -> str:
        """The moment of the rules, in the same way."""
        when = self.clocks.policy_at
        return day(when) if _DATE.fullmatch(self.asked.policy_at) else moment(when)

    @property
    def known_on(self) -> str:
        """The day for the form's date box; empty at now."""
        return local_day(self.clocks.known_at).isoformat() if self.known_is_past else ""

    @property
    def policy_on(self) -> str:
        """The day for the form's second date box; empty at now."""
        return local_day(self.clocks.policy_at).isoformat() if self.policy_is_past else ""

    @property
    def banner(self) -> tuple[str, str]:
        """What a page of a past moment says at its top: the headline and the rest of it."""
        position = self.clocks.known_position
        rules = f"the rules of {self.policy_words}" if self.policy_is_past else "today’s rules"
        if self.known_is_to_come:
            known = f"what is known today (ledger position {position}), looked at on"
            return "That day is yet to come", f"{known} {self.known_words}, judged under {rules}."
        if self.known_is_past:
            known = f"what was known on {self.known_words} (ledger position {position})"
            return "You are looking at the past", f"{known}, judged under {rules}."
        known = f"what is known today (ledger position {position})"
        return "You are looking at other rules", f"{known}, judged under {rules}."

    @property
    def in_short(self) -> str:
        """The banner in a few words, for the title of the page."""
        if self.known_is_past:
            return f"as known on {self.known_words}"
        return f"under the rules of {self.policy_words}" if self.policy_is_past else ""
