"""Forms as data: what a page asks, what somebody typed, and the body of the API that it makes.

A field has the name that the body has, so that one body, one command and one refusal serve both
the API and the pages. What was typed is kept as it was, so that a form shown again shows it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeVar, get_args, get_origin

import msgspec

from policies.refusals import FieldProblem

B = TypeVar("B", bound=msgspec.Struct)
Typed = Mapping[str, str]  # by the name of the field
Kind = Literal["line", "text", "day", "choice", "radios", "ticks", "hidden"]

MALFORMED = "malformed"
KEY, MORE, LESS = "key", "more", "less"  # what a form sends beside its fields
MOST_ROWS = 100
MOST_KEY = 200  # characters
_ROW = re.compile(r"(?P<rows>\w+)\[(?P<n>\d{1,4})\]\.(?P<field>\w+)")
_NOT_IN_IDS = re.compile(r"\W+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Option(NamedTuple):
    """One of what a field lets people choose from."""

    value: str
    text: str
    hint: str = ""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a form asks. ``missing`` is what is said where it is left empty, "" if it may be.

    ``aside`` is asked of few: it stands behind a ``line`` that opens, or behind that of its row.
    ``lines`` is how many of a text are seen at once.
    """

    name: str
    label: str
    kind: Kind = "line"
    hint: str = ""
    options: tuple[Option, ...] = ()
    missing: str = ""
    aside: bool = False
    line: str = ""
    lines: int = 4

    @property
    def id(self) -> str:
        """The name of the element, for its label and for the summary of what is wrong."""
        return id_of(self.name)


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """The same fields asked again and again: the names of a row are such as ``steps[0].action``.

    ``aside`` is the line behind which the fields are that few need; ``missing`` is what is said
    where there is no row, "" if there may be none. ``elsewhere`` are rows that the page has no
    fields for, since another field brings them.
    """

    name: str
    legend: str
    another: str
    fields: tuple[Field, ...]
    aside: str = ""
    missing: str = ""
    elsewhere: bool = False

    def row(self, n: int) -> tuple[Field, ...]:
        """The fields of one row."""
        return tuple(
            msgspec.structs.replace(each, name=f"{self.name}[{n}].{each.name}")
            for each in self.fields
        )


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a page asks before something is recorded.

    ``filled`` is what stands in the form when it is opened; ``grave`` is what cannot be taken back.
    """

    title: str
    button: str
    fields: tuple[Field | Rows, ...]
    filled: Typed = {}
    grave: bool = False


class Filled(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A form as it is shown: what stands in it, and what is wrong with that.

    ``key`` is the idempotency key it will be sent with: a form sent twice is recorded once.
    ``at`` is the name of the field that whoever asked for a row, or left one out, goes on at.
    """

    form: Form
    key: str
    typed: Typed = {}
    problems: tuple[FieldProblem, ...] = ()
    at: str = ""

    def value(self, field: Field) -> str:
        """What stands in a field."""
        return self.typed.get(field.name, "")

    def chosen(self, field: Field) -> tuple[str, ...]:
        """What is ticked in a field that lets people tick several."""
        return tuple(self.value(field).split("\n"))

    def wrong(self, field: Field) -> str:
        """What is wrong with a field; "" where nothing is."""
        return " ".join(self._wrong.get(field.name, ()))

    def attributes(self, field: Field) -> dict[str, str]:
        """What the element of a field has beside all else."""
        return {"autofocus": ""} if field.name == self.at else {}

    def rows(self, rows: Rows) -> list[tuple[Field, ...]]:
        """The rows as they are shown: at least one."""
        return self._rows[rows.name]

    def is_open(self, fields: Sequence[Field]) -> bool:
        """Whether what few need is shown at once, since something stands in it or is wrong."""
        return any(self.value(each) or self.wrong(each) for each in fields if each.aside)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """What is wrong, each with the element it is about, "" for none.

        The same can be wrong in several rows: a sentence then says of which it is.
        """
        fields = [(self._field_of(one), one.detail) for one in self.problems]
        return [(id_of(field), f"{self._row_called(field)}{detail}") for field, detail in fields]

    def _row_called(self, field: str) -> str:
        """What the row of a field is called, where there are others; "" for none."""
        for rows in self.form.fields:
            if not isinstance(rows, Rows) or len(self.rows(rows)) == 1:
                continue
            if (n := _row_of(rows, field)) is not None:
                return f"{rows.legend} {n + 1}: "
        return ""

    def _field_of(self, problem: FieldProblem) -> str:
        """The field of the form that a problem is shown at: it, or the first of its row."""
        if problem.field in self._names:
            return problem.field
        within = (name for name in self._names if name.startswith(problem.field))
        return next(within, "") if problem.field else ""

    @cached_property
    def _rows(self) -> dict[str, list[tuple[Field, ...]]]:
        every = [each for each in self.form.fields if isinstance(each, Rows)]
        return {
            rows.name: [rows.row(n) for n in range(max(1, _count(rows, self.typed)))]
            for rows in every
        }

    @cached_property
    def _names(self) -> dict[str, None]:
        """The names of the fields on the page, in their order."""
        names: list[str] = []
        for each in self.form.fields:
            row = [(each,)] if isinstance(each, Field) else self.rows(each)
            if isinstance(each, Rows) and each.elsewhere:
                continue
            names += [field.name for fields in row for field in fields]
        return dict.fromkeys(names)

    @cached_property
    def _wrong(self) -> dict[str, list[str]]:
        """What is wrong, by the field it is shown at."""
        found: dict[str, list[str]] = {}
        for problem in self.problems:
            found.setdefault(self._field_of(problem), []).append(problem.detail)
        return found


