"""The tables are made once, and made anew when another version laid them out."""

from histories import contents, ledger, opening, reading
from runners import reached, running

from projections import schema
from projections.catch_up import catch_up


def test_making_the_schema_again_changes_nothing(embedded_database: str) -> None:
    with ledger(embedded_database) as owner:
        last = owner.write(opening("I1"))
        catch_up(embedded_database)
        before = contents(owner.connection, "answers")
        schema.create(embedded_database)
        assert before == contents(owner.connection, "answers")
        assert last == catch_up(embedded_database)


def test_a_schema_of_another_version_is_filled_anew_by_the_runner(embedded_database: str) -> None:
    """As after an upgrade: the old tables lack a column, and their comment names another layout."""
    with (
        ledger(embedded_database) as owner,
        reading(embedded_database) as reader,
    ):
        last = owner.write(opening("I1"))
        catch_up(embedded_database)
        before = contents(owner.connection, "answers")
        owner.connection.execute("COMMENT ON SCHEMA answers IS 'answers 0'")
        owner.connection.execute("ALTER TABLE answers.status DROP COLUMN travel")
        with running(embedded_database):
            schema.create(embedded_database)
            reached(reader, last)
        assert before == contents(owner.connection, "answers")
