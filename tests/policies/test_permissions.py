"""Who may act: each action's roles, where a role reaches, and never one's own sign-off."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.permissions import (
    FOR_THEIR_PARTNER,
    MAY,
    Action,
    Grant,
    Role,
    check_may,
    check_not_own,
)
from policies.refusals import NoRole, OtherPartner, SelfSignOff

TODAY = date(2026, 5, 4)
HERE = frozenset({"NI-101", "attainment", "children", "warwickshire"})

WHO = {
    Action.SUBMIT: "entry-officer performance-officer",
    Action.CORRECT: "entry-officer performance-officer",
    Action.WITHDRAW: "entry-officer performance-officer",
    Action.ATTACH: "entry-officer performance-officer",
    Action.RETURN: "performance-officer sign-off-officer",
    Action.SIGN_OFF: "sign-off-officer",
    Action.LOAD: "entry-officer performance-officer",
    Action.SET_UP: "administrator performance-officer",
    Action.READ: (
        "administrator auditor board-member change-reviewer entry-officer lead-officer "
        "performance-officer sign-off-officer"
    ),
    Action.RECORD_REMEDIAL_ACTION: "lead-officer",
    Action.SUBMIT_PLAN: "lead-officer",
    Action.ACCEPT_PLAN: "board-member",
    Action.SEND_BACK_PLAN: "board-member",
    Action.DECIDE_INTERVENTION: "board-member",
    Action.FAST_TRACK: "board-member",
    Action.CLOSE_ESCALATION: "board-member",
    Action.COMMEND: "board-member",
    Action.EXAMINE: "board-member performance-officer",
}
ANSWERS = [*WHO][-9:]
AMENDING = "board-member change-reviewer lead-officer performance-officer"
WHO |= {
    Action.SEAL: "board-member",
    Action.OPEN_REFRESH: "change-reviewer performance-officer",
    Action.PROPOSE: AMENDING,
    Action.CONSENT: "board-member lead-officer",
    Action.OBJECT: "board-member lead-officer",
    Action.REHEARSE: AMENDING,
    Action.DECIDE: "board-member",
    Action.REVIEW: "change-reviewer",
    Action.ASSIGN_ROLE: "administrator performance-officer",
    Action.ASSIGN_OVERSIGHT: "administrator",
    Action.CHASE: "performance-officer",
    Action.PUBLISH: "performance-officer",
    Action.MANAGE_PEOPLE: "administrator",
}


def allowed(action: Action, *grants: Grant, on: date = TODAY, data_owner: str = "") -> bool:
    owners = frozenset({data_owner} - {""})
    try:
        check_may(action, person="asha", grants=grants, scopes=HERE, on=on, data_owners=owners)
    except (NoRole, OtherPartner):
        return False
    return True


@pytest.mark.parametrize("action", Action)
def test_exactly_these_roles_may_do_each_action(action: Action) -> None:
    may = [role.value for role in Role if allowed(action, Grant("asha", role, "warwickshire"))]
    assert WHO[action] == " ".join(sorted(may))


def test_every_action_has_its_roles() -> None:
    assert set(Action) == set(MAY)


@pytest.mark.parametrize(
    "action", [Action.SUBMIT, Action.CORRECT, Action.SIGN_OFF, Action.RETURN, *ANSWERS]
)
def test_an_administrator_has_no_say_over_values_and_performance(action: Action) -> None:
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
    with pytest.raises(NoRole, match="sign off a value here.*a sign-off officer"):
        check_may(Action.SIGN_OFF, person="asha", grants=(), scopes=HERE, on=TODAY)
    with pytest.raises(NoRole, match="an entry officer or a performance officer"):
        check_may(Action.SUBMIT, person="asha", grants=(), scopes=HERE, on=TODAY)
    with pytest.raises(NoRole, match="close an escalation here.*for the whole agreement"):
        check_may(Action.CLOSE_ESCALATION, person="asha", grants=(), scopes=HERE, on=TODAY)
    with pytest.raises(NoRole, match="read this here.*any role"):
        check_may(Action.READ, person="asha", grants=(), scopes=HERE, on=TODAY)


GRANTS = st.builds(
    Grant,
    st.sampled_from(["asha", "bela"]),
    st.sampled_from(Role),
    st.sampled_from(["warwickshire", "children", "safer"]),
    st.sampled_from(["", "county"]),
    st.none() | st.dates(),
    st.none() | st.dates(),
)


@given(st.sampled_from(Action), st.lists(GRANTS), GRANTS)
def test_one_more_grant_never_takes_a_right_away(
    action: Action, grants: list[Grant], another: Grant
) -> None:
    assert allowed(action, *grants) <= allowed(action, *grants, another)


FIRST, LAST = date(2026, 4, 1), date(2027, 3, 31)


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2026, 3, 31), False),
        (FIRST, True),
        (LAST, True),
        (date(2027, 4, 1), False),
    ],
)
def test_a_role_counts_on_its_days_both_included(day: date, counts: bool) -> None:
    grant = Grant("asha", Role.ENTRY_OFFICER, "children", "county", FIRST, LAST)
    assert counts == allowed(Action.SUBMIT, grant, on=day)


def test_a_role_without_a_first_or_last_day_counts_before_or_for_ever() -> None:
    until = Grant("asha", Role.ENTRY_OFFICER, "children", valid_to=LAST)
    since = Grant("asha", Role.ENTRY_OFFICER, "children", valid_from=FIRST)
    assert [True, False] == [allowed(Action.SUBMIT, until, on=day) for day in (FIRST, date.max)]
    assert [False, True] == [allowed(Action.SUBMIT, since, on=day) for day in (date.min, LAST)]


def test_the_refusal_says_when_the_role_that_is_held_counts() -> None:
    grants = [Grant("asha", Role.ENTRY_OFFICER, "children", "county", FIRST, LAST)]
    with pytest.raises(NoRole, match="held here counts from 1 April 2026 to 31 March 2027"):
        check_may(Action.SUBMIT, person="asha", grants=grants, scopes=HERE, on=date(2027, 4, 1))


@given(st.sampled_from(Action), st.lists(GRANTS), st.dates())
def test_nobody_acts_under_a_role_on_a_day_that_is_not_its_own(
    action: Action, grants: list[Grant], day: date
) -> None:
    """What a person may on a day, they may by the roles of that day alone."""
    todays = [grant for grant in grants if grant.holds_on(day)]
    assert allowed(action, *todays, on=day) == allowed(action, *grants, on=day)


@pytest.mark.parametrize("role", sorted(FOR_THEIR_PARTNER))
@pytest.mark.parametrize(
    ("partner", "data_owner", "may"),
    [
        ("county", "county", True),
        ("county", "trust", False),
        ("county", "", True),
        ("", "trust", True),
    ],
    ids=["their own", "another's", "no partner's", "a role for no partner"],
)
def test_values_are_for_officers_of_the_partner_that_is_the_data_owner(
    role: Role, partner: str, data_owner: str, may: bool
) -> None:
    grant = Grant("asha", role, "children", partner)
    assert may == allowed(Action.READ, grant, data_owner=data_owner)


def test_a_performance_officer_acts_for_the_whole_partnership() -> None:
    grant = Grant("asha", Role.PERFORMANCE_OFFICER, "children", "county")
    assert allowed(Action.LOAD, grant, data_owner="trust")


def test_the_refusal_names_both_partners() -> None:
    grants = [Grant("asha", Role.SIGN_OFF_OFFICER, "children", "county")]
    with pytest.raises(OtherPartner, match="is trust: a sign-off officer of county may not sign"):
        check_may(
            Action.SIGN_OFF,
            person="asha",
            grants=grants,
            scopes=HERE,
            on=TODAY,
            data_owners=frozenset({"trust"}),
        )


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
