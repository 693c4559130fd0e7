"""Every refusal has a stable code of its own and a sentence a person can act on."""

import re

import pytest

from policies.refusals import (
    BadFile,
    DutyRefusal,
    FieldProblem,
    NoRole,
    Refusal,
    UnknownPeriod,
    all_refusals,
    sentence,
)

ALL = all_refusals()

PROMISED = """
self-sign-off no-role other-partner unknown-agreement unknown-indicator unknown-area unknown-entry
not-a-number too-many-decimals ratio-mismatch parts-missing zero-denominator limit-missing
limits-astray no-value
unknown-period wrong-interval period-not-begun unknown-breakdown duplicate-entry too-many-entries
no-entries value-exists nothing-to-correct nothing-changed not-current wrong-standing
reason-required sign-off-stale already-signed-off unknown-assurance retired
relative-basis-zero-target unordered-limits bad-policy conflict version-moved
idempotency-key-reused sealed not-a-demonstration bad-clock bad-cursor bad-setup bad-mapping
bad-file unit-changed
own-plan unknown-plan unknown-body unknown-person unknown-stage unknown-decision text-required
no-steps too-many-steps dates-out-of-order day-in-future no-escalation-rules never-escalates
no-stage-open wrong-stage stage-not-higher plan-not-waiting no-value-yet
""".split()


def every_subclass(kind: type[Refusal]) -> set[type[Refusal]]:
    """A class's descendants, itself not counted."""
    return {kind for below in kind.__subclasses__() for kind in {below} | every_subclass(below)}


@pytest.mark.parametrize("code", PROMISED)
def test_every_promised_code_has_its_refusal(code: str) -> None:
    assert code == ALL[code].code


def test_every_refusal_is_listed_under_a_code_of_its_own() -> None:
    assert every_subclass(Refusal) - {DutyRefusal} == set(ALL.values())
    assert list(ALL) == [kind.code for kind in ALL.values()]


@pytest.mark.parametrize("kind", ALL.values(), ids=ALL)
def test_every_refusal_is_named_after_its_code(kind: type[Refusal]) -> None:
    words = "".join(word.capitalize() for word in kind.code.split("-"))
    assert words.lower() == kind.__name__.lower()


@pytest.mark.parametrize("kind", ALL.values(), ids=ALL)
def test_every_refusal_speaks_one_sentence_of_its_own(kind: type[Refusal]) -> None:
    assert vars(kind)["__doc__"], "a sentence of its own, not an inherited one"
    assert re.fullmatch(r"[A-Z][^\n]{10,}\.", sentence(kind))
    assert sentence(kind) == str(kind())


def test_no_two_refusals_say_the_same() -> None:
    assert len(ALL) == len({sentence(kind) for kind in ALL.values()})


def test_a_detail_replaces_the_sentence_and_names_the_field() -> None:
    refusal = UnknownPeriod("'FY07' is not a period code.", field="entries[3].period")
    problem = FieldProblem("entries[3].period", "unknown-period", "'FY07' is not a period code.")
    assert (problem,) == refusal.errors
    assert "'FY07' is not a period code." == refusal.detail == str(refusal)


def test_a_refusal_without_details_still_lists_itself() -> None:
    assert (FieldProblem("", "no-role", sentence(NoRole)),) == NoRole().errors


def test_several_problems_are_told_together() -> None:
    problems = (
        FieldProblem("entries[0].value", "not-a-number", "'x' is not a number."),
        FieldProblem("entries[2].period", "unknown-period", "'y' is not a period."),
    )
    assert problems == BadFile("Two entries are wrong.", errors=problems).errors


def test_duties_are_told_apart_because_they_are_recorded() -> None:
    duties = {code for code, kind in ALL.items() if issubclass(kind, DutyRefusal)}
    assert {
        "self-sign-off",
        "no-role",
        "other-agreement",
        "other-partner",
        "own-plan",
        "own-proposal",
        "own-account",
        "own-role",
        "not-the-proposer",
    } == duties


def test_a_second_class_with_the_same_code_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="no-role"):
        type("Twin", (NoRole,), {"__doc__": "Twice.", "code": "no-role"})
    assert NoRole is all_refusals()["no-role"]
