"""Files on their way in and out: an upload as it is taken, the file and its rows as sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import PurePosixPath
from uuid import UUID

from litestar.datastructures import UploadFile
from litestar.response import Stream

from http_api.downloads import download
from http_api.load_answers import known_load
from http_api.load_rows import KeptRows
from http_api.problems import HttpProblem
from http_api.service import ClocksAsked, Service
from ledger.load.events import LoadReceived
from ledger.load.state import Load, Stage
from ledger.loading.keeping import PIECE_BYTES, mapping_of, read_piece
from ledger.loading.ready_mappings import ready_text
from ledger.loading.table import MOST_BYTES
from policies.refusals import BadMapping, LoadWrongStage

MOST_MAPPING_BYTES = 1_000_000
MOST_UPLOAD_BYTES = MOST_BYTES + 2 * MOST_MAPPING_BYTES
MOST_NAME = 200


@dataclass
class UploadForm:
    """A file, and how it is to be read: a mapping file, the name of a ready one, or neither."""

    file: UploadFile | None = None
    mapping: UploadFile | None = None
    ready_mapping: str = ""

    def sent(self) -> UploadFile:
        """The file. Raises a 400 problem where there is none."""
        if self.file is None or not self.file.filename:
            raise HttpProblem(
                400,
                "malformed",
                "No file was chosen: send one, as the part named file of a form.",
                field="file",
            )
        return self.file


def name_of(upload: UploadFile) -> str:
    """The name of a file without folders, which some browsers send, and control characters."""
    name = PurePosixPath(upload.filename.replace("\\", "/")).name
    return "".join(c for c in name if c.isprintable())[:MOST_NAME] or "file"


def pieces_of(upload: UploadFile) -> Iterator[bytes]:
    """The bytes of an upload, piece by piece."""
    upload.file.seek(0)
    while piece := upload.file.read(PIECE_BYTES):
        yield piece


def mapping_text(form: UploadForm) -> str:
    """The text of the mapping that was sent, or of the ready one named.

    Raises BadMapping, and a 400 problem where there are both.
    """
    if form.mapping is not None and form.ready_mapping:
        raise HttpProblem(
            400,
            "malformed",
            "Send a mapping file or name a ready mapping, not both.",
            field="ready_mapping",
        )
    if form.mapping is None:
        return ready_text(form.ready_mapping) if form.ready_mapping else ""
    content = form.mapping.file.read(MOST_MAPPING_BYTES + 1)
    if len(content) > MOST_MAPPING_BYTES:
        raise BadMapping(f"A mapping has at most {MOST_MAPPING_BYTES:,} bytes.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadMapping("The mapping is not UTF-8 text.") from None


def rows_csv(service: Service, agreement: str, load: UUID, asked: ClocksAsked) -> Stream:
    """All rows of a load for downloading."""
    with known_load(service, agreement, load, asked) as known:
        kept = KeptRows(known.connection, known.load)
    return download(kept.pieces(), f"load-{load}-rows.csv", "text/csv")


def file_bytes(service: Service, agreement: str, load: UUID, asked: ClocksAsked) -> Stream:
    """The file of a load for downloading; never shown by a browser, whatever is in it."""
    with known_load(service, agreement, load, asked) as known:
        received = kept_file(known.load)

    def pieces() -> Iterator[bytes]:
        for number in count():
            # No connection is kept for as long as somebody takes to take the file.
            with service.pool.connection() as connection:
                piece = read_piece(connection, load, number)
            if piece is None:
                return
            yield piece

    ending = PurePosixPath(received.file).suffix
    safe = ending if ending.isascii() and ending.removeprefix(".").isalnum() else ""
    return download(pieces(), f"load-{load}{safe}", "application/octet-stream")


def mapping_file(service: Service, agreement: str, load: UUID, asked: ClocksAsked) -> Stream:
    """The mapping that a load was read by, for downloading: as it was sent, or a ready one."""
    with known_load(service, agreement, load, asked) as known:
        kept_file(known.load)
        mapping = mapping_of(known.connection, load)
    if not mapping:
        raise HttpProblem(404, "not-found", "The file was read without a mapping.")
    return download(iter((mapping,)), f"load-{load}-mapping.toml", "application/toml")


def kept_file(load: Load) -> LoadReceived:
    """What came in with a load whose file is kept. Raises LoadWrongStage while it is checked."""
    if load.received is not None and load.checked is not None:
        return load.received
    if load.stage is Stage.RECEIVED:
        raise LoadWrongStage("The file is being checked: ask again when that is done.")
    raise HttpProblem(404, "not-found", "Nothing is kept of a file that was never checked.")
