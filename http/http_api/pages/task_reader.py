"""What the pages of tasks ask, beside what every page may ask."""

from collections.abc import Iterable
from typing import Protocol

from http_api.pages.reader import ClocksAsked, Reader
from ledger.person import Person
from projections.task_answers import Collection, Tasks


class TaskReader(Reader, Protocol):
    """The questions behind the pages of tasks. Each may raise a Refusal."""

    def tasks(self, person: str, asked: ClocksAsked) -> Tasks:
        """What waits for a person, in every agreement."""

    def agreement_tasks(self, agreement: str, asked: ClocksAsked) -> Tasks:
        """What waits in an agreement for everybody, and for nobody."""

    def collection(
        self, agreement: str, asked: ClocksAsked, *, first: str | None, last: str | None
    ) -> Collection:
        """What was expected and has been received, of the periods from one to another."""

    def contacts(self, ids: Iterable[str]) -> dict[str, Person]:
        """People by id, with their addresses; those not kept are left out."""

    def check_may_chase(self, agreement: str, person: str) -> None:
        """Refuse whoever is no performance officer there today. Raises NoRole."""
