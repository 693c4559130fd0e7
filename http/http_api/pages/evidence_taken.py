"""The files of a form: kept as they come, so that none has to be chosen a second time."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from http_api.attachment_files import files_in
from http_api.pages.desk import Desk
from ledger.attachments.keeping import Attachment
from policies.refusals import Refusal

FILES = "files"  # the field in which files are chosen
KEPT = "attachments"  # the field that names those kept before, by their digests


class Taken(NamedTuple):
    """The files of a form that are kept, and those that were refused: the field, and why."""

    kept: tuple[Attachment, ...]
    wrong: tuple[tuple[str, str], ...]

    @property
    def digests(self) -> list[str]:
        """The digests of the files, each once, in their order."""
        return list(dict.fromkeys(one.digest for one in self.kept))


def files_taken(
    desk: Desk, agreement: str, person: str, chosen: Iterable[Any], before: Iterable[str]
) -> Taken:
    """Keep the files that a person chose, after those that were kept ``before`` by their digests.

    One that is refused is told by its name, and keeps no other back.
    """
    kept = list(desk.attachments(agreement, before))
    wrong: list[tuple[str, str]] = []
    for upload in files_in(chosen):
        try:
            kept.append(desk.keep_file(agreement, person, upload))
        except Refusal as refusal:
            wrong.append((FILES, f"{upload.filename}: {refusal.detail}"))
    return Taken(tuple(kept), tuple(wrong))
