"""People entered over HTTP: what is taken of them, and what is not."""

from typing import Any

import httpx
import psycopg
import pytest
from journeys.asking import AGREEMENT, refused, said
from services import ENTRY_OFFICER, Served

from http_api import clock
from ledger.people import people, put_person
from ledger.person import Person
from ledger.person_checks import faults
from ledger.tokens import keep_token
from policies.sign_in import Scope

ADMINISTRATOR = "administrator, to enter people"
UNENTITLED = "officer, to enter people"
PERSON = {"id": "olive", "name": "Olive Penn", "email": "olive@county.example"}
VISITOR_NAMED = {
    "id": "visitor",
    "name": "Vera Lind",
    "email": "vera@shire.example",
    "partner": "shire",
}
VISITOR = Person(**VISITOR_NAMED)


@pytest.fixture(scope="module")
def here(service: Served) -> Served:
    """The service with a token to administer, and somebody of another agreement's partner."""
    secret = clock.new_token()
    with psycopg.connect(service.where["OUTTURN_DATABASE_URL"]) as connection:
        put_person(connection, VISITOR)
        given = (secret, "administrator", "people", clock.now())
        assert keep_token(connection, *given, scopes=tuple(Scope))
        unentitled = clock.new_token()
        given = (unentitled, ENTRY_OFFICER, "people", clock.now())
        assert keep_token(connection, *given, scopes=tuple(Scope))
    service.tokens[ADMINISTRATOR] = secret
    service.tokens[UNENTITLED] = unentitled
    return service


def enter(service: Served, **more: Any) -> httpx.Response:
    return service.caller(ADMINISTRATOR).post(f"{AGREEMENT}/people", json=PERSON | more)


def kept(service: Served, person: str) -> Person | None:
    with psycopg.connect(service.where["OUTTURN_DATABASE_URL"]) as connection:
        return people(connection).get(person)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"id": "Olive Penn"}, "An id has up to 63 small letters"),
        ({"id": "operator"}, "operator is whoever runs the command line"),
        ({"name": " "}, "A name has 1 to 200 characters"),
        ({"name": "x" * 201}, "A name has 1 to 200 characters"),
        ({"email": f"a@{'a.' * 5_000} "}, "An e-mail address looks like"),
        ({"email": f"a@{'a.' * 100}"}, "An e-mail address looks like"),
        ({"email": "a@.b"}, "An e-mail address looks like"),
        ({"email": "a@b@c.d"}, "An e-mail address looks like"),
        ({"email": "nope"}, "An e-mail address looks like ama.boateng@council.example"),
        ({"partner": "shire"}, "'shire' is not one of the partners of the agreement: county"),
    ],
)
def test_what_could_not_be_used_is_refused_and_nothing_is_recorded(
    here: Served, wrong: dict[str, str], told: str
) -> None:
    head = here.head
    problem = refused(enter(here, **wrong), 422, "bad-person")

    assert problem["detail"].startswith(told)
    assert [*wrong] == [error["field"] for error in problem["errors"]]
    assert (head, None) == (here.head, kept(here, "olive"))


def test_whoever_may_not_enter_people_is_told_that_and_nothing_of_the_person(
    here: Served,
) -> None:
    """Whatever they send: neither is it looked at, nor do they learn who there is."""
    people_of, links = f"{AGREEMENT}/people", f"{AGREEMENT}/people/{{}}/sign-in-links"
    caller = here.caller(UNENTITLED)
    for wrong in ({"id": "Olive Penn"}, {"email": f"a@{'a.' * 5_000} "}, {"partner": "shire"}):
        refused(caller.post(people_of, json=PERSON | wrong), 403, "no-role")
    with here.browser(ENTRY_OFFICER) as browser:
        for whose in ("visitor", "nobody.at.all"):
            refused(browser.post(links.format(whose)), 403, "no-role")


LINKS: tuple[tuple[str, dict[str, str]], ...] = (
    (f"{AGREEMENT}/people/auditor/sign-in-links", {}),
    ("/agreements/county/people/accounts/links", {"person": "auditor"}),
)


