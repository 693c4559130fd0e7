"""What is told of a load while it goes on: the same by its list as by its document."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from ledgers import CODE
from loads_stage import HOME, Stage, csv_of, stage

from http_api.load_answers import LoadAnswer, LoadListed, read_document, read_list
from http_api.service import ClocksAsked, Service
from ledger.loading.asking import ask_to_commit
from projections.catch_up import catch_up

FILE = csv_of({("I0", HOME, "FY2021"): "5"})


@pytest.fixture
def here(embedded_database: str) -> Iterator[Stage]:
    with stage(embedded_database) as made:
        yield made


def told(here: Stage) -> tuple[LoadListed, LoadAnswer]:
    """The only load, in the list and by itself."""
    service = Service(here.record.pool)
    (listed,) = read_list(service, CODE, ClocksAsked(), before=None, limit=5).loads
    return listed, read_document(service, CODE, UUID(listed.load), ClocksAsked())


def test_the_list_is_not_behind_the_document(here: Stage, embedded_database: str) -> None:
    """The answers know of the check alone, and the load is in."""
    load = here.load(FILE, dry_run=True)
    catch_up(embedded_database)
    here.commit(load)
    listed, document = told(here)
    assert ("committed", "committed") == (listed.state, document.state)

    answer = read_list(Service(here.record.pool), CODE, ClocksAsked(), before=None, limit=5)
    assert answer.clocks.known_position >= document.steps[-1].position


def test_a_refused_commit_is_told_of_until_somebody_else_commits(
    here: Stage, embedded_database: str
) -> None:
    load = here.load(FILE, dry_run=True)
    catch_up(embedded_database)
    here.commit(load, by="ben")
    _, document = told(here)
    assert document.refusal is not None
    assert "no-role" == document.refusal.code
    assert document.refusal.detail, "there is a sentence to show"

    assert load.checked is not None
    digest = load.checked.digest
    ask_to_commit(here.record, CODE, load.id, digest, here.act(), confirmed_unit=False)
    listed, document = told(here)
    assert ("committing", "committing", None) == (listed.state, document.state, document.refusal)
    here.work(load.id)
    listed, document = told(here)
    assert ("committed", "committed", None) == (listed.state, document.state, document.refusal)
