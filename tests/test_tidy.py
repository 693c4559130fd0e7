"""Sizes and small manners of the whole repository, so that no reviewer has to count."""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("policies", "ledger", "projections", "http")
MADE = {".git", ".venv", "node_modules", "vendor", "__pycache__", "build", "dist"}
TEXTS = {".py", ".sql", ".md", ".toml", ".html", ".js", ".scss", ".json", ".lock", ""}

MOST_LINES = 400  # of a source file; one of 250 is worth a question already
MOST_LINES_OF_TESTS = 600
ONE_FILE = {"ledger/verifier.py": 1_200}  # on purpose: an auditor carries it and reads it by itself
MOST_BODY_LINES = 50  # of a function, its signature and docstring left out
MOST_STATEMENTS = 30
MOST_STATEMENTS_OF_A_TEST = 40

# Written in two parts, so that this file does not hold what it looks for.
BANNED = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "lo" + "rem")
OF_A_MACHINE = re.compile(r"(?<![\w.$}])/(?:home|root|work|Users)/[a-z]|[A-Z]:\\\\Users")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files() -> Iterator[Path]:
    """Every text file that belongs to the repository."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [one for one in folders if one not in MADE and (one == ".ci" or one[0] != ".")]
        yield from (
            Path(folder, name) for name in names if Path(name).suffix in TEXTS and name[0] != "."
        )


FILES = sorted(files())
SOURCES = [file for file in FILES if file.suffix == ".py"]


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def is_product(file: Path) -> bool:
    return file.relative_to(ROOT).parts[0] in PRODUCT


def functions(file: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield node


def body_lines(function: Function) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def statements(function: Function) -> int:
    return sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1


@pytest.mark.parametrize("file", SOURCES, ids=name_of)
def test_no_file_and_no_function_is_too_long(file: Path) -> None:
    """A long test is one that holds a long literal, so only its statements are counted."""
    product = is_product(file)
    lines = len(file.read_text(encoding="utf-8").splitlines())
    assert lines <= ONE_FILE.get(name_of(file), MOST_LINES if product else MOST_LINES_OF_TESTS)
    most = MOST_STATEMENTS if product else MOST_STATEMENTS_OF_A_TEST
    long = [
        f"{function.name}, line {function.lineno}"
        for function in functions(file)
        if statements(function) > most or (product and body_lines(function) > MOST_BODY_LINES)
    ]
    assert [] == long


@pytest.mark.parametrize("file", SOURCES, ids=name_of)
def test_every_module_says_what_it_is_and_imports_by_full_name(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    relative = [
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert [] == relative


@pytest.mark.parametrize("folder", PRODUCT)
def test_every_public_class_says_what_it_is(folder: str) -> None:
    """Its meaning and units; a function may say enough by its name."""
    silent = [
        f"{name_of(file)}: {node.name}"
        for file in SOURCES
        if file.is_relative_to(ROOT / folder)
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert [] == silent


def test_nothing_is_left_for_later_and_no_machine_is_named() -> None:
    """What is not done is said in the documents, and no path is one of somebody's computer."""
    words = re.compile(rf"\b(?:{'|'.join(BANNED)})\b")
    found = [
        f"{name_of(file)}, line {n}"
        for file in FILES
        for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if words.search(line) or OF_A_MACHINE.search(line)
    ]
    assert [] == found


def test_there_is_something_to_look_at() -> None:
    """A walk that finds nothing would find no fault either."""
    folders = {file.relative_to(ROOT).parts[0] for file in FILES}
    assert {*PRODUCT, "tests", "docs"} <= folders
    assert len(SOURCES) > 100


def test_nothing_that_is_built_or_fetched_is_committed() -> None:
    """What pages are drawn with is made on each machine from the lock file."""
    made = ("http/http_api/static", "http/frontend/node_modules")
    listed = ["git", "-C", str(ROOT), "ls-files", *made]
    assert "" == subprocess.run(listed, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own words
