"""The reference tells every field that is answered over HTTP, and no other."""

import re

import msgspec
import pytest
from documents import fields, listed, own, rows, text_of

from http_api.load_answers import LoadAnswer
from projections.answers import StatusRow, ValueRow
from projections.changes import Cause
from projections.comparator_answers import Comparators, ComparedRow, ComparisonCause, LeagueRow
from projections.cube_answers import CubeCell
from projections.drill_down_answers import DrillDown
from projections.escalations import EscalationRow, ExaminationRow, ExceptionRow
from projections.reading.kinds import GROUPS
from projections.task_answers import CollectionCell, TaskAnswer
from projections.waiting_answers import WaitingEntry, WaitingGroup

HTTP = text_of("reference/http.md")


@pytest.mark.parametrize(
    ("heading", "answers"),
    [
        ("### A load", [LoadAnswer]),
        ("### A value", [ValueRow]),
        ("### A row of status", [StatusRow]),
        ("### Tasks", [TaskAnswer]),
        ("### What was expected and has been received", [CollectionCell]),
        ("### Where an area is best and worst", [LeagueRow]),
        ("### Why a place differs", [ComparisonCause]),
        ("### An open stage", [EscalationRow]),
        ("### An exception", [ExceptionRow]),
        ("### An examination", [ExaminationRow]),
        ("### What waits for a sign-off", [WaitingGroup, WaitingEntry]),
    ],
)
def test_every_field_of_an_answer_is_listed(
    heading: str, answers: list[type[msgspec.Struct]]
) -> None:
    assert fields(*answers) == sorted(listed(own(HTTP, heading)))


@pytest.mark.parametrize(
    ("heading", "answers", "elsewhere"),
    [
        ("### Among other areas", [Comparators, ComparedRow], {"agreement", "clocks"}),
        ("### A cube", [CubeCell], set()),
        ("### What lies behind", [DrillDown], {"agreement", "clocks", "demonstration", "title"}),
        ("### A difference", [Cause], set()),
    ],
)
def test_no_field_of_an_answer_is_left_out_beside_the_words_it_takes(
    heading: str, answers: list[type[msgspec.Struct]], elsewhere: set[str]
) -> None:
    """Where the same paragraph lists other words too; what every answer has is told elsewhere."""
    assert elsewhere == {*fields(*answers)} - {*listed(own(HTTP, heading))}


def test_the_groups_of_events_are_those_there_are() -> None:
    (row,) = [row for row in rows(own(HTTP, "## Auditing")) if row[:2] == ["`kind`", "events"]]
    assert [*GROUPS] == re.findall(r"`([a-z-]+)`", row[2])