@pytest.mark.parametrize(("path", "form"), LINKS, ids=str)
def test_no_access_token_makes_a_link_to_sign_in_with(
    here: Served, path: str, form: dict[str, str]
) -> None:
    """With one somebody's session begins, which may do what no scope of the token is for."""
    head = here.head
    refused(here.caller(ADMINISTRATOR).post(path, data=form), 403, "token-scope")
    assert head == here.head

    with here.browser("administrator") as browser:
        made = browser.post(path, data=form)
    assert made.status_code in {200, 201}, made.text
    assert "/sign-in/link/outturn_" in made.text
    assert head + 1 == here.head


def test_no_access_token_gives_somebody_another_address(here: Served) -> None:
    """By which the sign-in of an organisation would let in whoever has that one."""
    theirs, other = {"id": "olive.3", "email": "o3@x.example"}, {"email": "else@x.example"}
    said(enter(here, **theirs), 201)
    said(enter(here, **theirs, name="Olive Penn-Hay"), 201)
    head, form = here.head, PERSON | theirs | other
    refused(enter(here, **theirs | other), 403, "token-scope")
    page = "/agreements/county/people/accounts"
    refused(here.caller(ADMINISTRATOR).post(page, data=form), 403, "token-scope")
    assert (head, theirs["email"]) == (here.head, getattr(kept(here, "olive.3"), "email", None))

    refused(here.caller(UNENTITLED).post(f"{AGREEMENT}/people", json=form), 403, "no-role")
    with here.browser("administrator") as browser:
        assert 200 == browser.post(page, data=form).status_code
    assert other["email"] == getattr(kept(here, "olive.3"), "email", None)


@pytest.mark.parametrize("text", [f"a@{'a.' * 50_000} ", "@" * 50_000, f"{'a@a.' * 25_000}@"])
@pytest.mark.timeout(5)
def test_an_address_is_looked_at_once_however_long_it_is(text: str) -> None:
    assert "email" in faults({"email": text})


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("ama@council.example", True),
        ("a@b.c", True),
        ("a@b.c.d", True),
        ("a@b..c", True),
        ("a@b.", False),
        ("a@.", False),
        ("a@b", False),
        ("@b.c", False),
        ("a b@c.d", False),
        ("a@b.c ", False),
    ],
)
def test_an_address_has_a_name_and_a_domain_with_a_point_inside(text: str, right: bool) -> None:
    assert right is ("email" not in faults({"email": text}))


@pytest.mark.parametrize("address", ["vera@shire.example", "VERA@Shire.example"])
def test_an_address_is_of_one_person_or_neither_could_sign_in_with_it(
    here: Served, address: str
) -> None:
    """Whoever administers one agreement could else shut people of any other out."""
    head = here.head
    problem = refused(enter(here, email=address), 422, "bad-person")
    assert "Somebody else is known by this e-mail address" in problem["detail"]
    assert "vera" not in problem["detail"].lower()
    assert (head, None) == (here.head, kept(here, "olive"))


def test_the_page_of_accounts_shows_nobody_of_another_agreement(here: Served) -> None:
    with here.browser("administrator") as browser:
        shown = browser.get("/agreements/county/people/accounts").text
        roles = browser.get("/agreements/county/people").text
    assert "auditor" in shown
    for page in (shown, roles):
        assert "Vera Lind" not in page
        assert "shire.example" not in page


def test_a_person_is_entered_and_may_stay_with_the_partner_they_have(here: Served) -> None:
    said(enter(here, id="olive.2", partner="county"), 201)
    assert "county" == getattr(kept(here, "olive.2"), "partner", None)

    renamed = {**VISITOR_NAMED, "name": "Vera Lindt"}
    refused(enter(here, **renamed), 403, "other-agreement")
    assert VISITOR == kept(here, "visitor")
    role = {"person": "visitor", "role": "lead-officer", "scope": "county"}
    said(here.caller(ADMINISTRATOR).post(f"{AGREEMENT}/roles", json=role), 201)
    said(enter(here, **renamed), 201)
    assert "Vera Lindt" == getattr(kept(here, "visitor"), "name", None)
