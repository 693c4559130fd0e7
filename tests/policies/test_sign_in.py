"""What signing in asks of a password and of who tries, and what an access token is good for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.permissions import Access, Action
from policies.refusals_sign_in import TooManyTries, WeakPassword
from policies.sign_in import (
    FEWEST_CHARACTERS,
    LONGEST_PASSWORD,
    MOST_TRIES,
    SHORTEST_PASSWORD,
    Scope,
    Tries,
    check_password,
    check_tries,
    scope_for,
)

KNOWN = ["ama.boateng", "Ama Boateng", "ama.boateng@county.example"]


@given(
    st.integers(0, MOST_TRIES.of_both - 1),
    st.integers(0, MOST_TRIES.of_name - 1),
    st.integers(0, MOST_TRIES.of_address - 1),
)
def test_a_few_tries_in_vain_stop_nobody(both: int, name: int, address: int) -> None:
    check_tries(Tries(both, name, address))


@pytest.mark.parametrize(
    "failed",
    [
        Tries(MOST_TRIES.of_both, 0, 0),
        Tries(0, MOST_TRIES.of_name, 0),
        Tries(0, 0, MOST_TRIES.of_address),
        Tries(1000, 1000, 1000),
    ],
)
def test_too_many_of_a_name_from_an_address_or_of_either_stop_the_next(failed: Tries) -> None:
    with pytest.raises(TooManyTries):
        check_tries(failed)


def test_one_guesser_is_stopped_long_before_the_holder_of_a_name_is() -> None:
    """So that nobody locks another out by guessing."""
    assert MOST_TRIES.of_both * 10 <= MOST_TRIES.of_name < MOST_TRIES.of_address


@pytest.mark.parametrize(
    "password",
    ["three random words", "пароль-из-слов-и", "    spaces count    ", "abcde" + "a" * 195],
)
def test_length_is_what_counts_and_any_character_will_do(password: str) -> None:
    check_password(password, KNOWN)


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("", "12 to 200 characters"),
        ("elevenchars", "12 to 200 characters"),
        ("abcde" + "a" * 196, "12 to 200 characters"),
        ("abababababababab", "easily guessed"),
        ("AMA.BOATENG@county.example", "easily guessed"),
    ],
)
def test_what_is_soon_guessed_is_no_password(password: str, told: str) -> None:
    with pytest.raises(WeakPassword, match=told) as refusal:
        check_password(password, KNOWN)
    assert "password" == refusal.value.errors[0].field
    assert not password or password not in refusal.value.detail


@given(st.text(max_size=LONGEST_PASSWORD + 20))
def test_a_password_is_refused_by_these_rules_and_no_others(password: str) -> None:
    good = (
        SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD
        and len(set(password.casefold())) >= FEWEST_CHARACTERS
    )
    try:
        check_password(password, KNOWN)
    except WeakPassword:
        assert not good
    else:
        assert good


@pytest.mark.parametrize("right", [*Access, *Action])
def test_every_right_needs_one_scope(right: Access | Action) -> None:
    assert scope_for(right) in Scope


def test_with_a_token_to_read_nothing_can_be_changed() -> None:
    readable = {right for right in (*Access, *Action) if scope_for(right) is Scope.READ}
    assert {Access.ANYONE, Access.A_PERSON, Action.READ, Action.CHASE} == readable


def test_who_may_see_to_people_and_roles_is_no_business_of_a_usual_token() -> None:
    kept = {right for right in Action if scope_for(right) is Scope.ADMINISTER}
    assert {
        Action.SET_UP,
        Action.MANAGE_PEOPLE,
        Action.ASSIGN_ROLE,
        Action.ASSIGN_OVERSIGHT,
    } == kept
