"""The texts of the help: one Markdown document a topic, the same for documents, pages, terminal.

They are those of ``docs/help``. Two topics end with tables that are made here from the rules
and words themselves, so that what the help says of them cannot differ from what holds.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import msgspec

from http_api.pages import vocabulary
from http_api.pages.words import capital, listed
from policies.permissions import MAY, Action, Role, doing

_PACKAGE = Path(__file__).parents[1]
# A wheel carries the texts inside the package; a clone has them in its documents.
FOLDERS = (_PACKAGE / "help_texts", _PACKAGE.parent.parent / "docs" / "help")
CONTENTS = "index"
WORDS = "words"
RIGHTS = "rights"
GLOSSARY = "glossary"

# The lists that follow the paragraphs of the topic of words, by the anchor of their heading.
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "status": vocabulary.STATUS_MEANS,
    "when-there-is-no-status": vocabulary.REASON_MEANS,
    "direction-of-travel": vocabulary.TRAVEL_MEANS,
    "marks": vocabulary.MARK_MEANS,
    "stages": {
        vocabulary.STAGE_WORD[stage]: means for stage, means in vocabulary.STAGE_MEANS.items()
    },
}
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


class Topic(msgspec.Struct, frozen=True):
    """One text of the help: its name, as in its address, its heading, and its Markdown."""

    topic: str
    title: str
    text: str


@cache
def topics() -> Mapping[str, Topic]:
    """Every topic by its name, with the tables that end some of them."""
    folder = next(each for each in FOLDERS if each.is_dir())
    found = (_topic(file) for file in sorted(folder.glob("*.md")))
    return {each.topic: each for each in found}


def whole(topic: Topic) -> str:
    """The text with the tables that belong to it."""
    return _ENDING.get(topic.topic, str)(topic.text)


OF_THE_CLOCKS = frozenset({"known-at", "policy-at"})


def slug(heading: str) -> str:
    """The anchor of a heading, which is none of those that every page has for its clocks."""
    anchor = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
    return f"{anchor}-clock" if anchor in OF_THE_CLOCKS else anchor


def parts(text: str) -> list[str]:
    """A text cut before each of its headings of the second level."""
    return re.split(r"^(?=## )", text, flags=re.MULTILINE)


def _topic(file: Path) -> Topic:
    text = file.read_text(encoding="utf-8")
    heading = _HEADING.match(text)
    return Topic(file.stem, heading[1] if heading else file.stem, text)


def _with_meanings(text: str) -> str:
    return "".join(part + _meanings(part) for part in parts(text))


def _meanings(part: str) -> str:
    heading = _HEADING.match(part)
    found = MEANINGS.get(slug(heading[1]), {}) if heading else {}
    lines = [f"* **{capital(vocabulary.word(code))}**: {means}\n" for code, means in found.items()]
    return "".join([*lines, "\n"]) if lines else ""


def _with_rights(text: str) -> str:
    return "\n".join([text, _by_deed(), *(_by_role(role) for role in Role)])


def _by_deed() -> str:
    """Who may do what: a line for every action that has a sentence of its own."""
    lines = ["## By what is done\n", "| To | a person must be |", "| --- | --- |"]
    lines += [f"| {doing(action)} | {_needed(MAY[action])} |" for action in _deeds()]
    return "\n".join([*lines, "", "## By role\n"])


def _by_role(role: Role) -> str:
    deeds = [doing(action) for action in _deeds() if role in MAY[action]]
    lines = [f"* {deed}" for deed in deeds] or ["Read, and nothing else."]
    return "\n".join([f"### {capital(vocabulary.word(role))}\n", *lines, ""])


def _deeds() -> list[Action]:
    """Every action but reading: whoever holds any role may read."""
    return [action for action in Action if MAY[action] != frozenset(Role)]


def _needed(roles: frozenset[Role]) -> str:
    named = [vocabulary.word(role) for role in Role if role in roles]
    return listed(named).replace(" and ", " or ")


_ENDING: dict[str, Callable[[str], str]] = {WORDS: _with_meanings, RIGHTS: _with_rights}
