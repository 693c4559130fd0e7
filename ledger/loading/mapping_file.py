"""Taking a TOML mapping apart: typed answers, and every fault found named by table and key."""

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from json import dumps
from typing import TypeVar

from policies.refusals import BadMapping, FieldProblem
from policies.texts import composed, cut

T = TypeVar("T", bound=str)
BREAKDOWN = "breakdown"
MOST_FAULTS = 100  # that are told one by one
PREFIX = f"{BREAKDOWN}."  # of the columns of a dimension: breakdown.sex


class MappingFile:
    """The tables of one mapping. Answers a default for what is absent or wrong; finish() refuses.

    What was never asked for is unknown, so a misspelt key cannot pass in silence.
    """

    def __init__(self, text: str) -> None:
        try:
            self._content = tomllib.loads(composed(text))
        except tomllib.TOMLDecodeError as error:
            raise BadMapping(f"The mapping is not TOML: {error}.") from None
        self._asked: dict[str, set[str]] = {}
        self._faults: list[FieldProblem] = []
        self._untold = 0

    def fault(self, table: str, key: str, sentence: str) -> None:
        """Note a fault of a key; finish() raises it."""
        if len(self._faults) == MOST_FAULTS:
            self._untold += 1
            return
        table, key = cut(table), cut(key)
        place = f"[{table}] {key}".strip() if table else key
        field = ".".join(part for part in (table, key) if part)
        self._faults.append(FieldProblem(field, BadMapping.code, f"{place}: {sentence}"))

    def finish(self) -> None:
        """Raise BadMapping if there was any fault, or a table or key that is not known."""
        for table, known in self._asked.items():
            for key in self._table(table):
                if key not in known:
                    self._unknown(table, key, known)
        if self._faults:
            first, *others = self._faults
            untold = len(others) + self._untold
            more = f" (and {untold:,} more)" if untold else ""
            raise BadMapping(first.detail + more, field=first.field, errors=tuple(self._faults))

    def fields(self, table: str, known: Iterable[str]) -> dict[str, object]:
        """What a table gives for fields of ours, and for ``breakdown.…`` of any dimension."""
        self._ask("", table)
        known = (*known, f"{PREFIX}…")
        found: dict[str, object] = {}
        for key, given in self._table(table).items():
            self._ask(table, key)
            if key == BREAKDOWN and isinstance(given, dict):
                found |= {f"{PREFIX}{name}": one for name, one in given.items()}
            elif key == BREAKDOWN:
                self.fault(table, key, "write a table of texts.")
            elif key in known or key.startswith(PREFIX):
                found[key] = given
            else:
                self._unknown(table, key, known)
        return found

    def names(self, table: str, key: str, given: object) -> tuple[str, ...]:
        """One name or several, none of them empty."""
        texts = given if isinstance(given, list) else [given]
        if texts and all(isinstance(text, str) and text for text in texts):
            return tuple(texts)
        self.fault(table, key, "write a text in quotes.")
        return ()

    def tables(self, table: str, key: str) -> dict[str, dict[str, str]]:
        """Tables of texts by name; a text may be empty."""
        given = self.get(table, key, {})
        if not isinstance(given, dict):
            self.fault(table, key, "write a table of tables of texts.")
            return {}
        whole = {}
        for name, texts in given.items():
            if isinstance(texts, dict) and all(isinstance(one, str) for one in texts.values()):
                whole[name] = texts
            else:
                self.fault(f"{table}.{key}", name, "write a table of texts.")
        return whole

    def get(self, table: str, key: str, default: object = None) -> object:
        """Whatever a key is given as."""
        self._ask(table, key)
        return self._table(table).get(key, default)

    def text(self, table: str, key: str) -> str:
        """A text that is there."""
        found = self.get(table, key)
        if isinstance(found, str) and found:
            return found
        self.fault(table, key, "write a text in quotes.")
        return ""

    def choice(self, table: str, key: str, allowed: Iterable[T]) -> T | None:
        """One of some words."""
        found = self.get(table, key)
        words = {str(word): word for word in allowed}
        if found is not None and found not in words:
            self.fault(table, key, one_of(words))
        return words.get(str(found))

    def flag(self, table: str, key: str) -> bool:
        """True or false; false where it is absent."""
        found = self.get(table, key, False)
        if isinstance(found, bool):
            return found
        self.fault(table, key, "write true or false.")
        return False

    def count(self, table: str, key: str, most: int) -> int:
        """A whole number from 1; 0 where it is absent."""
        found = self.get(table, key, 0)
        given = key in self._table(table)
        if isinstance(found, int) and not isinstance(found, bool) and given <= found <= most:
            return found
        self.fault(table, key, f"write a whole number from 1 to {most:,}.")
        return 0

    def texts(self, table: str, key: str) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of it."""
        found = self.get(table, key, [])
        if isinstance(found, str):
            return (found,)
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return tuple(found)
        self.fault(table, key, "write a list of texts in quotes.")
        return ()

    def pairs(self, table: str, key: str) -> dict[str, str]:
        """A table of texts by text; anything else in it is a fault of its own key."""
        found = self.get(table, key, {})
        if not isinstance(found, dict):
            self.fault(table, key, "write a table of texts.")
            return {}
        wrong = [name for name, text in found.items() if not isinstance(text, str) or not text]
        for name in wrong:
            self.fault(f"{table}.{key}", name, "write a text in quotes.")
        return {name: text for name, text in found.items() if name not in wrong}

    def chosen(self, table: str, key: str, allowed: Iterable[T]) -> dict[str, T]:
        """A table of texts, each to one of some words."""
        words = {str(word): word for word in allowed}
        given = self.pairs(table, key)
        for name, text in given.items():
            if text not in words:
                self.fault(f"{table}.{key}", name, one_of(words))
        return {name: words[text] for name, text in given.items() if text in words}

    def _unknown(self, table: str, key: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = get_close_matches(cut(key), names, n=1)
        help_ = f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}."
        self.fault(table, key, f"unknown; {help_}")

    def _ask(self, table: str, key: str) -> None:
        self._asked.setdefault("", set()).add(table or key)
        if table:
            self._asked.setdefault(table, set()).add(key)

    def _table(self, name: str) -> Mapping[str, object]:
        if not name:
            return self._content
        found = self._content.get(name, {})
        if isinstance(found, dict):
            return found
        if not any(fault.field == name for fault in self._faults):
            self.fault("", name, f"must be a table, written [{name}].")
        return {}


def one_of(words: Iterable[str]) -> str:
    """The sentence that lists what is allowed."""
    return f"must be one of {', '.join(map(_spelt, words))}."


def _spelt(word: str) -> str:
    """A word as it is; a sign in quotes, as it is written in TOML, and what it is called."""
    if len(word) != 1 or word.isalnum():
        return word
    return f"{dumps(word, ensure_ascii=False)} ({unicodedata.name(word, 'TAB').lower()})"
