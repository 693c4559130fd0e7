"""What pages may offer is exactly what would not be refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies import permissions, standing
from policies.allowed import WITH_VALUES, Place, allowed, holders, may
from policies.permissions import MAY, Action, Grant, Role, check_not_own
from policies.refusals import Refusal
from policies.standing import NEXT, Standing

TODAY = date(2026, 11, 26)
PEOPLE = ("asha", "ben", "carys")
SCOPES = frozenset({"I1", "settled", "homes", "county"})
GRANTS = st.lists(
    st.builds(
        Grant,
        st.sampled_from(PEOPLE),
        st.sampled_from(Role),
        st.sampled_from([*sorted(SCOPES), "elsewhere"]),
        st.sampled_from(["", "trust", "county"]),
        st.sampled_from([None, TODAY, date(2026, 11, 27)]),
    ),
    max_size=6,
)
OWNERS = st.sampled_from([frozenset[str](), frozenset({"trust"})])


def place(grants: list[Grant], owners: frozenset[str] = frozenset()) -> Place:
    return Place(grants=tuple(grants), scopes=SCOPES, on=TODAY, data_owners=owners)


def is_refused(action: Action, person: str, where: Place, at: Standing | None) -> bool:
    """By the gates themselves, the entry being asha's and corrected by ben."""
    try:
        permissions.check_may(
            action,
            person=person,
            grants=where.grants,
            scopes=where.scopes,
            on=where.on,
            data_owners=where.data_owners,
        )
        standing.check_may(action, at)
        if action is Action.SIGN_OFF:
            check_not_own(person, submitted_by="asha", corrected_by="ben")
    except Refusal:
        return True
    return False


@given(st.sampled_from(PEOPLE), GRANTS, OWNERS, st.sampled_from([None, *Standing]))
def test_what_is_offered_is_what_no_gate_refuses(
    person: str, grants: list[Grant], owners: frozenset[str], at: Standing | None
) -> None:
    where = place(grants, owners)
    wanted = {one for one in WITH_VALUES if not is_refused(one, person, where, at)}
    assert wanted == allowed(person, where, at, by=("asha", "ben"))


def test_a_retired_indicator_takes_no_figures_but_what_it_has_can_be_taken_out() -> None:
    where = place([Grant("asha", Role.PERFORMANCE_OFFICER, "county")])

    assert {Action.WITHDRAW} == allowed("asha", where, Standing.SIGNED_OFF, retired=True) - {
        Action.ATTACH
    }
    assert frozenset() == allowed("asha", where, None, retired=True)


@given(st.sampled_from(Action), GRANTS, OWNERS)
def test_the_holders_are_all_who_may(
    action: Action, grants: list[Grant], owners: frozenset[str]
) -> None:
    where = place(grants, owners)
    who = holders(action, where)
    assert who == tuple(person for person in PEOPLE if may(action, person, where))
    assert who[1:] == holders(action, where, but=who[:1])


@pytest.mark.parametrize("role", Role)
def test_nobody_is_offered_more_than_their_role(role: Role) -> None:
    where = place([Grant("asha", role, "I1")])
    for at in (None, *Standing):
        assert allowed("asha", where, at) <= {one for one in NEXT[at] if role in MAY[one]}
