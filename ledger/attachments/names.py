"""The name of a file as its sender gave it, made harmless: it is shown, and never a place."""

from collections.abc import Mapping

from ledger.attachments.kinds import Kind
from policies.texts import composed

MOST_NAME = 200
_ENDINGS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PDF: (".pdf",),
    Kind.PNG: (".png",),
    Kind.JPEG: (".jpg", ".jpeg"),
    Kind.TEXT: (".txt",),
    Kind.CSV: (".csv",),
    Kind.DOCX: (".docx",),
    Kind.XLSX: (".xlsx",),
    Kind.ODT: (".odt",),
    Kind.ODS: (".ods",),
}


def base_name(given: str) -> str:
    """A file's name without folders, control characters and what turns the order of letters.

    One that is too long loses letters before its ending; one of which nothing is left is "file".
    """
    name = composed(given.replace("\\", "/").rpartition("/")[2])
    name = "".join(letter for letter in name if letter.isprintable()).strip(" .")
    if len(name) > MOST_NAME:
        stem, dot, ending = name.rpartition(".")
        tail = (dot + ending)[-20:] if stem else ""
        name = name[: MOST_NAME - len(tail)] + tail
    return name or "file"


def saved_name(name: str, kind: Kind) -> str:
    """The name to save a file under: its ending is that of its kind, whatever it was called.

    So no program but one for that kind is offered to open it.
    """
    endings = _ENDINGS[kind]
    return name if name.lower().endswith(endings) else name + endings[0]
