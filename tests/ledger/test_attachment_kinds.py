"""What is taken as evidence is told by its content, and what would be more than that is refused."""

import io
import string
import zipfile

import pytest
from evidence_files import (
    CONTENTS,
    GOOD,
    HTML,
    JPEG,
    OFFICE,
    PDF,
    SVG,
    content_types,
    document,
    open_document,
    png,
)
from hypothesis import given
from hypothesis import strategies as st
from samples_files.workbooks import archive

from ledger.attachments.kinds import MOST_BYTES, Kind, kind_of
from ledger.attachments.names import MOST_NAME, base_name, saved_name
from policies.refusals import Refusal
from policies.refusals_attachments import AttachmentKind, AttachmentMacros, AttachmentSize

NAMES = {Kind.CSV: "return.csv"}
WORD = f"{OFFICE}.wordprocessingml.document.main+xml"


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_known_by_its_content_whatever_it_is_called(kind: Kind) -> None:
    assert kind is kind_of(GOOD[kind], NAMES.get(kind, "evidence.exe"))


def test_text_of_windows_is_text_and_so_is_text_with_a_byte_order_mark() -> None:
    assert Kind.TEXT is kind_of("£5 – Zoë".encode("cp1252"), "note.txt")
    assert Kind.CSV is kind_of(b"\xef\xbb\xbf" + GOOD[Kind.CSV], "RETURN.CSV")


@pytest.mark.parametrize(
    ("content", "refusal"),
    {
        "empty": (b"", AttachmentSize),
        "too large": (b"x" * (MOST_BYTES + 1), AttachmentSize),
        "a web page": (HTML, AttachmentKind),
        "a web page after blanks": (b"\xef\xbb\xbf \r\n" + HTML, AttachmentKind),
        "a drawing with a script": (SVG, AttachmentKind),
        "a program": (b"MZ\x90\0\x03\0\0\0", AttachmentKind),
        "a program for Linux": (b"\x7fELF\x02\x01\x01\0", AttachmentKind),
        "an old Word file, or one with a password": (b"\xd0\xcf\x11\xe0\xa1\xb1", AttachmentKind),
        "text in UTF-16": ("figures".encode("utf-16"), AttachmentKind),
        "a GIF": (b"GIF89a\x01\0\x01\0", AttachmentKind),
        "a PDF cut off": (PDF[:30], AttachmentKind),
        "a picture cut off": (png()[:-4], AttachmentKind),
        "a picture with something behind it": (png() + HTML, AttachmentKind),
        "an archive": (archive({"a.txt": "a"}), AttachmentKind),
        "an archive behind a PDF": (PDF + GOOD[Kind.DOCX], AttachmentKind),
        "an archive behind a photograph": (JPEG + archive({"a.js": "1"}), AttachmentKind),
        "an archive behind a web page": (HTML + GOOD[Kind.DOCX], AttachmentKind),
        "two documents in one file": (document() + GOOD[Kind.DOCX], AttachmentKind),
        "a document with something behind it": (document() + HTML, AttachmentKind),
        "a document cut off": (document()[:-10], AttachmentKind),
        "a presentation": (
            document(f"{OFFICE}.presentationml.presentation.main+xml"),
            AttachmentKind,
        ),
        "an OpenDocument drawing": (open_document("graphics"), AttachmentKind),
        "an OpenDocument file with a password": (
            open_document("text", parts={"META-INF/manifest.xml": "<m:encryption-data/>"}),
            AttachmentKind,
        ),
        "a document with macros": (
            document(parts={"word/vbaProject.bin": b"\xd0\xcf"}),
            AttachmentMacros,
        ),
        "macros under another name": (
            document(WORD, "application/vnd.ms-office.vbaProject"),
            AttachmentMacros,
        ),
        "a macro document": (
            document("application/vnd.ms-word.document.macroEnabled.main+xml"),
            AttachmentMacros,
        ),
        "macros of Excel 4": (
            document(WORD, "application/vnd.ms-excel.macrosheet+xml"),
            AttachmentMacros,
        ),
        "macros of OpenDocument": (
            open_document("spreadsheet", parts={"Basic/Standard/Module1.xml": ""}),
            AttachmentMacros,
        ),
        "a script of OpenDocument": (
            open_document("text", parts={"Scripts/python/a.py": ""}),
            AttachmentMacros,
        ),
        "macros hidden from a plain search": (
            archive({CONTENTS: content_types(WORD, "application/vnd.ms-office.vba&#80;roject")}),
            AttachmentKind,
        ),
        "a list of parts in another alphabet": (
            archive({CONTENTS: content_types(WORD).encode("utf-16")}),
            AttachmentKind,
        ),
        "a list of parts longer than any": (
            archive({CONTENTS: content_types(WORD) + " " * 1_000_001}),
            AttachmentKind,
        ),
    }.items(),
    ids=lambda pair: pair if isinstance(pair, str) else None,
)
def test_what_is_not_evidence_is_refused(
    content: str, refusal: tuple[bytes, type[Refusal]]
) -> None:
    file, expected = refusal
    with pytest.raises(Refusal) as refused:
        kind_of(file, "chart.png")
    assert (expected, "file") == (type(refused.value), refused.value.field), content


