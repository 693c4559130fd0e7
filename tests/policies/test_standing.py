"""When an entry may be acted on: the whole table, and the diagram drawn from it."""

import re

import pytest

from policies.permissions import Action
from policies.refusals import AlreadySignedOff, NotCurrent, NothingToCorrect, WrongStanding
from policies.standing import NEXT, Assurance, Standing, check_may, diagram

TABLE = {
    None: {"submit": "submitted"},
    "submitted": {
        "correct": "submitted",
        "attach-evidence": "submitted",
        "return": "returned",
        "sign-off": "signed-off",
        "withdraw": "withdrawn",
    },
    "returned": {
        "correct": "submitted",
        "attach-evidence": "submitted",
        "withdraw": "withdrawn",
    },
    "signed-off": {
        "correct": "submitted",
        "attach-evidence": "submitted",
        "withdraw": "withdrawn",
    },
    "withdrawn": {"submit": "submitted"},
}
ON_ENTRIES = [
    Action.SUBMIT,
    Action.CORRECT,
    Action.ATTACH,
    Action.RETURN,
    Action.SIGN_OFF,
    Action.WITHDRAW,
]


def test_the_table_is_the_rule() -> None:
    assert TABLE == NEXT


def test_the_table_has_a_row_for_every_standing_and_for_none() -> None:
    assert {None, *Standing} == set(NEXT)


@pytest.mark.parametrize("standing", [None, *Standing])
@pytest.mark.parametrize("action", ON_ENTRIES)
def test_an_action_passes_exactly_where_the_table_has_it(
    action: Action, standing: Standing | None
) -> None:
    try:
        check_may(action, standing)
        passed = True
    except (WrongStanding, NotCurrent):
        passed = False
    assert (action.value in TABLE[standing]) == passed


def test_every_standing_can_be_reached_from_nothing() -> None:
    reached: set[Standing | None] = {None}
    while more := {after for one in reached for after in NEXT[one].values()} - reached:
        reached |= more
    assert {None, *Standing} == reached


@pytest.mark.parametrize(
    ("action", "standing", "refusal"),
    [
        (Action.SIGN_OFF, Standing.SIGNED_OFF, AlreadySignedOff),
        (Action.SIGN_OFF, Standing.RETURNED, WrongStanding),
        (Action.RETURN, Standing.SIGNED_OFF, WrongStanding),
        (Action.SUBMIT, Standing.SUBMITTED, WrongStanding),
        (Action.CORRECT, Standing.WITHDRAWN, NotCurrent),
        (Action.SIGN_OFF, None, NotCurrent),
        (Action.CORRECT, None, NothingToCorrect),
    ],
)
def test_each_refusal_says_what_stands_in_the_way(
    action: Action, standing: Standing | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal) as refused:
        check_may(action, standing)
    assert refusal is refused.type


def test_the_sentence_says_what_can_be_done_instead() -> None:
    with pytest.raises(WrongStanding, match="signed off; what can be done with it is: correct it"):
        check_may(Action.RETURN, Standing.SIGNED_OFF)


def test_the_diagram_draws_the_table_and_nothing_else() -> None:
    first, *arrows = diagram().splitlines()
    assert "stateDiagram-v2" == first
    drawn = [re.fullmatch(r" +(\S+) --> (\S+): (.+)", arrow) for arrow in arrows]
    found = {match.groups() for match in drawn if match}
    table = {
        (before.replace("-", "_") if before else "[*]", after.replace("-", "_"), action)
        for before, actions in TABLE.items()
        for action, after in (
            (action.replace("-", " "), after) for action, after in actions.items()
        )
    }
    assert (len(arrows), table) == (len(drawn), found)


def test_the_grades_of_assurance_are_these_four() -> None:
    assert ["audited", "own-audit", "checked", "unchecked"] == [grade.value for grade in Assurance]
