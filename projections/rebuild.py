"""Making the answers anew from the record, beside those in use, and putting them in place."""

from collections.abc import Callable
from uuid import UUID

from psycopg import sql

from ledger.engine import Connection
from ledger.memory import no_search_for_cycles
from projections import schema, turn
from projections.catch_up import ledger_head
from projections.connection import ANSWERS, connect_to_make_schemas
from projections.folding.fold import Fold
from projections.pages import read_page
from projections.projector import Projector, Taken
from projections.store import write_finished, write_open
from projections.tables import TABLES

Progress = Callable[[int, int], None]
FRESH, FORMER = "answers_fresh", "answers_former"


def rebuild(url: str, progress: Progress) -> int:
    """Make all answers anew and put them in the place of the old; answer their position.

    Readers see the old until the moment of the exchange. ``progress`` is told the position
    reached and the ledger's head. A runner may be at work all the while: it is kept out only for
    the exchange, and begins again by itself if it was overtaken.
    """
    with connect_to_make_schemas(url, FRESH) as connection:
        turn.take_rebuild(connection)
        build(connection, FRESH, progress)
        try:
            projector = Projector(connection)
            projector.catch_up()
            position = _exchange(connection, projector)
        except BaseException:
            _drop_quietly(connection)
            raise
        schema.drop(connection, FORMER)
    return position


def build(
    connection: Connection, name: str, progress: Progress, *, up_to: int | None = None
) -> int:
    """Make a schema with the answers to all positions, or those up to one; answer the last.

    At full speed: nothing is ever updated, and the indexes come last. In one transaction, so that
    a failure leaves nothing behind.
    """
    head = ledger_head(connection) if up_to is None else up_to
    with connection.transaction(), no_search_for_cycles():
        schema.drop(connection, name)
        schema.create_tables(connection, name)
        position = _fill(connection, head, progress)
        schema.add_indexes(connection)
    for table in TABLES:
        connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table.name)))
    return position


class _FromNothing(Taken):
    """A source for a build: the answers it could look into are not there yet."""

    def agreement_of(self) -> dict[UUID, UUID]:
        return {}


def _fill(connection: Connection, head: int, progress: Progress) -> int:
    taken = _FromNothing(connection)
    fold = Fold(taken)
    while page := read_page(connection, taken.position, up_to=head):
        for recorded in page:
            fold.apply(recorded)
        write_finished(connection, fold.answers)
        taken.position = page[-1].position
        fold.forget()
        progress(taken.position, head)
    write_open(connection, fold.answers, taken.position)
    return taken.position


def _exchange(connection: Connection, projector: Projector) -> int:
    """Put the fresh answers in place while nobody can move the old ones.

    A runner's page begins by moving the old position: it waits for this lock, then finds either
    the position it left, or that it was overtaken.
    """
    with connection.transaction():
        connection.execute(
            sql.SQL("LOCK TABLE {}.tracking IN ACCESS EXCLUSIVE MODE").format(
                sql.Identifier(ANSWERS)
            )
        )
        position = projector.catch_up()
        schema.drop(connection, FORMER)
        for before, after in ((ANSWERS, FORMER), (FRESH, ANSWERS)):
            connection.execute(
                sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(
                    sql.Identifier(before), sql.Identifier(after)
                )
            )
    return position


def _drop_quietly(connection: Connection) -> None:
    if not connection.closed:
        schema.drop(connection, FRESH)
