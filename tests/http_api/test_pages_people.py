"""Who is who: what the page says of roles, and what it offers to whom."""

from collections.abc import Iterator
from typing import Any

import pytest
from browser.built_desk import ENTRY
from browser.built_people import drawn
from browser.parsed import Element, parsed
from browser.serving import create
from browser.visiting import BOARD, PAST, STAFF, at, visit
from litestar import Litestar
from litestar.testing import TestClient

from http_api.pages.people import command_of
from http_api.pages.reader import ClocksAsked
from ledger.agreement.assigning import AssignRole
from policies.permissions import Role


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


def rows(page: Element) -> dict[str, str]:
    """The rows of all tables by the person, without the person."""
    found = {}
    for row in page.every("tr", role="row"):
        for lead in row.every("th", scope="row"):
            found[lead.text] = row.text.removeprefix(lead.text).strip()
    return found


def values(page: Element, name: str) -> list[str]:
    return [each["value"] for each in page.one("select", id=name).every("option")]


def sent(page: Element) -> list[Element]:
    return [form for form in page.every("form") if form["method"] == "post"]


def test_people_stand_under_their_partner_and_those_of_none_last(
    client: TestClient[Litestar],
) -> None:
    headings = [each.text for each in visit(client, STAFF).one("main").every("h2")]
    assert ["Warwickshire County Council", "Of no partner", "Give a role"] == headings


def test_a_row_says_over_what_and_on_which_days_a_role_counts(client: TestClient[Litestar]) -> None:
    told = rows(visit(client, STAFF).one("main"))
    assert told["Asha Patel"].startswith("Entry officer the whole agreement always 21 November")
    later = "Lead officer Children have the best start in life from 1 April 2099 (not yet)"
    assert told["Moira Jenkins"].startswith(later)
    assert "to 31 March 2020 (over)" in told["Daniel Whitehouse-Brown"]
    assert told["name erased"].startswith("Auditor")


def test_a_role_is_ended_by_those_entitled_and_never_ones_own(client: TestClient[Litestar]) -> None:
    told = rows(visit(client, STAFF).one("main"))
    assert told["Asha Patel"].endswith(
        "End the role entry officer of Asha Patel for the whole agreement"
    )
    assert told["p-officer"].endswith("by others")
    assert told["name erased"].endswith("by others")  # an auditor, by an administrator only


def test_whose_account_is_closed_is_told_to_whoever_may_end_the_role() -> None:
    """A role of theirs is done by nobody, until somebody else is given it."""
    for closed in ((), (ENTRY, "p-erased")):
        page = parsed(drawn(ClocksAsked(), closed=closed)).one("main")
        text = " ".join(page.text.split())
        assert (text.count("(account closed)"), "Asha Patel (account closed) Entry" in text) == (
            (1, True) if closed else (0, False)
        )
        (choice,) = [
            one.text for one in page.one("select", id="person").every("option")
            if one["value"] == ENTRY
        ]  # fmt: skip
        assert f"Asha Patel ({'wcc, account closed' if closed else 'wcc'})" == choice


def test_the_form_offers_what_the_visitor_may_give(client: TestClient[Litestar]) -> None:
    page = visit(client, STAFF).one("main")
    assert {"", *Role} - {Role.AUDITOR, Role.ADMINISTRATOR} == set(values(page, "role"))
    assert {"", ENTRY, "p-signer", "p-lead"} == set(values(page, "person"))
    assert {"warwickshire", "children", "early-years", "absence"} <= set(values(page, "scope"))


def test_somebody_without_the_right_finds_no_forms() -> None:
    page = parsed(drawn(ClocksAsked(), by=ENTRY)).one("main")
    assert [] == sent(page)
    assert "End it" not in page.text


def test_accounts_are_led_to_by_administrators_of_the_whole_alone() -> None:
    """Whoever else follows it would be refused there."""
    admin = Role.ADMINISTRATOR
    held: tuple[dict[str, Any], ...] = ({"role": admin}, {"role": admin, "scope": "absence"}, {})
    shown = ["people/accounts" in drawn(ClocksAsked(), **each) for each in held]
    assert [True, False, False] == shown


def test_a_moment_of_the_past_is_only_looked_at(client: TestClient[Litestar]) -> None:
    assert [] == sent(visit(client, at(STAFF, PAST)).one("main"))


def test_what_is_wrong_stands_above_and_at_its_field_with_what_was_typed(
    client: TestClient[Litestar],
) -> None:
    whole = visit(client, f"{STAFF}?wrong=yes")
    assert whole.one("title").text.startswith("Error: People and roles")
    page = whole.one("main")
    summary = page.one("div", cls="govuk-error-summary")
    fields = ["person", "role", "scope", "valid_from", "valid_to"]
    assert [f"#{field}" for field in fields] == [link["href"] for link in summary.every("a")]
    for field in fields:
        (there,) = page.every("select", "input", id=field)
        assert f"{field}-error" in there["aria-describedby"]
    (chosen,) = [
        each["value"]
        for each in page.one("select", id="role").every("option")
        if "selected" in each.attributes
    ]
    assert "lead-officer" == chosen


def test_the_board_leads_to_it(client: TestClient[Litestar]) -> None:
    assert STAFF in [link["href"] for link in visit(client, BOARD).every("a")]


def test_what_was_typed_is_a_command_or_a_list_of_what_is_wrong() -> None:
    typed = {"person": "p-lead", "role": "auditor", "scope": "care", "valid_from": "", "key": "k"}
    assert (AssignRole(person="p-lead", role=Role.AUDITOR, scope="care"), ()) == command_of(typed)
    command, problems = command_of({"role": "mayor", "valid_to": "31.3."})
    assert command is None
    assert ["person", "scope", "role", "valid_to"] == [one.field for one in problems]
