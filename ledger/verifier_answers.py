"""Checks that the answers of an Outturn ledger are what its events say.

    python3 verifier_answers.py BUNDLE [--key KEY_OR_FILE] [--checkpoint FILE] [--receipt FILE]

Reads along with verifier.py, which must lie beside this file and is the only other code it needs.
From each event it works out which states of values and of judgements begin and end there, and
compares them with the rows of values.jsonl and status.jsonl, column by column. What holds now of
each cell it keeps in a temporary file, so its memory does not grow with the ledger.
"""

from __future__ import annotations

import json
import marshal
import re
import sqlite3
import sys
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

if __package__:
    from ledger import verifier
    from ledger import verifier_rules as rules
else:  # run as a file of its own
    import verifier  # type: ignore[import-not-found, no-redef]
    import verifier_rules as rules  # type: ignore[import-not-found, no-redef]

DIGEST = re.compile("[0-9a-f]{64}")
AT_ONCE = 500  # cells asked for or looked through together
VALUES = (
    "from to indicator area period breakdown entry_position entry_index value numerator"
    " denominator missing provisional standing submitted_by corrected_by recorded_at signed_by"
    " signed_at assurance replaces note"
).split()
STATUS = (
    "from to indicator area period definition_version entry_position entry_index figure judged"
    " missing provisional corrected signed_by signed_at assurance target_position target"
    " target_kind baseline rag travel_rules due status reason marks travel travel_reason"
).split()


class Cell(NamedTuple):
    """What holds of a key: the rows of its value and judgement, where they end, its target."""

    value: rules.Row | None = None
    value_to: int | None = None
    status: rules.Row | None = None
    status_to: int | None = None
    target: rules.Row | None = None  # position, level, kind, baseline


EMPTY, UNSIGNED = Cell(), (None, None, None)


