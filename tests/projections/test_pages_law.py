"""However the feed is cut into pages, and however often memory is lost, the rows are the same."""

from collections.abc import Iterator

import hypothesis.strategies as st
import pytest
from histories import Ledger, Story, contents, empty, rewritable
from hypothesis import given
from random_histories import stories
from servers import Server

from projections.connection import connect, connect_to_make_schemas
from projections.projector import Projector
from projections.rebuild import build


@pytest.fixture(scope="module")
def written(embedded_server: Server) -> Iterator[tuple[str, Ledger]]:
    with embedded_server.fresh_database() as url, rewritable(url) as disarmed:
        yield url, disarmed


@given(
    story=stories(),
    cuts=st.lists(st.tuples(st.integers(1, 6), st.booleans()), min_size=1, max_size=12),
    kept=st.sampled_from([0, 3, 1000]),
)
def test_any_split_into_pages_gives_the_rows_of_a_rebuild(
    written: tuple[str, Ledger], story: Story, cuts: list[tuple[int, bool]], kept: int
) -> None:
    """Cuts say how long the pages are, and after which the runner starts anew, its memory lost."""
    url, owner = written
    empty(owner)
    last = owner.write(story)
    with connect(url) as connection, connect_to_make_schemas(url, "answers_law") as beside:
        n = 0
        projector = Projector(connection, most_events=cuts[0][0], most_entries_kept=kept)
        while projector.step():
            n += 1
            most, anew = cuts[n % len(cuts)]
            if anew:
                projector = Projector(connection, most_events=most, most_entries_kept=kept)
        assert last == build(beside, "answers_law", lambda _done, _head: None)
        assert contents(owner.connection, "answers_law") == contents(owner.connection, "answers")


@given(story=stories(most=12))
def test_a_rebuild_up_to_a_position_gives_what_the_answers_were_then(
    written: tuple[str, Ledger], story: Story
) -> None:
    """Built up to a position, nothing of what came later is there: not even that it came."""
    url, owner = written
    empty(owner)
    owner.write(story)
    middle = len(story.recorded()) // 2
    with connect(url) as connection, connect_to_make_schemas(url, "answers_law") as beside:
        Projector(connection).catch_up(up_to=middle)
        assert middle == build(beside, "answers_law", lambda _done, _head: None, up_to=middle)
        assert contents(owner.connection, "answers_law") == contents(owner.connection, "answers")
