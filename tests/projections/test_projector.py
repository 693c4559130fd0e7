"""One page at a time, whole or not at all, and never beside somebody else's."""

import psycopg
import pytest
from histories import contents, ledger, opening

from projections.connection import connect
from projections.projector import Projector
from projections.store import Overtaken, tracked_position


def test_one_that_was_overtaken_writes_nothing(embedded_database: str) -> None:
    """As when two believe themselves active: the position is moved by one of them only."""
    with (
        ledger(embedded_database) as owner,
        connect(embedded_database) as first,
        connect(embedded_database) as second,
    ):
        late, quick = Projector(first), Projector(second)
        last = owner.write(opening("I1"))
        assert last == quick.catch_up()
        written = contents(owner.connection, "answers")
        with pytest.raises(Overtaken):
            late.step()
        assert written == contents(owner.connection, "answers")


def test_a_page_that_cannot_be_written_whole_is_not_written_at_all(embedded_database: str) -> None:
    """One table refuses its rows: those written before it, and the position, are taken back."""
    with ledger(embedded_database) as owner, connect(embedded_database) as connection:
        story = opening("I1", "I2")
        projector = Projector(connection, most_events=8)
        owner.write(story)
        projector.step()
        before = contents(owner.connection, "answers")
        owner.connection.execute(
            "ALTER TABLE answers.indicator ADD CONSTRAINT never CHECK (false) NOT VALID"
        )
        with pytest.raises(psycopg.errors.CheckViolation):
            projector.step()
        owner.connection.execute("ALTER TABLE answers.indicator DROP CONSTRAINT never")
        assert before == contents(owner.connection, "answers")
        assert 8 == tracked_position(connection)
        assert len(story.recorded()) == Projector(connection).catch_up()
