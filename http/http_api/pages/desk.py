"""What the pages of entry ask of the record, and how they send. Everything is as of this moment."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

import msgspec
from litestar.datastructures import UploadFile

from http_api.api.acting import Build
from ledger.acts import Answered
from ledger.agreement.state import Agreement
from ledger.attachments.keeping import Attachment
from ledger.indicator.state import Indicator
from projections.answers import AttachmentRow, HistoryEvent
from projections.task_answers import TaskAnswer

Address = tuple[str, str]  # of an indicator: its agreement's code and its own


class Desk(Protocol):
    """Where a person sits who enters figures. Each question may raise a Refusal."""

    @property
    def today(self) -> date:
        """The day it is where the partnership is."""

    def agreement(self, code: str) -> Agreement:
        """An agreement as it is."""

    def indicator(self, address: Address) -> Indicator:
        """An indicator as it is."""

    def indicators(self, agreement: str, codes: Iterable[str]) -> dict[str, Indicator]:
        """Several indicators as they are; those that do not exist are left out."""

    def texts(self, digests: Iterable[str]) -> dict[str, str]:
        """Notes and reasons by their digests; those erased are left out."""

    def names(self, people: Iterable[str]) -> dict[str, str]:
        """Names of people by id."""

    def acts(self, agreement: str, positions: Iterable[int]) -> tuple[HistoryEvent, ...]:
        """What was recorded at some positions. Raises UnknownEvent for one of another agreement."""

    def next_to_enter(self, agreement: str, person: str, position: int) -> TaskAnswer | None:
        """What a person is to enter or correct next, once a position is known of."""

    def attachments(self, agreement: str, digests: Iterable[str]) -> tuple[Attachment, ...]:
        """Files that are kept, by their digests; those not there are left out."""

    def attached(self, address: Address, entry: tuple[int, int]) -> tuple[AttachmentRow, ...]:
        """The files that an entry has, by its position and index."""

    def keep_file(self, agreement: str, person: str, upload: UploadFile) -> Attachment:
        """Keep a file that a person chose, to be named as evidence. Raises its refusal."""

    def new_key(self) -> str:
        """An idempotency key that nobody has used."""

    def try_out(
        self, address: Address, person: str, body: msgspec.Struct, build: Build[Any]
    ) -> None:
        """Raise the refusal that a command would meet now; nothing is recorded."""

    def send(
        self, address: Address, person: str, body: msgspec.Struct, build: Build[Any], key: str
    ) -> Answered:
        """Record a command; sent again under its key, it answers as the first time."""
