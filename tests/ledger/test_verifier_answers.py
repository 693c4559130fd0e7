"""The verifier works the answers out a second time: they agree, and nothing else would."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import bundles
import psycopg
import pytest
from bundles import Parts, Signer
from histories import (
    AREAS,
    HOME,
    PERIODS,
    REASON,
    Ledger,
    Story,
    definition,
    empty,
    opening,
    rewritable,
)
from hypothesis import example, given, settings
from hypothesis.strategies import characters
from hypothesis.strategies import text as texts
from random_histories import BEGIN, LOADS, RAGS, stories
from servers import Server

from ledger import verifier
from ledger.agreement.events import RagPolicyAdopted
from ledger.indicator.events import (
    Entry,
    IndicatorRedefined,
    IndicatorRetired,
    Restored,
    Signed,
    Target,
    ValuesRestored,
)
from ledger.indicator.state import Held
from ledger.verifier import Altered, Bundle, verify
from policies.standing import Assurance, Standing
from projections.catch_up import catch_up

US = Signer()


@pytest.fixture(scope="module")
def written(embedded_server: Server) -> Iterator[tuple[str, Ledger]]:
    with embedded_server.fresh_database() as url, rewritable(url) as disarmed:
        yield url, disarmed


def exported(written: tuple[str, Ledger], story: Story) -> Parts:
    """The bundle of a ledger with this story, folded a few commits at a time."""
    url, disarmed = written
    empty(disarmed)
    for commit in story.commits:
        disarmed.append(commit)
        if commit.at.day % 3 == 0:
            catch_up(url)  # what a later page changes was written by an earlier one
    catch_up(url)
    reason = {"digest": REASON, "nonce": "00" * 16, "text": None}
    return {**bundles.parts_of(url, US), "texts.jsonl": bundles.lines([json.dumps(reason)])}


def verified(path: Path, parts: Parts) -> Any:
    with Bundle(str(bundles.write(path, parts))) as bundle:
        return verify(bundle)


@settings(max_examples=25)
@given(story=stories())
def test_the_answers_of_any_history_are_what_its_events_say(
    written: tuple[str, Ledger], tmp_path_factory: pytest.TempPathFactory, story: Story
) -> None:
    """Two programs that share no code agree on every row of every state."""
    parts = exported(written, story)
    held = verified(tmp_path_factory.getbasetemp() / "bundle", parts)
    rows = parts["values.jsonl"].count(b"\n") - 1, parts["status.jsonl"].count(b"\n") - 1
    assert rows == (held["values"], held["statuses"])


def restored(held: Held, instead_of: Held) -> Restored:
    """An entry as it held, in the place of the one that had replaced it."""
    entry, signed = held.entry, held.signature
    return Restored(
        period=entry.period,
        area=entry.area,
        value=entry.value,
        withdraws=instead_of.name,
        name=held.name,
        standing=held.standing,
        submitted_by=held.submitted_by,
        recorded_at=held.recorded_at,
        signed_off=Signed(signed.by, signed.at, Assurance(signed.assurance)) if signed else None,
    )


def small_story() -> Story:
    """Two periods of two areas, judged, corrected and signed."""
    story = opening("I1")
    rag = RagPolicyAdopted(version="1", effective_from=BEGIN.date(), settings=RAGS[1])
    story.structure(rag)
    cells = [(area.code, code) for area in AREAS for code in PERIODS["I1"][:2]]
    story.target("I1", *(Target(area=area, period=code, level=Decimal(10)) for area, code in cells))
    entries = [Entry(area=area, period=code, value=Decimal("9.25")) for area, code in cells]
    story.submit("I1", *entries)
    story.sign_off("I1", *(held.name for held in story.held("I1")))
    return story


def test_an_entry_that_holds_again_ends_the_one_that_had_replaced_it(
    written: tuple[str, Ledger], tmp_path: Path
) -> None:
    """A load is withdrawn: its rows and judgements end, those before it hold as they did."""
    story = small_story()
    before = story.held("I1")
    story.correct("I1", Entry(area=HOME, period=PERIODS["I1"][0], value=Decimal("11.5")))
    (now,) = [held for held in story.held("I1") if held not in before]
    (former,) = [held for held in before if held.name == now.replaces]
    assert (Standing.SIGNED_OFF, Standing.SUBMITTED) == (former.standing, now.standing)
    story.indicator(
        "I1", ValuesRestored(entries=(restored(former, now),), reason=REASON, load=LOADS[0])
    )
    assert verified(tmp_path / "bundle", exported(written, story))["values"] == 4 + 4 + 1 + 1


@pytest.mark.parametrize(
    ("first", "retired"),
    [("FY2023-Q1", {"FY2023-Q1"}), ("FY2022", set(PERIODS["I1"][:2])), ("FY2024", set())],
)
def test_only_the_judgements_of_retired_periods_are_others(
    written: tuple[str, Ledger], tmp_path: Path, first: str, retired: set[str]
) -> None:
    """The whole ledger says so; the row as it was, or one of another period, is found out."""
    story = small_story()
    story.indicator("I1", IndicatorRetired(from_period=first, amendment=1))
    parts = exported(written, story)
    held = verified(tmp_path / "bundle", parts)
    lines = [json.loads(line) for line in parts["status.jsonl"].splitlines()]
    columns, rows = lines[0], [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    told = {row["period"] for row in rows if row["reason"] == "retired"}
    assert (retired, len(rows)) == (told, held["statuses"])
    for n, row in enumerate(rows):
        if row["to"] is not None:
            continue
        forged = {"status": "green", "reason": None, "travel": "none"}
        if row["reason"] != "retired":
            forged = {"status": None, "reason": "retired", "travel_reason": "retired"}
        line = [forged.get(name, row[name]) for name in columns]
        others = [*lines[: n + 1], line, *lines[n + 2 :]]
        text = b"".join(json.dumps(one).encode() + b"\n" for one in others)
        with pytest.raises(Altered):
            verified(tmp_path / "bundle", {**parts, "status.jsonl": text})


def test_a_retirement_is_for_good_and_the_first_one_holds(
    written: tuple[str, Ledger], tmp_path: Path
) -> None:
    """A later definition does not end it, and a later retirement does not move it."""
    story = small_story()
    story.indicator("I1", IndicatorRetired(from_period="FY2023-Q1"))
    story.indicator("I1", IndicatorRedefined(definition=definition("I1", decimals=0)))
    story.indicator("I1", IndicatorRetired())
    parts = exported(written, story)
    held = verified(tmp_path / "bundle", parts)
    assert held["statuses"] == parts["status.jsonl"].count(b"\n") - 1
    assert b'"retired"' in parts["status.jsonl"]


def test_no_bit_of_an_answer_can_be_turned_unseen(
    written: tuple[str, Ledger], tmp_path: Path
) -> None:
    story = small_story()
    story.correct("I1", Entry(area=HOME, period=PERIODS["I1"][0], value=Decimal("11.5")))
    parts = exported(written, story)
    chance = random.Random(6)  # noqa: S311 - damage, not secrets
    for name in ("values.jsonl", "status.jsonl"):
        for _ in range(150):
            turned = bytearray(parts[name])
            turned[chance.randrange(len(turned))] ^= 1 << chance.randrange(8)
            with pytest.raises(Altered):
                verified(tmp_path / "bundle", {**parts, name: bytes(turned)})


def a_name_twice(payload: bytes) -> bytes:
    """Of which the verifier would take the one and another reader the other."""
    return payload.replace(b'"entries":', b'"entries":[],"entries":', 1)


def a_cell_twice(payload: bytes) -> bytes:
    """Of which one would have gone without a word."""
    told = json.loads(payload)
    told["entries"].insert(0, {**told["entries"][0], "value": "99"})
    return json.dumps(told).encode()


@pytest.mark.parametrize(
    ("change", "code"), [(a_name_twice, "unreadable"), (a_cell_twice, "event")]
)
def test_an_event_says_each_thing_once(
    written: tuple[str, Ledger], tmp_path: Path, change: Callable[[bytes], bytes], code: str
) -> None:
    """Also where whoever holds the key wrote it so, and signed it."""
    parts = exported(written, small_story())
    content = parts["events"].splitlines()
    pairs = list(zip(content[::2], content[1::2], strict=True))
    at = next(n for n, (line, _) in enumerate(pairs) if b'"values-submitted"' in line)
    line, payload = pairs[at]
    digest, changed = (bundles.digest(one).hex().encode() for one in (payload, change(payload)))
    pairs[at] = (line.replace(digest, changed), change(payload))
    texts, values, status = (parts[f"{name}.jsonl"] for name in ("texts", "values", "status"))
    assembled = bundles.assembled(pairs, US, texts=texts, values=values, status=status)
    with pytest.raises(Altered) as caught:
        verified(tmp_path / "bundle", assembled)
    assert (code, at + 1) == (caught.value.code, caught.value.position)


@pytest.mark.parametrize("name", ["values.jsonl", "status.jsonl"])
def test_rows_of_any_form_are_told_in_one_sentence(
    written: tuple[str, Ledger], tmp_path: Path, name: str
) -> None:
    parts = exported(written, small_story())
    heading, first, *_ = parts[name].splitlines(keepends=True)
    for content in (
        b"", heading, first, heading + b"[]\n", heading + b"null\n", heading + b"{}\n",
        heading + first[:-1], heading + b'["1"]\n', heading + b"[1],[2]\n", heading + b"[9e999]\n",
        heading + b"[" * 50_000 + b"\n", heading + b"[NaN, null]\n", b"\xff" + heading,
        heading + first.replace(b'"submitted"', b"[]"), heading + first + first,
        parts[name] + b"null\n", parts[name] + b"[9e999]\n", parts[name] + b"[1%b]\n" % (b"0" * 30),
    ):  # fmt: skip
        with pytest.raises(Altered) as found:
            verified(tmp_path / "bundle", {**parts, name: content})
        assert found.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("values", b", false, ", b", 0, ", "says provisional 0; by the events it is False"),
        ("status", b", false, ", b", 0, ", "says provisional 0; by the events it is False"),
        ("values", b'"submitted", ', b'"submitted",', "or in another spelling"),
        ("values", b'"submitted"', b'"\\u0073ubmitted"', "or in another spelling"),
        ("status", b'"none"', b'"n\\u006fne"', "or in another spelling"),
        ("status", b'""]', b'"" ]', "or in another spelling"),
        ("values", b'""]', b'"", ""]', "at another length"),
        ("values", b", 0, ", b", 0.0, ", "says entry_index 0.0; by the events it is 0"),
    ],
)
def test_a_row_has_one_spelling(
    written: tuple[str, Ledger], tmp_path: Path, name: str, old: bytes, new: bytes, said: str
) -> None:
    """What is equal once it is read is not the same line."""
    parts = exported(written, small_story())
    first, _, rest = parts[f"{name}.jsonl"].partition(old)
    with pytest.raises(Altered, match=said) as found:
        verified(tmp_path / "bundle", {**parts, f"{name}.jsonl": first + new + rest})
    assert "answers" == found.value.code


@pytest.mark.parametrize(
    "end", [b"%b.0", b" %b", b'"%b"', b"%be0", b"-%b", b"-0", b"true", b"18446744073709551616"]
)
def test_the_end_of_a_row_has_one_spelling(
    written: tuple[str, Ledger], tmp_path: Path, end: bytes
) -> None:
    parts = exported(written, small_story())
    heading, first, rest = parts["values.jsonl"].split(b"\n", 2)
    begins, ends, row = first.split(b", ", 2)
    assert ends.isdigit()
    other = end.replace(b"%b", ends)
    changed = b"\n".join([heading, b", ".join([begins, other, row]), rest])
    with pytest.raises(Altered, match="ends before it begins") as found:
        verified(tmp_path / "bundle", {**parts, "values.jsonl": changed})
    assert ("answers", int(begins[1:])) == (found.value.code, found.value.position)


@settings(max_examples=200)
@given(text=texts(characters(exclude_categories=["Cs"], exclude_characters="\0")))
@example(text='\b\f\n\r\t\x01\x1f\x7f\x85/\\"\u2028\u2029 \ufeff\U0001f600')
def test_any_text_is_spelled_as_in_a_row(written: tuple[str, Ledger], text: str) -> None:
    """The verifier writes what a row must be as the database does."""
    with psycopg.connect(written[0]) as connection:
        query = "SELECT json_build_array(%s::text, NULL, true)::text"
        (row,) = connection.execute(query, (text,)).fetchone() or ()
    assert row == f"[{verifier.quoted(text)}, null, true]"
    assert row == verifier.in_json([text, None, True])


@pytest.mark.parametrize("number", ["9e999999999", "9E+999999999", "1E-999999999", "9" * 400])
def test_a_number_that_would_fill_the_memory_is_not_read(number: str) -> None:
    with pytest.raises(ValueError, match="too many digits"):
        verifier.figure(number, None, None, "1", 1)


def test_what_does_not_fit_in_memory_is_verified_all_the_same(
    written: tuple[str, Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room for three rows."""
    story = small_story()
    for n, period in enumerate(PERIODS["I1"][2:]):
        for area in AREAS:
            story.submit("I1", Entry(area=area.code, period=period, value=Decimal(n)))
    story.structure(RagPolicyAdopted(version="2", effective_from=BEGIN.date(), settings=RAGS[2]))
    parts = exported(written, story)
    amply = verified(tmp_path / "bundle", parts)
    monkeypatch.setattr(verifier, "MOST_IN_MEMORY", 3)
    assert amply == verified(tmp_path / "bundle", parts)
    told = b'"submitted", "asha", ""'
    first, _, rest = parts["values.jsonl"].rpartition(told)
    with pytest.raises(Altered, match="says submitted_by 'eve'"):
        verified(
            tmp_path / "bundle",
            {**parts, "values.jsonl": first + told.replace(b"asha", b"eve") + rest},
        )


def test_the_file_runs_by_itself(written: tuple[str, Ledger], tmp_path: Path) -> None:
    """In a folder of its own, with no packages and nothing of ours in reach."""
    path = bundles.write(tmp_path / "bundle", exported(written, small_story()))
    alone = shutil.copy(verifier.__file__, tmp_path)
    command: list[str | Path] = [sys.executable, "-I", "-S", alone, path]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env={})
    assert (0, "") == (done.returncode, done.stderr)
    assert "The events give 8 rows of values" in done.stdout
