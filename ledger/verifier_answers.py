"""Checks that the answers of an Outturn ledger are what its events say.

    python3 verifier_answers.py BUNDLE [--key KEY_OR_FILE] [--checkpoint FILE] [--receipt FILE]

Reads along with verifier.py, which must lie beside this file, as must verifier_cells.py and
verifier_rules.py; there is no other code it needs.
From each event it works out which states of values and of judgements begin and end there, and
compares them with the rows of values.jsonl and status.jsonl, column by column. What holds now of
each cell it keeps in a temporary file, so its memory does not grow with the ledger.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

if __package__:
    from ledger import verifier
    from ledger import verifier_rules as rules
    from ledger.verifier_cells import EMPTY, Cell, Cells, File, Key, Row
else:  # run as a file of its own, whatever else is installed
    sys.path.insert(0, str(Path(__file__).parent))
    import verifier  # type: ignore[import-not-found, no-redef]
    import verifier_rules as rules  # type: ignore[import-not-found, no-redef]
    from verifier_cells import (  # type: ignore[import-not-found, no-redef]
        EMPTY,
        Cell,
        Cells,
        File,
        Key,
        Row,
    )

DIGEST = re.compile("[0-9a-f]{64}")
AT_ONCE = 500  # texts looked for together
UNSIGNED = (None, None, None)
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


_cell = tuple.__new__  # a named tuple straight from a tuple: its own way takes twice as long


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

    def take(self, at: int, told: list[list[Any]]) -> list[int | None]:
        """The next rows must be these; answer where each is said to end. Raises Altered.

        Each of ``told`` begins with indicator, area and period.
        """
        if not told:
            return []
        found = [self._next or [], *islice(self._rows, len(told) - 1)]
        if [row[2:] for row in found] != told or {row[0] for row in found} != {at}:
            self._differ(at, told, found)
        ends: list[int | None] = [row[1] for row in found]
        for end in ends:
            if end is not None:
                if type(end) is not int or end <= at:
                    sentence = f"A row of {self.name} at {at} ends before it begins."
                    raise verifier.Altered("answers", sentence, at)
                self.closing += 1
        self._next, self.opened = next(self._rows, None), self.opened + len(told)
        return ends

    def close(self, at: int, key: Key, end: int | None) -> None:
        """A row that holds must be said to end here. Raises Altered."""
        if end != at:
            ends = "to hold still" if end is None else f"to end at {end}"
            sentence = f"The {self.name} row of {key[0]} {key[1]} that ends at {at} is said {ends}."
            raise verifier.Altered("answers", sentence, at if end is None else min(at, end))
        self.closing -= 1

    def _differ(self, at: int, told: list[list[Any]], found: list[list[Any]]) -> None:
        """Name the first row that is not what it should be. Raises Altered."""
        rows = [*found, *([[]] * len(told))]
        n = next(n for n, row in enumerate(told) if [at, *row] != [*rows[n][:1], *rows[n][2:]])
        should, stands = told[n], rows[n]
        row = f"The {self.name} row of {should[1]} {should[2]} of indicator {should[0]} at {at}"
        if [*stands[:1], *stands[2:5]] != [at, *should[:3]]:
            raise verifier.Altered("answers", f"{row} is not there.", at)
        columns = zip(self._columns[2:], should, stands[2:])  # noqa: B905 - Python 3.9
        says = [
            f"{name} {stood!r}; by the events it is {due!r}"
            for name, due, stood in columns
            if due != stood
        ]
        says.append("too much or too little")
        raise verifier.Altered("answers", f"{row} says {says[0]}.", at)


POLICIES = {f"{kind}-policy-adopted": kind for kind in rules.DEFAULTS}
GIVEN = {"values-submitted", "values-corrected", "values-restored"}  # entries with their keys
ACTS_ON = {
    "values-corrected": "replaces",
    "values-restored": "withdraws",
    "values-signed-off": "name",
}
EVIDENCE = "evidence-attached"  # a value waits for sign-off again, if it does not already
NAMED = {"values-returned", "values-withdrawn", "values-signed-off", EVIDENCE}


class Answers:
    """Reads the events along with the verifier, and the rows of the answers beside them."""

    def __init__(self, evidence: verifier.Evidence) -> None:
        self._evidence, self._file = evidence, File()
        self._cells = Cells(self._file)
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
            self._file.put([(f"t{text}".encode(), entry.position) for text in found], "IGNORE")
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
        elif topic in {"targets-set", "targets-amended"}:
            self._targets(entry, event)
        elif topic in GIVEN or topic in NAMED:
            self._entries(entry, event)

    def finish(self) -> dict[str, int]:
        """No row is left over, and every text that is referred to is there. Raises Altered."""
        self._none_left(sys.maxsize)
        if self._values.closing or self._status.closing:
            self._find_ended()
        self._find_texts()
        self._file.close()
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
        for cells in self._cells.all_of(stream):
            if lapse:
                lapsed = {key: _lapsed(cell) for key, cell in cells.items()}
                changed = {key: it.value for key, it in lapsed.items() if it is not cells[key]}
                self._change(at, stream, cells, changed)
            self._settle(at, stream, cells, lapse=lapse)

    def _targets(self, entry: verifier.Entry, event: dict[str, Any]) -> None:
        targets = {(one["area"], one["period"], ""): one for one in event["targets"]}
        cells = self._cells.get(entry.stream, targets)
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
            self._file.put([(b"e%d" % at, keys)])
        cells = self._cells.get(stream, keys)
        changed = {
            key: _becomes(entry, event, number, cells[key].value) for number, key in enumerate(keys)
        }
        if entry.topic == EVIDENCE:
            changed = {key: value for key, value in changed.items() if value != cells[key].value}
        self._change(at, stream, cells, changed)
        ruling = self._indicators[stream].agreement.ruling
        followers = {code: ruling(code).followers for code in {key[1] for key in keys}}
        ahead = [
            (area, after, "")
            for area, code, among in keys
            if not among
            for after in followers[code]
            if (area, after, "") not in cells
        ]
        for key, cell in self._cells.get(stream, ahead).items():
            if cell is not EMPTY:
                cells[key] = cell
        self._settle(at, stream, cells)

    def _change(
        self, at: int, stream: str, cells: dict[Key, Cell], changed: dict[Key, Row | None]
    ) -> None:
        """Cells get other values, whose rows begin and end here as the answers say."""
        order = sorted(changed)
        told = [[stream, *key, *value] for key in order if (value := changed[key]) is not None]
        ends = iter(self._values.take(at, told))
        for key in order:
            former, end, *rest = cells[key]
            if former is not None:
                self._values.close(at, key, end)
            value = changed[key]
            cells[key] = _cell(Cell, (value, None if value is None else next(ends), *rest))

    def _settle(self, at: int, stream: str, cells: dict[Key, Cell], *, lapse: bool = False) -> None:
        """The judgements of these cells, by what they are compared with; and keep them."""
        indicator, status = self._indicators[stream], self._status
        ruling, judge = indicator.agreement.ruling, indicator.judge
        headline = [key for key in sorted(cells) if not key[2]]
        rulings = {code: ruling(code) for code in {key[1] for key in headline}}
        befores = [(key[0], rulings[key[1]].compared or "", "") for key in headline]
        others = self._cells.get(stream, (other for other in befores if other not in cells))
        judged: list[tuple[Key, Row | None]] = []
        for key, before in zip(headline, befores):  # noqa: B905 - Python 3.9
            cell, other = cells[key], cells.get(before) or others[before]
            if lapse:
                other = _lapsed(other)
            row = judge(key, cell[0], cell[4], other[0], rulings[key[1]])
            if row != cell[2]:
                judged.append((key, row))
        told = [[stream, key[0], key[1], *row] for key, row in judged if row is not None]
        ends = iter(status.take(at, told))
        for key, row in judged:
            value, value_to, former, end, target = cells[key]
            if former is not None:
                status.close(at, key, end)
            end = None if row is None else next(ends)
            cells[key] = _cell(Cell, (value, value_to, row, end, target))
        self._cells.put(stream, cells)

    def _named(self, names: list[str]) -> list[Key]:
        """The keys of entries by their names, position and index."""
        places = [name.partition(".") for name in names]
        found = dict(self._file.get({f"e{position}".encode() for position, _, _ in places}))
        return [found[f"e{position}".encode()][int(index)] for position, _, index in places]

    def _find_ended(self) -> None:
        """Name a row that is said to end where no event ends it. Raises Altered."""
        ends = [
            (end, name, key)
            for stream in self._indicators
            for part in self._cells.all_of(stream)
            for key, cell in part.items()
            for name, end in (("values", cell.value_to), ("status", cell.status_to))
            if end is not None
        ]
        end, name, key = min(ends)
        sentence = f"The {name} row of {key[0]} {key[1]} is said to end at {end}, and holds still."
        raise verifier.Altered("answers", sentence, end)

    def _find_texts(self) -> None:
        """Every text that is referred to must be there, erased or not. Raises Altered."""
        texts = (f"t{digest}".encode() for digest, _, _ in self._evidence.texts())
        while some := list(islice(texts, AT_ONCE)):
            self._file.put([(raw, 0) for raw, _ in self._file.get(some)])
        lacking = (at for part in self._file.beginning(b"t") for _, at in part if at)
        at = min(lacking, default=None)
        if at is not None:
            raise verifier.Altered("text", f"A text that position {at} refers to is not there.", at)


def _breakdown(one: dict[str, Any]) -> str:
    among = one.get("breakdown")
    if not among:
        return ""
    return ";".join(f"{name}={among[name]}" for name in sorted(among))


def _lapsed(cell: Cell) -> Cell:
    """A sign-off lapses when the definition changes; the entry is submitted again."""
    value = cell.value
    if value is None or value[rules.SIGNED] == UNSIGNED:
        return cell
    return cell._replace(value=_submitted(value))


def _submitted(value: Row) -> Row:
    """A value that waits for sign-off."""
    return (*value[:7], "submitted", *value[8:11], *UNSIGNED, *value[14:])


def _becomes(
    entry: verifier.Entry, event: dict[str, Any], number: int, former: Row | None
) -> Row | None:
    """The value that holds for a key after an event, from the one before. Raises Altered."""
    topic, at, one = entry.topic, entry.position, event["entries"][number]
    given, time = ((at, number), "submitted"), entry.recorded_at
    if topic == "values-submitted":
        return _given(one, *given, entry.actor, "", time, UNSIGNED, "")
    name = one if type(one) is str else one[ACTS_ON[topic]]
    if former is None or f"{former[0]}.{former[1]}" != name:
        raise verifier.Altered("event", f"Position {at} acts on {name}, which does not hold.", at)
    if topic == "values-corrected":
        by = former[rules.SUBMITTED_BY]
        return _given(one, *given, by, entry.actor, time, UNSIGNED, name)
    if topic == "values-restored":
        position, _, index = one["name"].partition(".")
        by, corrected_by = one["submitted_by"], one.get("corrected_by", "")
        signed = one.get("signed_off")
        signature = (signed["by"], signed["at"], signed["assurance"]) if signed else UNSIGNED
        held = ((int(position), int(index)), one["standing"])
        replaces = one.get("replaces", "")
        return _given(one, *held, by, corrected_by, one["recorded_at"], signature, replaces)
    if topic == "values-returned":
        return (*former[:7], "returned", *former[8:])
    if topic == "values-signed-off":
        return (*former[:7], "signed-off", *former[8:11], entry.actor, time, event["assurance"],
                *former[14:])  # fmt: skip
    return _submitted(former) if topic == EVIDENCE else None


def _given(
    one: dict[str, Any], name: tuple[int, int], standing: str, by: str, corrected_by: str,
    recorded_at: str, signature: Row, replaces: str,
) -> Row:  # fmt: skip
    get, plain = one.get, rules.plain
    value, above, below = get("value"), get("numerator"), get("denominator")
    if above is not None or below is not None or (value is not None and "E" in value):
        value, above, below = plain(value), plain(above), plain(below)
    return (
        *name, value, above, below, get("missing", ""), get("provisional", False), standing, by,
        corrected_by, recorded_at, *signature, replaces, get("note", ""),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(verifier.main(reader=Answers))
