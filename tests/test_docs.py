"""The documents are true: what they link to is there, and what they show can be done."""

import inspect
import re
import sys
from pathlib import Path

import msgspec
import pytest
from documents import (
    DOCS,
    DOCUMENTS,
    ROOT,
    blocks,
    name_of,
    prose,
    rows,
    slug,
    text_of,
)
from typed import COMMANDS, options

from ledger.loading.mapping import read_mapping
from ledger.loading.ready_mappings import FOLDER, ready_text
from ledger.setting_up.reading import read_set_up

OPTION = re.compile(r"--[a-z-]+")


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_relative_link_and_image_leads_somewhere(document: Path) -> None:
    text = prose(document.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        there = (document.parent / path).resolve() if path else document
        assert there.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", prose(there.read_text("utf-8")), re.MULTILINE)
            assert anchor in {slug(heading) for heading in headings}, target


def test_every_document_can_be_found_from_the_index() -> None:
    linked = re.findall(r"\]\(([^)#]+\.md)[)#]", text_of("index.md"))
    found = {(DOCS / target).resolve() for target in linked}
    assert [] == [
        name_of(one) for one in DOCS.rglob("*.md") if one not in found | {DOCS / "index.md"}
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_sentence_has_a_line_of_its_own(document: Path) -> None:
    """Outside tables and lists, so that a change of one sentence is a change of one line."""
    lines = prose(document.read_text(encoding="utf-8")).splitlines()
    plain = [line for line in lines if not re.match(r"\s*([|*#]|\d+\.|>)", line)]
    assert [] == [line for line in plain if re.search(r"[a-z)`][.?!] +[A-Z*`\[]", line)]


@pytest.mark.parametrize("document", sorted((DOCS / "decisions").glob("*.md")), ids=name_of)
def test_every_decision_says_when_why_what_and_what_follows(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    number = int(document.name[:4])
    assert text.startswith(f"# {number}. ")
    assert re.search(r"^Date: \d{4}-\d{2}-\d{2}$", text, re.MULTILINE)
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert ["Context", "Decision", "Consequences"] == headings


def test_the_commands_and_folders_of_the_readme_are_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for line in "".join(blocks(readme, "sh")).splitlines():
        _, folder, *arguments = line.split()
        assert (ROOT / folder / "__main__.py").exists(), line
        assert not arguments or f"outturn {arguments[0]}" in COMMANDS, line
    table = [row for row in rows(readme) if row[0].endswith("/`")]
    assert ["policies", "ledger", "projections", "http"] == [row[0].strip("`/") for row in table]
    for row in table:
        package = row[1].strip("`")
        assert inspect.getdoc(sys.modules[package])


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_command_shown_is_one_there_is(document: Path) -> None:
    """In blocks of code and between backticks, with options that it has."""
    text = document.read_text(encoding="utf-8")
    shown = re.findall(
        r"(?:^ *\$ .*?|^ *|`)(?:python3 http|outturn) +([^`\n|#]+)", text, re.MULTILINE
    )
    for line in (line for line in shown if re.match(r"[a-z]", line)):
        words = line.split()
        typed = f"outturn {' '.join(words[:2])}"
        typed = typed if typed in COMMANDS else f"outturn {words[0]}"
        assert typed in COMMANDS, line
        assert set(OPTION.findall(line)) <= {"--help", *options(COMMANDS[typed])}, line


def test_the_examples_of_files_can_be_read() -> None:
    """A reader who copies them gets what the pages say."""
    (whole,) = blocks(text_of("how-to/set-up-an-agreement.md"), "toml")
    indicator, target, _ = blocks(text_of("how-to/add-an-indicator.md"), "toml")
    (policy,) = blocks(text_of("explanation/two-clocks.md"), "toml")
    mapping, code_maps, by_number = blocks(text_of("how-to/load-a-file.md"), "toml")
    set_up = read_set_up(whole + indicator + target, str)
    assert ["repairs-in-time", "cold-homes"] == [one.code for one in set_up.indicators]
    other = re.sub(r"\[policies\.rag\].*?\n\n", policy + "\n", whole, flags=re.DOTALL)
    assert "2" == read_set_up(other, str).policies[0].version
    assert "repairs-in-time" in read_mapping(mapping).codes.indicators.values()
    (numbers,) = read_set_up(whole + code_maps, lambda name: (FOLDER / name).read_text()).code_maps
    ready = read_mapping(ready_text("lait").replace("LA and Regions", "LA Number"))
    codes = msgspec.structs.replace(ready.codes, area_codes=numbers.name)
    assert msgspec.structs.replace(ready, codes=codes) == read_mapping(by_number)