class Mistyped(Exception):
    """What was typed makes no body that the API would take."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


class Read(NamedTuple):
    """What was typed into the fields of a body, as the values they mean, and what is wrong."""

    given: dict[str, Any]
    problems: list[FieldProblem]


class Another(NamedTuple):
    """What stands in a form with a row more or less, and the field to go on at."""

    typed: dict[str, str]
    at: str


def id_of(name: str) -> str:
    """A field's name as the name of an element."""
    return _NOT_IN_IDS.sub("-", name).strip("-")


def typed_of(form: Form, sent: Mapping[str, Any]) -> dict[str, str]:
    """What was typed into a form, as its fields name it: lines end alike, no row is left empty."""
    plain = _plain(sent)
    typed = {name: plain[name] for name in _names(form.fields) if name in plain}
    for rows in form.fields:
        if isinstance(rows, Rows):
            typed.update(_rows_of(rows, plain))
    return typed


def _plain(sent: Mapping[str, Any]) -> dict[str, str]:
    """What was sent as texts, of several of one name a line each."""
    return {
        name: "\n".join(map(plain_text, value)) if isinstance(value, list) else plain_text(value)
        for name, value in sent.items()
    }


def key_of(sent: Mapping[str, Any]) -> str | None:
    """The idempotency key that a form was sent with; None where it has none that can be one."""
    key = sent.get(KEY)
    good = isinstance(key, str) and 0 < len(key) <= MOST_KEY and key.isprintable()
    return key if good else None


def another_row(form: Form, typed: Typed, sent: Mapping[str, Any]) -> Another | None:
    """The form with a row more or less, where that is what its button asked for; else None."""
    for rows in form.fields:
        if not isinstance(rows, Rows):
            continue
        count, first = _count(rows, typed), rows.fields[0].name
        if sent.get(MORE) == rows.name and max(1, count) < MOST_ROWS:
            at = f"{rows.name}[{max(1, count)}].{first}"
            return Another({**typed, at: ""}, at)
        row = str(sent.get(LESS, "")).removeprefix(f"{rows.name}-")
        if row != sent.get(LESS) and row.isdecimal() and len(row) < len(str(MOST_ROWS)) + 1:
            return _without_row(rows, int(row), typed, sent)
    return None


def _without_row(rows: Rows, row: int, typed: Typed, sent: Mapping[str, Any]) -> Another:
    """The form without one of its rows, named by the number it was shown with.

    Rows in which nothing stands are gone from ``typed`` already, and the others numbered anew.
    """
    shown = _full_rows(rows, _plain(sent))
    left = _numbered(rows, [cells for number, cells in shown.items() if number != row])
    others = {name: text for name, text in typed.items() if _row_of(rows, name) is None}
    before = sum(number < row for number in shown)
    last = max(_count(rows, left) - 1, 0)
    return Another({**others, **left}, f"{rows.name}[{min(before, last)}].{rows.fields[0].name}")


def body_of(shape: type[B], form: Form, typed: Typed, **fixed: Any) -> B:
    """The body that was typed, with what the page knows itself. Raises Mistyped."""
    given, problems = values_of(shape, form, typed)
    if problems:
        raise Mistyped(problems)
    return shape(**{**given, **fixed})