def test_a_member_that_is_twice_in_an_archive_is_refused() -> None:
    """One program would read the first, another the last."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file, pytest.warns(UserWarning, match="Duplicate"):
        for _ in range(2):
            file.writestr(CONTENTS, content_types(WORD))
    with pytest.raises(AttachmentKind):
        kind_of(content.getvalue(), "report.docx")


def test_an_archive_that_unpacks_to_very_much_costs_nothing_to_refuse() -> None:
    """Only the part that says what it is is read, and of that a bounded piece."""
    bomb = document(parts={"word/media/a.bin": b"\0" * 50_000_000})
    assert len(bomb) < 100_000
    assert Kind.DOCX is kind_of(bomb, "report.docx")


@given(st.data())
def test_bytes_of_any_form_are_taken_or_refused_and_nothing_else(data: st.DataObject) -> None:
    """Good files with a piece cut out, doubled or replaced."""
    whole = data.draw(st.sampled_from([*GOOD.values(), document(parts={"vba.bin": b"1"})]))
    begin = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(begin, min(len(whole), begin + 40)))
    file = whole[:begin] + data.draw(st.binary(max_size=30)) + whole[end:]
    try:
        assert kind_of(file, "a.csv") in Kind
    except (AttachmentKind, AttachmentSize):
        pass


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Minutes 3 May.pdf", "Minutes 3 May.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("D:\\Returns\\Zoë\\Budget.xlsx", "Budget.xlsx"),
        ("..", "file"),
        ("", "file"),
        ("/", "file"),
        ("a\0b\r\nSet-Cookie: x.pdf", "abSet-Cookie: x.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("  .htaccess ", "htaccess"),
        ("e\u0301vidence.pdf", "évidence.pdf"),
    ],
)
def test_a_name_is_kept_without_folders_and_signs_that_mislead(given_name: str, kept: str) -> None:
    assert kept == base_name(given_name)


@given(st.text(max_size=400))
def test_a_name_is_never_a_place_and_never_long(text: str) -> None:
    name = base_name(text)
    assert 0 < len(name) <= MOST_NAME
    assert not set(name) & {"/", "\\", "\0", "\n", "\r"}
    assert name not in {".", ".."}
    assert name == base_name(name)


def test_a_long_name_keeps_its_ending() -> None:
    name = base_name(f"{string.ascii_letters * 10}.docx")
    assert (MOST_NAME, ".docx") == (len(name), name[-5:])


@pytest.mark.parametrize(
    ("name", "kind", "saved"),
    [
        ("evil.exe", Kind.TEXT, "evil.exe.txt"),
        ("page.html", Kind.CSV, "page.html.csv"),
        ("photo.JPG", Kind.JPEG, "photo.JPG"),
        ("report", Kind.PDF, "report.pdf"),
        ("report.docx", Kind.DOCX, "report.docx"),
    ],
)
def test_a_file_is_saved_under_the_ending_of_its_kind(name: str, kind: Kind, saved: str) -> None:
    """So that no other program is offered to open it."""
    assert saved == saved_name(name, kind)