class Kept:
    """A dictionary on disk, in the order of its keys."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("")  # a temporary file, gone when this is
        self._file.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000;"
            "CREATE TABLE kept (key BLOB PRIMARY KEY, held BLOB NOT NULL) WITHOUT ROWID"
        )

    def get(self, keys: Iterable[bytes]) -> dict[bytes, Any]:
        """What is kept under those of the keys that there are."""
        found: dict[bytes, Any] = {}
        asked = list(keys)
        for start in range(0, len(asked), AT_ONCE):
            some = asked[start : start + AT_ONCE]
            marks = ",".join("?" * len(some))
            rows = self._file.execute(f"SELECT * FROM kept WHERE key IN ({marks})", some)
            found.update((key, marshal.loads(held)) for key, held in rows)  # noqa: S302 - our own
        return found

    def put(self, items: Iterable[tuple[bytes, Any]], known: str = "REPLACE") -> None:
        """Keep these. What is under their keys already, REPLACE or IGNORE them for it."""
        pairs = ((key, marshal.dumps(held)) for key, held in items)
        self._file.executemany(f"INSERT OR {known} INTO kept VALUES (?, ?)", pairs)

    def beginning(self, prefix: bytes) -> Iterator[list[tuple[bytes, Any]]]:
        """All whose keys begin so, in order and in parts, which may be put while this goes on."""
        after, end = prefix, prefix + b"\xff"
        while True:
            rows = self._file.execute(
                "SELECT * FROM kept WHERE key > ? AND key < ? ORDER BY key LIMIT ?",
                (after, end, AT_ONCE),
            ).fetchall()
            if not rows:
                return
            after = rows[-1][0]
            yield [(key, marshal.loads(held)) for key, held in rows]  # noqa: S302 - our own


class Rows:
    """The rows of one table of answers, in the order in which they were opened."""

    def __init__(self, name: str, columns: list[str], rows: Iterable[list[Any]]) -> None:
        self.name, self.opened, self.closing = name, 0, 0
        self._columns, self._rows, self._at = columns, iter(rows), 0
        if next(self._rows, None) != columns:
            raise verifier.Altered(
                "answers", f"The columns of {name} are not those there should be."
            )
        self._next = next(self._rows, None)

    def none_before(self, at: int) -> None:
        """No row is left that no event opened. Raises Altered."""
        row = self._next
        if row is not None and row[0] < at:
            about = f"{row[3]} {row[4]} of indicator {row[2]}"
            raise verifier.Altered(
                "answers", f"No event opens the {self.name} of {about} at {row[0]}.", row[0]
            )

    def take(self, at: int, key: list[Any], row: rules.Row) -> int | None:
        """The next row must be this one; answer where it is said to end. Raises Altered."""
        found, told = self._next, [at, *key, *row]
        if found is None or len(found) != len(self._columns) or [found[0], *found[2:]] != told:
            about = f"{key[1]} {key[2]} of indicator {key[0]}"
            raise verifier.Altered("answers", self._difference(about, told, found), at)
        end = found[1]
        if end is not None and not (type(end) is int and end > at):
            raise verifier.Altered(
                "answers", f"A row of {self.name} at {at} ends before it begins.", at
            )
        self._next, self.opened = next(self._rows, None), self.opened + 1
        self.closing += end is not None
        return end

    def close(self, at: int, key: rules.Key, end: int | None) -> None:
        """A row that holds must be said to end here. Raises Altered."""
        if end != at:
            ends = "to hold still" if end is None else f"to end at {end}"
            sentence = f"The {self.name} row of {key[0]} {key[1]} that ends at {at} is said {ends}."
            raise verifier.Altered("answers", sentence, at if end is None else min(at, end))
        self.closing -= 1

    def _difference(self, about: str, told: list[Any], found: list[Any] | None) -> str:
        start = f"The {self.name} row of {about} at position {told[0]}"
        if found is None or [found[0], *found[2:5]] != told[:4]:
            return f"{start} is not there."
        pairs = zip(self._columns[2:], told[1:], found[2:])  # noqa: B905 - Python 3.9
        for column, should, stands in pairs:
            if should != stands:
                return f"{start} says {column} {stands!r}; by the events it is {should!r}."
        return f"{start} has too few or too many columns."


POLICIES = {f"{kind}-policy-adopted": kind for kind in rules.DEFAULTS}
GIVEN = {"values-submitted", "values-corrected", "values-restored"}  # entries with their keys
NAMED = {"values-returned", "values-withdrawn", "values-signed-off"}


class Answers:
    """Reads the events along with the verifier, and the rows of the answers beside them."""

    def __init__(self, evidence: verifier.Evidence) -> None:
        self._evidence, self._kept = evidence, Kept()
        self._values = Rows("values", VALUES, evidence.rows("values"))
        self._status = Rows("status", STATUS, evidence.rows("status"))
        self._indicators: dict[str, rules.Indicator] = {}  # by stream, like the next
        self._agreements: dict[str, rules.Agreement] = {}
        self._streams: dict[str, str] = {}  # of agreements, by code

    def take(self, entry: verifier.Entry, payload: bytes) -> None:
        """The next event: what it opens and ends must be what the answers say. Raises Altered."""
        topic, event = entry.topic, json.loads(payload)
        self._none_left(entry.position)
        if b'"note"' in payload or b'"reason"' in payload:
            texts = {event.get("note"), event.get("reason")}
            texts.update(one.get("note") for one in event.get("entries", ()) if type(one) is dict)
            found = [text for text in texts if type(text) is str and DIGEST.fullmatch(text)]
            self._kept.put([(f"t{text}".encode(), entry.position) for text in found], "IGNORE")
        if topic == "agreement-defined":
            self._streams[event["code"]] = entry.stream
            self._agreements.setdefault(entry.stream, rules.Agreement())
        elif topic in POLICIES:
            agreement = self._agreements.setdefault(entry.stream, rules.Agreement())
            settings, begins = event["settings"], event["effective_from"]
            agreement.adopt(POLICIES[topic], begins, entry.position, settings)
            for indicator in sorted(self._indicators):
                if self._indicators[indicator].agreement is agreement:
                    self._judge_all(entry.position, indicator)
        elif topic in {"indicator-defined", "indicator-redefined", "indicator-retired"}:
            self._sheet(entry, event)
        elif topic == "targets-set":
            self._targets(entry, event)
        elif topic in GIVEN or topic in NAMED:
            self._entries(entry, event)

    def finish(self) -> dict[str, int]:
        """No row is left over, and every text that is referred to is there. Raises Altered."""
        self._none_left(sys.maxsize)
        if self._values.closing or self._status.closing:
            self._find_ended()
        self._find_texts()
        return {"values": self._values.opened, "statuses": self._status.opened}

    def _none_left(self, before: int) -> None:
        self._values.none_before(before)
        self._status.none_before(before)

    def _sheet(self, entry: verifier.Entry, event: dict[str, Any]) -> None:
        """An indicator is defined, defined anew or retired; sign-offs of before lapse."""
        if entry.topic == "indicator-defined":
            agreement = self._agreements[self._streams[event["agreement"]]]
            self._indicators[entry.stream] = rules.Indicator(agreement)
        indicator = self._indicators[entry.stream]
        if entry.topic == "indicator-retired":
            indicator.retired = True
        else:
            indicator.define(event["definition"])
        self._judge_all(entry.position, entry.stream, lapse=entry.topic != "indicator-retired")

    def _judge_all(self, at: int, stream: str, *, lapse: bool = False) -> None:
        """All cells of an indicator, part by part and in order."""
        for part in self._kept.beginning(_bytes(stream)):
            cells = {_key(raw): Cell(*held) for raw, held in part}
            for key, cell in cells.items() if lapse else ():
                if cell != (lapsed := _lapsed(cell)):
                    self._change(at, stream, key, cells, lapsed.value)
            self._settle(at, stream, cells, lapse=lapse)

    def _targets(self, entry: verifier.Entry, event: dict[str, Any]) -> None:
        targets = {(one["area"], one["period"], ""): one for one in event["targets"]}
        cells = self._read(entry.stream, targets)
        for key, one in targets.items():
            level, baseline = rules.plain(one["level"]), rules.plain(one.get("baseline"))
            told = (entry.position, level, one.get("kind", "local"), baseline)
            cells[key] = cells[key]._replace(target=told)
        self._settle(entry.position, entry.stream, cells)

    def _entries(self, entry: verifier.Entry, event: dict[str, Any]) -> None:
        """Values change, and with them the judgements of what is compared with these."""
        at, stream, given = entry.position, entry.stream, event["entries"]
        if entry.topic in NAMED:
            keys = self._named([one if type(one) is str else one["name"] for one in given])
        else:
            keys = [(one["area"], one["period"], _breakdown(one)) for one in given]
            self._kept.put([(b"e%d" % at, keys)])
        cells = self._read(stream, keys)
        changed = {
            key: _becomes(entry, event, number, cells[key].value) for number, key in enumerate(keys)
        }
        for key in sorted(changed):
            self._change(at, stream, key, cells, changed[key])
        followers = self._indicators[stream].agreement.followers
        ahead = [
            (area, code, "") for area, its, among in keys if not among for code in followers(its)
        ]
        compared = self._read(stream, ahead, besides=cells)
        cells.update({key: cell for key, cell in compared.items() if cell != EMPTY})
        self._settle(at, stream, cells)

    def _change(
        self,
        at: int,
        stream: str,
        key: rules.Key,
        cells: dict[rules.Key, Cell],
        value: rules.Row | None,
    ) -> None:
        cell = cells[key]
        if cell.value is not None:
            self._values.close(at, key, cell.value_to)
        end = None if value is None else self._values.take(at, [stream, *key], value)
        cells[key] = cell._replace(value=value, value_to=end)

    def _settle(
        self, at: int, stream: str, cells: dict[rules.Key, Cell], *, lapse: bool = False
    ) -> None:
        """The judgements of these cells, by what they are compared with; and keep them."""
        indicator = self._indicators[stream]
        ruling = indicator.agreement.ruling
        headline = sorted(key for key in cells if not key[2])
        compared = [(area, ruling(code).compared or "", "") for area, code, _ in headline]
        others = self._read(stream, compared, besides=cells)
        if lapse:
            others = {key: _lapsed(cell) for key, cell in others.items()}
        for key, other in zip(headline, compared):  # noqa: B905 - Python 3.9
            cell, before = cells[key], others.get(other) or cells[other]
            row = indicator.judge(key, cell.value, cell.target, before.value, ruling(key[1]))
            if row == cell.status:
                continue
            if cell.status is not None:
                self._status.close(at, key, cell.status_to)
            end = None if row is None else self._status.take(at, [stream, *key[:2]], row)
            cells[key] = cell._replace(status=row, status_to=end)
        self._kept.put((_bytes(stream, key), tuple(cell)) for key, cell in cells.items())

    def _read(
        self, stream: str, keys: Iterable[rules.Key], besides: Collection[rules.Key] = ()
    ) -> dict[rules.Key, Cell]:
        """What holds of these keys, those left out that are known already."""
        wanted = {_bytes(stream, key): key for key in keys if key not in besides}
        cells = dict.fromkeys(wanted.values(), EMPTY)
        for raw, held in self._kept.get(wanted).items():
            cells[wanted[raw]] = Cell(*held)
        return cells

    def _named(self, names: list[str]) -> list[rules.Key]:
        """The keys of entries by their names, position and index."""
        places = [name.partition(".") for name in names]
        found = self._kept.get({f"e{position}".encode() for position, _, _ in places})
        return [found[f"e{position}".encode()][int(index)] for position, _, index in places]

    def _find_ended(self) -> None:
        """Name a row that is said to end where no event ends it. Raises Altered."""
        ends = [
            (end, name, _key(raw))
            for part in self._kept.beginning(b"c")
            for raw, held in part
            for name, end in (("values", held[1]), ("status", held[3]))
            if end is not None
        ]
        end, name, key = min(ends)
        sentence = f"The {name} row of {key[0]} {key[1]} is said to end at {end}, and holds still."
        raise verifier.Altered("answers", sentence, end)

    def _find_texts(self) -> None:
        """Every text that is referred to must be there, erased or not. Raises Altered."""
        texts = iter(self._evidence.texts())
        while some := [f"t{digest}".encode() for digest, _, _ in islice(texts, AT_ONCE)]:
            self._kept.put((digest, 0) for digest in self._kept.get(some))
        missing = (at for part in self._kept.beginning(b"t") for _, at in part if at)
        at = min(missing, default=None)
        if at is not None:
            raise verifier.Altered("text", f"A text that position {at} refers to is not there.", at)


def _bytes(stream: str, key: rules.Key | None = None) -> bytes:
    """Under what a cell is kept: in the order of indicator, area, period and breakdown."""
    return "\0".join(("c" + stream, *(key or ("",)))).encode()


def _key(raw: bytes) -> rules.Key:
    _, area, code, breakdown = raw.decode().split("\0")
    return area, code, breakdown


def _breakdown(one: dict[str, Any]) -> str:
    among = one.get("breakdown") or {}
    return ";".join(f"{name}={among[name]}" for name in sorted(among))


def _lapsed(cell: Cell) -> Cell:
    """A sign-off lapses when the definition changes; the entry is submitted again."""
    value = cell.value
    if value is None or value[rules.SIGNED] == UNSIGNED:
        return cell
    return cell._replace(value=(*value[:7], "submitted", *value[8:11], *UNSIGNED, *value[14:]))


def _becomes(
    entry: verifier.Entry, event: dict[str, Any], number: int, former: rules.Row | None
) -> rules.Row | None:
    """The value that holds for a key after an event, from the one before. Raises Altered."""
    topic, at, one = entry.topic, entry.position, event["entries"][number]
    if topic == "values-submitted":
        return _given(
            one, (at, number), "submitted", entry.actor, "", entry.recorded_at, UNSIGNED, ""
        )
    before = {"values-corrected": "replaces", "values-restored": "withdraws"}.get(topic, "name")
    name = one if type(one) is str else one[before]
    if former is None or f"{former[0]}.{former[1]}" != name:
        raise verifier.Altered("event", f"Position {at} acts on {name}, which does not hold.", at)
    if topic == "values-corrected":
        by = former[rules.SUBMITTED_BY]
        return _given(
            one, (at, number), "submitted", by, entry.actor, entry.recorded_at, UNSIGNED, name
        )
    if topic == "values-restored":
        position, _, index = one["name"].partition(".")
        signed = one.get("signed_off")
        signature = (signed["by"], signed["at"], signed["assurance"]) if signed else UNSIGNED
        return _given(one, (int(position), int(index)), one["standing"], one["submitted_by"],
                      one.get("corrected_by", ""), one["recorded_at"], signature,
                      one.get("replaces", ""))  # fmt: skip
    if topic == "values-returned":
        return (*former[:7], "returned", *former[8:])
    if topic == "values-signed-off":
        signature = (entry.actor, entry.recorded_at, event["assurance"])
        return (*former[:7], "signed-off", *former[8:11], *signature, *former[14:])
    return None


def _given(
    one: dict[str, Any], name: tuple[int, int], standing: str, by: str, corrected_by: str,
    recorded_at: str, signature: rules.Row, replaces: str,
) -> rules.Row:  # fmt: skip
    numbers = [rules.plain(one.get(number)) for number in ("value", "numerator", "denominator")]
    return (
        *name, *numbers, one.get("missing", ""), one.get("provisional", False), standing, by,
        corrected_by, recorded_at, *signature, replaces, one.get("note", ""),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(verifier.main(reader=Answers))
