"""A form is of now, whatever moment its address names, and says so; other pages are of theirs."""

import pytest
from browser.parsed import Element, parsed
from journeys.walking import HTML
from services import ENTRY_OFFICER, Served

COUNTY = "/agreements/county"
THEN = "known_at=2025-01-31&policy_at=2025-01-31"
SAID = "A form is always of now, whatever moment its address names."
FORMS = {
    f"{COUNTY}/entry-grid": (ENTRY_OFFICER, COUNTY),
    f"{COUNTY}/indicators/rents/entry": (ENTRY_OFFICER, f"{COUNTY}/indicators/rents"),
}
# Of an agreement that is sealed, with somebody who sees to accounts: the demonstration.
WARWICKSHIRE = "/agreements/warwickshire"
OTHERS = {
    "refreshes": ("performance.officer", "amendments"),
    "amendments/new": ("performance.officer", "amendments"),
    "people/accounts": ("administrator", "people"),
}


def page(service: Served, path: str, by: str) -> Element:
    answer = service.caller(by).get(path, headers=HTML)
    assert 200 == answer.status_code, answer.text
    return parsed(answer.text)


def check(service: Served, path: str, by: str, above: str) -> None:
    """That a form says so under a past clock, leads back to its page there, and only then."""
    form = page(service, f"{path}?{THEN}", by).one("main")
    line = next(each for each in form.every("p") if SAID in each.text)
    assert f"{above}?{THEN}" == line.one("a")["href"]
    assert SAID not in page(service, path, by).text
    assert SAID not in page(service, f"{path}?known_at=&policy_at=now", by).text


@pytest.mark.parametrize("path", FORMS)
def test_a_form_asked_for_with_a_past_clock_says_that_it_is_of_now(
    service: Served, path: str
) -> None:
    check(service, path, *FORMS[path])


@pytest.mark.parametrize("form", OTHERS)
def test_so_does_a_form_of_change_and_that_of_accounts(demo_service: Served, form: str) -> None:
    by, above = OTHERS[form]
    check(demo_service, f"{WARWICKSHIRE}/{form}", by, f"{WARWICKSHIRE}/{above}")


@pytest.mark.parametrize("path", ["/", "/tasks", COUNTY, f"{COUNTY}/people", f"{COUNTY}/sign-off"])
def test_a_page_that_takes_its_clocks_says_nothing_of_forms(service: Served, path: str) -> None:
    assert SAID not in page(service, f"{path}?known_at=2099-01-31", "performance").text