def values_of(shape: type[msgspec.Struct], form: Form, typed: Typed) -> Read:
    """What was typed as the values of a body's fields, and every sentence of what is wrong."""
    read = Read({}, [])
    types = _types(shape)
    for field in form.fields:
        if field.name not in types:
            continue  # such as the area of a plan, which its number says already
        if isinstance(field, Field):
            _read(field, types[field.name], typed, read, field.name)
            continue
        if field.missing and not _count(field, typed):
            read.problems.append(FieldProblem(field.name, MALFORMED, field.missing))
        row_shape = get_args(types[field.name])[0]
        row_types = _types(row_shape)
        rows = []
        for n in range(_count(field, typed)):
            row = Read({}, read.problems)
            for each, plain in zip(field.row(n), field.fields, strict=True):
                _read(each, row_types[plain.name], typed, row, plain.name)
            rows.append(row.given)
        read.given[field.name] = _made(row_shape, rows, read.problems)
    return read


def _made(
    shape: type[msgspec.Struct], rows: Iterable[dict[str, Any]], problems: Sequence[FieldProblem]
) -> tuple[msgspec.Struct, ...]:
    """The rows as structs; none where something is wrong anyway, since a field may be missing."""
    return () if problems else tuple(shape(**row) for row in rows)


def _read(field: Field, type_: Any, typed: Typed, read: Read, name: str) -> None:
    text = typed.get(field.name, "")
    if not text.strip():
        if field.missing:
            read.problems.append(FieldProblem(field.name, MALFORMED, field.missing))
        return
    value: Any = text if field.kind == "text" else text.strip()
    if field.kind == "ticks":
        value = text.split("\n")
    try:
        read.given[name] = msgspec.convert(value, type_, strict=not _is_whole(type_))
    except msgspec.ValidationError as error:
        problem = FieldProblem(field.name, MALFORMED, _sentence(type_, str(error)))
        read.problems.append(problem)


def _sentence(type_: Any, error: str) -> str:
    """What is wrong with a text, in words."""
    if date in (type_, *get_args(type_)):
        return "This is not a day of the calendar: write it as 2026-03-27."
    if _is_whole(type_):
        return "This is not a whole number."
    longest = re.search(r"length <= ([0-9]+)", error)
    if longest:
        return f"This is too long: it may have {int(longest[1]):,} characters."
    return (
        "This cannot be taken: it has characters that stand for nothing, or is none of the choices."
    )


def _is_whole(type_: Any) -> bool:
    """Whether a type is of whole numbers alone, which are typed as their digits."""
    parts = get_args(type_)
    if not parts or get_origin(type_) is Literal:
        return type_ in (int, type(None))
    return all(_is_whole(part) for part in parts if isinstance(part, type) or get_args(part))


def _types(shape: type[msgspec.Struct]) -> dict[str, Any]:
    return {each.name: each.type for each in msgspec.structs.fields(shape)}


def _names(fields: Iterable[Field | Rows]) -> list[str]:
    return [each.name for each in fields if isinstance(each, Field)]


def plain_text(text: Any) -> str:
    """A text with one kind of line end, and without what no keyboard types."""
    return _CONTROLS.sub("", str(text).replace("\r\n", "\n").replace("\r", "\n"))


def _row_of(rows: Rows, name: str) -> int | None:
    """The number of the row that a name belongs to; None for none of these rows."""
    found = _ROW.fullmatch(name)
    return int(found["n"]) if found and found["rows"] == rows.name else None


def _count(rows: Rows, typed: Typed) -> int:
    """How many rows are typed."""
    numbers = [n for name in typed if (n := _row_of(rows, name)) is not None]
    return max(numbers, default=-1) + 1


def _rows_of(rows: Rows, typed: Typed) -> dict[str, str]:
    """The rows in which something is typed, numbered from 0 without a gap."""
    return _numbered(rows, list(_full_rows(rows, typed).values()))


def _full_rows(rows: Rows, typed: Typed) -> dict[int, dict[str, str]]:
    """The rows in which something is typed, in order, by the numbers they were shown with."""
    fields = {each.name for each in rows.fields}
    found: dict[int, dict[str, str]] = {}
    for name, text in typed.items():
        row = _ROW.fullmatch(name)
        if row and row["rows"] == rows.name and row["field"] in fields:
            found.setdefault(int(row["n"]), {})[row["field"]] = text
    return {n: found[n] for n in sorted(found) if any(text.strip() for text in found[n].values())}


def _numbered(rows: Rows, full: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Rows as the fields of a form name them."""
    return {
        f"{rows.name}[{n}].{field}": text
        for n, row in enumerate(full[:MOST_ROWS])
        for field, text in row.items()
    }
