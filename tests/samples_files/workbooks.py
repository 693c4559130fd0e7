"""Workbooks made cell by cell, as office software writes them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from xml.sax.saxutils import escape

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DAY_ZERO = date(1899, 12, 30)  # of a workbook's calendar
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class Formula(NamedTuple):
    """A formula, and what it came to when the workbook was saved."""

    text: str
    came_to: str


class Fault(NamedTuple):
    """A cell that shows an error: ``#N/A``."""

    text: str


Cell = str | int | float | bool | date | Formula | Fault | None
Sheet = Sequence[Sequence[Cell]]


def workbook(sheets: Mapping[str, Sheet], *, first_row: int = 1) -> bytes:
    """A workbook of sheets by name, whose first row stands where asked."""
    parts = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _book(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in _numbers(sheets)}
            | {"rId0": ("styles", "styles.xml")}
        ),
        "xl/styles.xml": _styles(),
    }
    for number, sheet in enumerate(sheets.values(), start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet(sheet, first_row)
    return archive(parts)


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive of named parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return content.getvalue()


def _numbers(sheets: Mapping[str, Sheet]) -> range:
    return range(1, len(sheets) + 1)


def _content_types(sheets: int) -> str:
    overrides = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    overrides += [(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in range(1, sheets + 1)]
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(
            f'<Override PartName="{name}" ContentType="{TYPES}.{kind}+xml"/>'
            for name, kind in overrides
        )
        + "</Types>"
    )


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    return (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'
            for name, (kind, target) in targets.items()
        )
        + "</Relationships>"
    )


def _book(sheets: Mapping[str, Sheet]) -> str:
    entries = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(sheets, start=1)
    )
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{entries}</sheets></workbook>'


def _styles() -> str:
    """Style 0 is plain, style 1 a date."""
    return (
        f'<styleSheet xmlns="{MAIN}"><fonts><font/></fonts><fills><fill/></fills>'
        "<borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
        "</styleSheet>"
    )


def _sheet(rows: Sheet, first_row: int) -> str:
    body = "".join(
        f'<row r="{number}">'
        + "".join(
            _cell(f"{_column(place)}{number}", cell)
            for place, cell in enumerate(row)
            if cell is not None
        )
        + "</row>"
        for number, row in enumerate(rows, start=first_row)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def _column(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _cell(name: str, cell: Cell) -> str:
    match cell:
        case bool():
            return f'<c r="{name}" t="b"><v>{int(cell)}</v></c>'
        case int() | float():
            return f'<c r="{name}"><v>{cell!r}</v></c>'
        case date():
            return f'<c r="{name}" s="1"><v>{(cell - DAY_ZERO).days}</v></c>'
        case Formula():
            return f'<c r="{name}"><f>{escape(cell.text)}</f><v>{cell.came_to}</v></c>'
        case Fault():
            return f'<c r="{name}" t="e"><v>{cell.text}</v></c>'
        case _:
            text = escape(str(cell))
            return f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
