"""What a set-up says beside what it changes: that it may not do what it was meant to."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from doors import service_pool
from servers import Server
from small_pact import PARTS

from ledger.acts import OPERATOR, Act
from ledger.record import Record
from ledger.setting_up.applying import Applied, apply_set_up
from scenario import AT


def rules(version: str, margin: str = "0.05") -> str:
    return (
        f'\n[policies.rag]\nversion = "{version}"\neffective_from = 2022-04-01\n'
        f"amber_margin = {margin}\n"
    )


def indicator(unit: str = "%", more: str = "") -> str:
    return f"""
[[indicators]]
code = "I1"
outcome = "homes"
title = "Homes"
unit = "{unit}"
decimals = 1
polarity = "bigger-is-better"
basis = "ratio"
interval = "year"
calendar = "financial"
numerator = "homes"
denominator = "people"
{more}
"""


def person(id: str, email: str) -> str:  # noqa: A002
    return f'\n[[people]]\nid = "{id}"\nname = "{id}"\nemail = "{email}"\npartner = "county"\n'


def apply(record: Record, text: str, *, dry_run: bool = False) -> Applied:
    act = Act(actor=OPERATOR, at=AT, correlation_id=uuid4())
    return apply_set_up(record, PARTS + text, lambda name: name, act, dry_run=dry_run)


@pytest.fixture
def record(embedded_server: Server) -> Iterator[Record]:
    with embedded_server.fresh_database() as url, service_pool(url) as pool:
        made = Record(pool)
        yield made
        made.close()


def test_a_version_that_another_came_after_is_not_gone_back_to_without_a_word(
    record: Record,
) -> None:
    assert () == apply(record, rules("1")).notes
    assert () == apply(record, rules("1")).notes
    assert () == apply(record, rules("2", "0.1")).notes
    for dry_run in (True, False):
        again = apply(record, rules("1"), dry_run=dry_run)
        [note] = again.notes
        assert () == again.changes
        assert note.startswith("policy rag 1 was adopted before, and 2 after it, which stays: ")
    assert () == apply(record, rules("3")).notes


@pytest.mark.parametrize(
    ("unit", "more", "told"),
    [
        ("%", "", True),
        ("% of homes", "", True),
        ("%", "multiplier = 100", False),
        ("per 10,000", "multiplier = 10000", False),
        ("persons per household", "", False),
    ],
)
def test_parts_of_a_percentage_that_are_not_multiplied(
    record: Record, unit: str, more: str, told: bool
) -> None:
    """Told while the definition is new, and not at every file after that."""
    text = indicator(unit, more)
    notes = apply(record, text, dry_run=True).notes
    assert notes == apply(record, text).notes
    start = f"indicator I1 is in {unit}, and its parts are divided as they are, so that 41 of 50 is"
    assert [told] == [note.startswith(start) for note in notes] or not (notes or told)
    assert () == apply(record, text).notes


LIMITS = "limits = { low_red = 1, low_amber = 2, high_amber = 3, high_red = 4 }\n"
MARGINS = "margins = { amber_margin = 0.1 }\n"


@pytest.mark.parametrize(
    ("polarity", "more", "told"),
    [
        (
            "bigger-is-better",
            LIMITS,
            "has limits, and is bigger-is-better: it is judged by its targets.",
        ),
        ("neutral", LIMITS, "has limits, and is neutral: it is not judged."),
        ("plan-is-best", LIMITS, ""),
        (
            "plan-is-best",
            LIMITS + MARGINS,
            "has margins, and is plan-is-best: it is judged by its limits.",
        ),
        ("neutral", MARGINS, "has margins, and is neutral: it is not judged."),
        ("smaller-is-better", MARGINS, ""),
        (
            "bigger-is-better",
            "multiplier = 100\n",
            "has a multiplier and no parts to be divided: its values are taken as they are given.",
        ),
    ],
)
def test_what_a_definition_says_and_is_not_judged_by(
    record: Record, polarity: str, more: str, told: str
) -> None:
    text = indicator("households", more).replace('"bigger-is-better"', f'"{polarity}"')
    plain = text.replace('numerator = "homes"\ndenominator = "people"\n', "")
    notes = apply(record, plain.replace('"ratio"', '"snapshot"'), dry_run=True).notes
    assert notes == ((f"indicator I1 {told}",) if told else ())


def test_an_address_of_several_people(record: Record) -> None:
    """In a file, or with somebody who was known before; once, whatever its capitals."""
    asha, ben = person("asha", "team@county.example"), person("ben", "Team@county.example")
    assert () == apply(record, asha).notes
    expected = (
        "team@county.example is the address of asha and ben: each of them signs in with their id,"
        " and none with the address."
    )
    assert (expected,) == apply(record, ben, dry_run=True).notes
    assert (expected,) == apply(record, asha + ben).notes
    assert () == apply(record, asha + ben).notes
    [three] = apply(record, person("cara", "team@county.example")).notes
    assert three.startswith("team@county.example is the address of asha, ben and cara: ")
