"""The documents, taken apart: their prose, blocks of code, sections and tables."""

import re
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
DOCUMENTS = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


def name_of(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def prose(text: str) -> str:
    """A document without its blocks of code."""
    return FENCE.sub("", text)


def blocks(text: str, language: str) -> list[str]:
    """The blocks of code in one language, without their indentation."""
    found = [match for match in FENCE.finditer(text) if match[2] == language]
    return [re.sub(rf"^{match[1]}", "", match[3], flags=re.MULTILINE) for match in found]


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of its level or above."""
    level = heading.partition(" ")[0]
    parts = re.split(rf"^(#{{1,{len(level)}}} .*)$", prose(text), flags=re.MULTILINE)
    assert heading in parts, f"there is no heading {heading!r}"
    return parts[parts.index(heading) + 1]


def own(text: str, heading: str) -> str:
    """What stands under a heading itself, before the next heading of any level."""
    return section(text, heading).partition("\n#")[0]


def rows(text: str) -> list[list[str]]:
    """The rows of the tables in a text, heads left out, cell by cell."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for n, row in enumerate(cells) if not set(row[0]) <= {"-"} and not head(cells, n)]


def head(cells: list[list[str]], n: int) -> bool:
    return n + 1 < len(cells) and set(cells[n + 1][0]) <= {"-"}


def listed(text: str) -> list[str]:
    """The code words in the first column of every table, each as often as it is listed."""
    return [word for row in rows(text) for word in re.findall(r"`([^`]+)`", row[0])]


def fields(*structs: type[msgspec.Struct]) -> list[str]:
    return sorted(field.name for struct in structs for field in msgspec.structs.fields(struct))


def slug(heading: str) -> str:
    """The anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
