"""How far an amendment reaches: whom it judges otherwise, and whose facts matter to that."""

import pytest
from change_scenario import change, move, rules, stretch

from ledger.amendment.events import Changes, DefinitionChange, RetirementChange, TargetChange
from ledger.amendment.reach import reach_of
from scenario import definition

DEFINITIONS = {
    "I1": definition(),
    "I2": definition(proxy="I3"),
    "I3": definition(),
    "I4": definition(),
}
SHARING = frozenset({"I1", "I4"})


def redefined(indicator: str, proxy: str = "") -> Changes:
    sheet = definition(proxy=proxy, title="Anew")
    return change(
        definitions=(DefinitionChange(indicator=indicator, kind="minor", definition=sheet),)
    )


def retired(indicator: str) -> Changes:
    return change(retirements=(RetirementChange(indicator=indicator),))


@pytest.mark.parametrize(
    ("changes", "sharing", "judged", "beside"),
    [
        (change(move("91")), (), {"I1"}, ()),
        (change(move("91")), SHARING, {"I1"}, {"I4"}),
        (redefined("I3"), SHARING, {"I2", "I3"}, ()),
        (redefined("I2"), (), {"I2"}, {"I3"}),
        (redefined("I2", proxy="I4"), (), {"I2"}, {"I3", "I4"}),
        (
            change(TargetChange(indicator="I3", target=stretch())),
            SHARING,
            {"I2", "I3"},
            {"I1", "I4"},
        ),
        (retired("I4"), (), {"I4"}, ()),
        (retired("I3"), SHARING, {"I2", "I3"}, ()),
        (retired("I1"), SHARING, {"I1"}, {"I4"}),
        (change(policies=(rules(),)), SHARING, DEFINITIONS.keys(), ()),
    ],
)
def test_the_reach_of_an_amendment(
    changes: Changes, sharing: frozenset[str], judged: set[str], beside: set[str]
) -> None:
    found = reach_of(changes, DEFINITIONS, sharing)
    assert (frozenset(judged), frozenset(beside)) == found
    assert frozenset(judged) | frozenset(beside) == found.matter
