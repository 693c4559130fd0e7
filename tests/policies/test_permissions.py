"""Who may act: each action's roles, where a role reaches, and never one's own sign-off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.permissions import MAY, Action, Grant, Role, check_may, check_not_own
from policies.refusals import NoRole, SelfSignOff

HERE = frozenset({"NI-101", "attainment", "children", "warwickshire"})

WHO = {
    Action.SUBMIT: "entry-officer performance-officer",
    Action.CORRECT: "entry-officer performance-officer",
    Action.WITHDRAW: "entry-officer performance-officer",
    Action.RETURN: "performance-officer sign-off-officer",
    Action.SIGN_OFF: "sign-off-officer",
    Action.LOAD: "entry-officer performance-officer",
    Action.SET_UP: "administrator performance-officer",
    Action.READ: (
        "administrator auditor board-member change-reviewer entry-officer lead-officer "
        "performance-officer sign-off-officer"
    ),
    Action.SEAL: "board-member",
    Action.OPEN_REFRESH: "change-reviewer performance-officer",
    Action.PROPOSE: "board-member change-reviewer lead-officer performance-officer",
    Action.CONSENT: "board-member lead-officer",
    Action.OBJECT: "board-member lead-officer",
    Action.REHEARSE: "board-member change-reviewer lead-officer performance-officer",
    Action.DECIDE: "board-member",
    Action.REVIEW: "change-reviewer",
}


def allowed(action: Action, *grants: Grant) -> bool:
    try:
        check_may(action, person="asha", grants=grants, scopes=HERE)
    except NoRole:
        return False
    return True


@pytest.mark.parametrize("action", Action)
def test_exactly_these_roles_may_do_each_action(action: Action) -> None:
    may = [role.value for role in Role if allowed(action, Grant("asha", role, "warwickshire"))]
    assert WHO[action] == " ".join(sorted(may))


def test_every_action_has_its_roles() -> None:
    assert set(Action) == set(MAY)


@pytest.mark.parametrize("action", [Action.SUBMIT, Action.CORRECT, Action.SIGN_OFF, Action.RETURN])
def test_an_administrator_has_no_say_over_values(action: Action) -> None:
    assert Role.ADMINISTRATOR not in MAY[action]


@pytest.mark.parametrize("scope", sorted(HERE))
def test_a_role_reaches_down_from_agreement_block_outcome_or_indicator(scope: str) -> None:
    assert allowed(Action.SIGN_OFF, Grant("asha", Role.SIGN_OFF_OFFICER, scope))


@pytest.mark.parametrize(
    "grant",
    [
        Grant("asha", Role.SIGN_OFF_OFFICER, "safer"),
        Grant("bela", Role.SIGN_OFF_OFFICER, "warwickshire"),
        Grant("asha", Role.ENTRY_OFFICER, "warwickshire"),
    ],
    ids=["elsewhere", "somebody else's", "another role"],
)
def test_a_role_elsewhere_of_others_or_of_another_kind_is_no_use(grant: Grant) -> None:
    assert not allowed(Action.SIGN_OFF, grant)


def test_the_refusal_names_the_action_and_the_role_needed() -> None:
    with pytest.raises(NoRole, match="sign off a value here.*a sign off officer"):
        check_may(Action.SIGN_OFF, person="asha", grants=(), scopes=HERE)
    with pytest.raises(NoRole, match="an entry officer or a performance officer"):
        check_may(Action.SUBMIT, person="asha", grants=(), scopes=HERE)
    with pytest.raises(NoRole, match="read this here.*any role"):
        check_may(Action.READ, person="asha", grants=(), scopes=HERE)


GRANTS = st.builds(
    Grant,
    st.sampled_from(["asha", "bela"]),
    st.sampled_from(Role),
    st.sampled_from(["warwickshire", "children", "safer"]),
)


@given(st.sampled_from(Action), st.lists(GRANTS), GRANTS)
def test_one_more_grant_never_takes_a_right_away(
    action: Action, grants: list[Grant], another: Grant
) -> None:
    assert allowed(action, *grants) <= allowed(action, *grants, another)


@pytest.mark.parametrize(
    ("submitted_by", "corrected_by"), [("asha", ""), ("asha", None), ("asha", "bela")]
)
def test_nobody_signs_off_what_they_submitted(submitted_by: str, corrected_by: str | None) -> None:
    with pytest.raises(SelfSignOff):
        check_not_own("asha", submitted_by=submitted_by, corrected_by=corrected_by)


def test_nobody_signs_off_what_they_corrected() -> None:
    with pytest.raises(SelfSignOff):
        check_not_own("bela", submitted_by="asha", corrected_by="bela")


PEOPLE = st.sampled_from(["asha", "bela", "chen"])


@given(PEOPLE, PEOPLE, st.none() | PEOPLE)
def test_a_third_person_may_sign_off(person: str, submitted: str, corrected: str | None) -> None:
    """Refused exactly when the signer had a hand in the entry."""
    try:
        check_not_own(person, submitted_by=submitted, corrected_by=corrected)
        refused = False
    except SelfSignOff:
        refused = True
    assert (person in (submitted, corrected)) == refused
