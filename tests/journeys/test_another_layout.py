"""Answers that another version of the program laid out: a sentence, and what makes them anew."""

from collections.abc import Mapping

import psycopg
import pytest
from services import done_well, ledger, outturn

__all__ = ["ledger"]
Where = Mapping[str, str]
CURES = [("migrate",), ("projections", "rebuild")]


@pytest.mark.parametrize("cure", CURES, ids=" ".join)
def test_answers_of_another_version_are_not_read_and_are_made_anew(
    ledger: Where, cure: tuple[str, ...]
) -> None:
    with psycopg.connect(ledger["OUTTURN_DATABASE_URL"], autocommit=True) as connection:
        connection.execute("COMMENT ON SCHEMA answers IS 'of another version'")
    for command in (("serve", "--port", "1"), ("status", "--agreement", "county"), ("verify",)):
        done = outturn(*command, where=ledger)
        assert (2, "") == (done.status, done.out)
        assert "laid out by another version of this program: run outturn migrate" in done.err
        assert 1 == len(done.err.splitlines())

    done_well(outturn(*cure, where=ledger))
    done_well(outturn("status", "--agreement", "county", where=ledger))
