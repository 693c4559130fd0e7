"""The questions of the pages about sign-off, answered by the service."""

from collections.abc import Sequence

from http_api.comparator_questions import clocks_of
from http_api.pages.reader import ClocksAsked
from http_api.pages.sign_off_reader import VALUES_SHOWN, Selection
from http_api.service import Service
from http_api.sign_off_forms import Recorded
from http_api.signing_off import recorded
from projections.reading.chosen import read_chosen
from projections.reading.waiting import read_waiting
from projections.waiting_answers import ChosenEntry, Waiting


class SignOffAnswers:
    """The part of a page's reader that asks what waits for a sign-off, and what came of one."""

    _service: Service

    def waiting(
        self, agreement: str, asked: ClocksAsked, *, person: str, selection: Selection
    ) -> Waiting:
        """What waits for a sign-off, by a person and by others."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_waiting(
                connection,
                agreement,
                clocks,
                person=person,
                indicator=selection.indicator or None,
                period=selection.period or None,
                area=selection.area or None,
                after=selection.after or None,
                limit=VALUES_SHOWN,
                whole=True,
            )

    def chosen(
        self, agreement: str, asked: ClocksAsked, names: Sequence[tuple[str, str]]
    ) -> tuple[ChosenEntry, ...]:
        """Entries by indicator and name, as they are now."""
        with self._service.reading(clocks_of(asked)) as (connection, clocks):
            return read_chosen(connection, agreement, clocks, names)

    def recorded(self, person: str, key: str) -> Recorded:
        """What a form of sign-off came to."""
        return recorded(self._service, person, key)
