"""A check makes the answers anew and names what is not as the record says."""

from collections.abc import Iterator
from decimal import Decimal

import psycopg
import pytest
from histories import HOME, OTHER, Ledger, ledger, opening

from ledger.agreement.events import RagPolicyAdopted
from ledger.indicator.events import Entry, Target
from policies.rag import RagSettings
from projections.catch_up import catch_up
from projections.check import check


@pytest.fixture
def owner(embedded_database: str) -> Iterator[Ledger]:
    story = opening("I1")
    story.structure(
        RagPolicyAdopted(
            version="1",
            effective_from=story.at.date(),
            settings=RagSettings(amber_margin=Decimal("0.05")),
        )
    )
    story.target("I1", Target(period="FY2023-Q1", area=HOME, level=Decimal(12)))
    for area, value in ((HOME, "12.30"), (OTHER, "9.99")):
        story.submit("I1", Entry(period="FY2023-Q1", area=area, value=Decimal(value)))
    story.sign_off("I1", story.held("I1")[0].name)
    with ledger(embedded_database) as written:
        written.write(story)
        catch_up(embedded_database)
        yield written


def quiet(_done: int, _head: int) -> None:
    """Nobody watches."""


@pytest.mark.usefixtures("owner")
def test_answers_that_are_what_the_record_says_have_no_differences(embedded_database: str) -> None:
    assert [] == check(embedded_database, quiet)


@pytest.mark.parametrize(
    ("table", "statement", "unexpected", "lacking", "first"),
    [
        ("value", "UPDATE answers.value SET value = 12.3 WHERE value = 12.30", 2, 2, HOME),
        ("value", "DELETE FROM answers.value WHERE value = 9.99", 0, 1, OTHER),
        ("status", "UPDATE answers.status SET status = 'red' WHERE status = 'green'", 2, 2, HOME),
        ("target", "UPDATE answers.target SET set_by = 'eve'", 1, 1, HOME),
        (
            "value",
            "INSERT INTO answers.value SELECT indicator, 'E00000001', period, breakdown,"
            " entry_position, entry_index, value, numerator, denominator, confidence_low,"
            " confidence_high, missing, provisional, standing, submitted_by, corrected_by,"
            " recorded_at, signed_by, signed_at, assurance, replaces, note, from_position,"
            " to_position FROM answers.value WHERE value = 9.99",
            1,
            0,
            "E00000001",
        ),
        ("structure", "UPDATE answers.structure SET ordinal = 1 WHERE kind = 'rag'", 1, 1, "rag"),
        ("indicator", "UPDATE answers.indicator SET retired_from = ''", 1, 1, ""),
        ("latest_figure", "DELETE FROM answers.latest_figure", 0, 2, HOME),
        ("first_cell", "UPDATE answers.first_cell SET period = 'FY2023-Q2'", 1, 1, ""),
    ],
)
def test_a_row_tampered_with_is_found_and_named(
    embedded_database: str,
    owner: Ledger,
    table: str,
    statement: str,
    unexpected: int,
    lacking: int,
    first: str,
) -> None:
    owner.connection.execute(statement)
    (found,) = check(embedded_database, quiet)
    assert (table, unexpected, lacking) == (found.table, found.unexpected, found.lacking)
    assert first in found.first
    assert [] == schemas_left(owner.connection)


def schemas_left(connection: psycopg.Connection[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return connection.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'answers\\__%'"
    ).fetchall()
