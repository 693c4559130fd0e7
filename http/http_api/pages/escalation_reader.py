"""What the pages of escalation ask, beside what every page may ask."""

from typing import Protocol

from http_api.pages.reader import ClocksAsked, Reader
from projections.escalations import Escalations, EscalationStory, Examinations, Exceptions


class EscalationReader(Reader, Protocol):
    """The questions behind the pages of escalation. Each may raise a Refusal."""

    def escalations(self, agreement: str, asked: ClocksAsked, *, area: str | None) -> Escalations:
        """The open stages of an area; of the home area without ``area``, as in all of these."""

    def escalation(
        self, agreement: str, indicator: str, asked: ClocksAsked, *, area: str | None
    ) -> EscalationStory:
        """One indicator's whole story."""

    def exceptions(self, agreement: str, asked: ClocksAsked, *, area: str | None) -> Exceptions:
        """What asks for attention, and what was last done about it."""

    def examinations(
        self, agreement: str, asked: ClocksAsked, *, area: str | None, period: str | None
    ) -> Examinations:
        """The four-week rule for every value, or those of a period."""
