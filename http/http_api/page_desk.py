"""The questions of the pages of entry, answered from the record itself, and their commands."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from litestar.datastructures import UploadFile

from http_api import clock
from http_api.api.acting import Build, asked, carry_out_waiting
from http_api.attachment_files import attachments_kept, attachments_of, take_file
from http_api.pages.desk import Address
from http_api.service import ClocksAsked, Service
from ledger.acts import Answered, refusal_of
from ledger.agreement.state import Agreement
from ledger.attachments.keeping import Attachment
from ledger.deciding import outcome_of
from ledger.event import LONDON, indicator_id
from ledger.indicator.commands import attachments_named
from ledger.indicator.state import Indicator
from ledger.people import names
from policies.refusals import UnknownIndicator
from policies.tasks import Kind
from projections.answers import AttachmentRow, HistoryEvent
from projections.reading.events_at import read_events_at
from projections.reading.tasks import read_agreement_tasks
from projections.reading.texts import read_texts
from projections.task_answers import TaskAnswer

MOST_KEY = 200  # characters, as over the API
ENTERING = frozenset({Kind.SUBMIT, Kind.RESUBMIT})


class PageDesk:
    """The desk of one process: folds are kept in memory, and looked after before they are used."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @property
    def today(self) -> date:
        """The day it is where the partnership is; a demonstration's own in one."""
        return self._service.now().astimezone(LONDON).date()

    def agreement(self, code: str) -> Agreement:
        """An agreement as it is."""
        return self._service.agreement(code)

    def indicator(self, address: Address) -> Indicator:
        """An indicator as it is. Raises UnknownIndicator."""
        record = self._service.record
        record.indicator(*address)
        record.refresh(*address)
        return record.indicator(*address)

    def indicators(self, agreement: str, codes: Iterable[str]) -> dict[str, Indicator]:
        """Several indicators as they are: only those that others wrote to are read again."""
        record, wanted = self._service.record, list(codes)
        heads = record.heads([indicator_id(agreement, code) for code in wanted])
        found: dict[str, Indicator] = {}
        for code in wanted:
            try:
                fold = record.indicator(agreement, code)
                if fold.version < heads.get(fold.id, 0):
                    fold = self.indicator((agreement, code))
            except UnknownIndicator:
                continue
            found[code] = fold
        return found

    def texts(self, digests: Iterable[str]) -> dict[str, str]:
        """Notes and reasons by their digests."""
        with self._service.pool.connection() as connection:
            return read_texts(connection, digests)

    def names(self, people: Iterable[str]) -> dict[str, str]:
        """Names of people by id."""
        with self._service.pool.connection() as connection:
            return names(connection, people)

    def acts(self, agreement: str, positions: Iterable[int]) -> tuple[HistoryEvent, ...]:
        """What was recorded at some positions, once the answers include them."""
        wanted = sorted(set(positions))
        asked_for = ClocksAsked(min_position=max(wanted, default=0))
        with self._service.reading(asked_for) as (connection, clocks):
            return read_events_at(connection, agreement, wanted, clocks)

    def next_to_enter(self, agreement: str, person: str, position: int) -> TaskAnswer | None:
        """What a person is to enter or correct next, once the answers include a position."""
        asked_for = ClocksAsked(min_position=position)
        with self._service.reading(asked_for) as (connection, clocks):
            waiting = read_agreement_tasks(connection, agreement, clocks, person=person)
        return next((task for task in waiting.tasks if task.kind in ENTERING), None)

    def attachments(self, agreement: str, digests: Iterable[str]) -> tuple[Attachment, ...]:
        """Files that are kept, by their digests."""
        return attachments_kept(self._service, agreement, digests)

    def attached(self, address: Address, entry: tuple[int, int]) -> tuple[AttachmentRow, ...]:
        """The files that an entry has by now."""
        return attachments_of(self._service, address, entry)

    def keep_file(self, agreement: str, person: str, upload: UploadFile) -> Attachment:
        """Keep a file that a person chose, to be named as evidence."""
        return take_file(self._service, agreement, person, upload)

    def new_key(self) -> str:
        """An idempotency key that nobody has used."""
        return clock.new_id().hex

    def try_out(
        self, address: Address, person: str, body: msgspec.Struct, build: Build[Any]
    ) -> None:
        """Raise the refusal that a command would meet now; nothing is recorded."""
        state = self.indicator(address)
        what = asked(self._service, person, body, build, key=None, path="")
        command, act = self._service.record.with_notes_that_hold(state, what.command, what.act)
        told = outcome_of(
            self.agreement(address[0]), state, command, act, None, kept=attachments_named(command)
        )[1]
        refusal = refusal_of(told)
        if refusal is not None:
            raise refusal

    def send(
        self, address: Address, person: str, body: msgspec.Struct, build: Build[Any], key: str
    ) -> Answered:
        """Record a command; sent again under its key, it answers as the first time.

        A key that is none, as a form may carry that did not come from a page of ours, is not kept.
        """
        if not (0 < len(key) <= MOST_KEY and key.isprintable()):
            key = self.new_key()
        path = f"/agreements/{address[0]}/indicators/{address[1]}"
        what = asked(self._service, person, body, build, key=key, path=path)
        return carry_out_waiting(self._service, address, what)
