"""Which period a page shows: what is due, what is known, and where an indicator's run begins."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

from histories import AGREEMENT, HOME, OTHER, Story, ledger, opening, reading
from servers import Server

from ledger.engine import Connection
from ledger.indicator.events import Entry, Target
from projections.catch_up import catch_up
from projections.reading.clocks import resolve
from projections.reading.status import read_status

# The agreement runs from April 2023 to March 2027; a quarter is due ten days after its end.
MAY = datetime(2023, 5, 15, 9, 30, tzinfo=UTC)


def value(period: str, area: str = HOME) -> Entry:
    return Entry(period=period, area=area, value=Decimal("12.3"))


def shown(
    reader: Connection, day: str, *, known: str = "now", area: str = HOME, period: str | None = None
) -> list[tuple[str, str | None]]:
    """Period and figure of the one indicator's row, on a day."""
    now = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    clocks = resolve(reader, known, "now", now)
    page = read_status(reader, AGREEMENT, clocks, area=area, period=period)
    return [(row.period, row.judged) for row in page.rows]


@contextmanager
def answers(server: Server, story: Story) -> Iterator[Connection]:
    """The answers to a story, for reading."""
    with server.fresh_database() as url:
        with ledger(url) as owner:
            owner.write(story)
        catch_up(url)
        with reading(url) as reader:
            yield reader


def test_a_figure_ahead_of_what_is_due_is_shown_until_it_is_withdrawn(
    embedded_server: Server,
) -> None:
    story = opening("I1", start=MAY)
    story.submit("I1", value("FY2022-Q4"))
    story.submit("I1", value("FY2023-Q1"), value("FY2023-Q1", OTHER))
    ahead = story.held("I1")[1].name
    story.withdraw("I1", ahead)
    last = len(story.recorded())
    with answers(embedded_server, story) as reader:
        assert [("FY2022-Q4", "12.3")] == shown(reader, "2023-06-20")
        assert [("FY2023-Q1", "12.3")] == shown(reader, "2023-06-20", known=f"position:{last - 1}")
        assert [("FY2023-Q1", "12.3")] == shown(reader, "2023-06-20", area=OTHER)
        assert [("FY2023-Q1", None)] == shown(reader, "2023-07-10")


def test_a_run_begins_with_the_agreement_or_with_a_value_or_target_before_it(
    embedded_server: Server,
) -> None:
    """A value of another area counts, as long as it is not withdrawn."""
    story = opening("I1", start=MAY)
    bare = len(story.recorded())
    story.submit("I1", value("FY2022-Q2", OTHER))
    earlier = len(story.recorded())
    story.withdraw("I1", story.held("I1")[0].name)
    withdrawn = len(story.recorded())
    story.target("I1", Target(period="FY2022-Q4", area=OTHER, level=Decimal(1)))
    with answers(embedded_server, story) as reader:
        expected = {
            bare: "FY2023-Q1",  # nothing is due yet: the first period of the agreement
            earlier: "FY2022-Q4",  # the latest due of a run that began before
            withdrawn: "FY2023-Q1",
            withdrawn + 1: "FY2022-Q4",
        }
        for position, period in expected.items():
            assert [(period, None)] == shown(reader, "2023-06-20", known=f"position:{position}")
        before, after = (f"position:{position}" for position in (withdrawn, withdrawn + 1))
        assert [] == shown(reader, "2023-06-20", known=before, period="FY2022")
        assert [("FY2022-Q4", None)] == shown(reader, "2023-06-20", known=after, period="FY2022")


def test_nothing_falls_due_after_the_end_of_the_agreement(embedded_server: Server) -> None:
    story = opening("I1", start=MAY)
    story.submit("I1", value("FY2022-Q4"))
    with answers(embedded_server, story) as reader:
        assert [("FY2026-Q4", None)] == shown(reader, "2029-01-01")
        assert [] == shown(reader, "2029-01-01", period="FY2027")
