"""Values entered on the pages of a service that runs: by whom, once, and with nothing lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest
from browser.office import hidden, lines, wrong
from browser.parsed import Element, parsed
from journeys.asking import get, of, values
from services import DISTRICT, ENTRY_OFFICER, HOME, Served

SIGNER, PERFORMANCE = "signer.homes", "performance"
HTML = {"Accept": "text/html"}


def entry_of(indicator: str, period: str) -> str:
    """Where a value of the home area is entered."""
    return f"/agreements/county/indicators/{indicator}/entry?period={period}&area={HOME}"


def page(service: Served, path: str, status: int = 200, *, by: str = ENTRY_OFFICER) -> Element:
    """A page as somebody sees it."""
    answer = service.caller(by).get(path, headers=HTML)
    assert status == answer.status_code, answer.text
    return parsed(answer.text)


def sent(
    service: Served, path: str, typed: dict[str, str], *, by: str = ENTRY_OFFICER
) -> httpx.Response:
    """What a form answers."""
    return service.caller(by).post(path, data=typed, headers=HTML)


def checked(
    service: Served, path: str, typed: dict[str, str], *, by: str = ENTRY_OFFICER
) -> dict[str, str]:
    """What the page of a check carries on to be sent."""
    answer = sent(service, path, {**typed, "step": "check"}, by=by)
    assert 200 == answer.status_code, answer.text
    return {**hidden(parsed(answer.text)), "step": "send"}


def recorded(answer: httpx.Response) -> int:
    """The position at which a form was recorded."""
    assert 303 == answer.status_code, answer.text
    return int(answer.headers["location"].rpartition("/")[2])


def kinds(service: Served, indicator: str) -> list[str]:
    """The kinds of events of an indicator, in order."""
    head = service.head
    told = get(service, of(indicator, "history"), min_position=head)["events"]
    return [event["type"] for event in told]


def test_a_value_is_entered_corrected_returned_given_again_and_withdrawn(service: Served) -> None:
    path = entry_of("viewings", "FY2025-Q1")
    form = checked(service, path, {"numerator": "30", "denominator": "1,204", "note": "As told."})
    position = recorded(sent(service, path, form))
    receipt = page(service, f"/agreements/county/receipts/{position}")
    assert "Ben Okoro, to sign it off" == lines(receipt)["Who is next"]
    (value,) = values(service, "viewings", position)
    assert ("2.5", "30", "1204", "As told.") == (
        value["judged"], value["numerator"], value["denominator"], value["note"],
    )  # fmt: skip

    again = {**hidden(page(service, path)), "numerator": "31", "denominator": "1204"}
    form = checked(service, path, {**again, "reason": "One was late."})
    corrected = recorded(sent(service, path, form))
    act = f"/agreements/county/indicators/viewings/entries/{corrected}.0"
    form = {**hidden(page(service, f"{act}/return", by=SIGNER)), "reason": "In which quarter?"}
    recorded(sent(service, f"{act}/return", form, by=SIGNER))
    again = {**hidden(page(service, path)), "numerator": "31", "denominator": "1204"}
    form = checked(service, path, {**again, "reason": "In the first."})
    third = recorded(sent(service, path, form))
    act = f"/agreements/county/indicators/viewings/entries/{third}.0"
    form = {**hidden(page(service, f"{act}/withdrawal")), "reason": "Counted elsewhere."}
    last = recorded(sent(service, f"{act}/withdrawal", form))

    assert [] == values(service, "viewings", last)
    assert [
        "values-submitted", "values-corrected", "values-returned", "values-corrected",
        "values-withdrawn",
    ] == kinds(service, "viewings")[-5:]  # fmt: skip


def test_a_form_sent_many_times_at_once_is_recorded_once(service: Served) -> None:
    path = entry_of("gates", "FY2022")
    form = checked(service, path, {"value": "91.5"})
    head = service.head
    with ThreadPoolExecutor(6) as pool:
        positions = [recorded(a) for a in pool.map(lambda _: sent(service, path, form), range(8))]

    assert {head + 1} == set(positions)
    assert head + 1 == service.head


@pytest.mark.parametrize("period", ["FY2023", "FY2024", "FY2025"])
def test_of_two_officers_at_one_value_the_slower_is_told_what_the_quicker_gave(
    service: Served, period: str
) -> None:
    path = entry_of("gates", period)
    typed = {ENTRY_OFFICER: "90.1", PERFORMANCE: "90.2"}
    forms = {by: checked(service, path, {"value": value}, by=by) for by, value in typed.items()}
    head, together = service.head, Barrier(2)

    def send(by: str) -> httpx.Response:
        together.wait()
        return sent(service, path, forms[by], by=by)

    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip(typed, pool.map(send, typed), strict=True))
    (slower,) = (by for by, answer in answers.items() if answer.status_code == 409)
    (quicker,) = typed.keys() - {slower}
    told = parsed(answers[slower].text)

    assert head + 1 == recorded(answers[quicker]) == service.head
    assert "Somebody else was quicker." in wrong(told)[0][1]
    assert f"{typed[quicker]}%" == lines(told)["Value"]
    assert typed[slower] == told.one("input", id="value")["value"]
    later = {**hidden(told), "value": typed[slower], "reason": "Counted again."}
    recorded(sent(service, path, checked(service, path, later, by=slower), by=slower))


def test_rows_pasted_with_errors_record_what_is_right_and_say_what_is_not(service: Served) -> None:
    path = f"/agreements/county/entry-grid?period=FY2025&area={HOME}"
    pasted = "\n".join(
        (
            "Sheds let\tNorth Warwickshire\t2024-25\t17",
            "sheds\t\t2024-25\t1,204",
            "sheds\t\t2023-24\tabout 9",
            "training\t\t2024-25\t50",
            "gates\t\t2020-21\t88.4",
            "nothing\t\t2024-25\t50",
        )
    )
    answer = sent(service, path, {"pasted": pasted, "step": "check"})
    told = parsed(answer.text)
    outcomes = [each.text for each in told.every("strong", cls="app-outcome")]
    head = service.head
    form = {**hidden(told), "step": "send"}
    first, second = sent(service, path, form), sent(service, path, form)

    assert ["new", "new", "invalid", "rejected", "new", "rejected"] == outcomes
    location = f"/agreements/county/receipts/{head + 1},{head + 2}"
    assert [location] * 2 == [first.headers["location"], second.headers["location"]]
    assert head + 2 == service.head
    page(service, location)
    areas = {row["area"]: row["value"] for row in values(service, "sheds", head + 2)}
    assert {HOME: "1204", DISTRICT: "17"} == areas


@pytest.mark.parametrize("key", ["", "k" * 5000, "k\0"])
def test_a_form_without_a_key_of_ours_is_never_taken_for_another(service: Served, key: str) -> None:
    """An empty one would make every form without a key the repeat of the first."""
    path = f"/agreements/county/entry-grid?indicator=sheds&area={HOME}"
    pasted = "2021-22\t5\n2020-21\t6"
    told = parsed(sent(service, path, {"pasted": pasted, "step": "check"}).text)
    position = recorded(sent(service, path, {**hidden(told), "step": "send"}))
    went = [
        recorded(
            sent(
                service,
                f"/agreements/county/indicators/sheds/entries/{position}.{n}/withdrawal",
                {"reason": "Counted twice.", "key": key},
            )
        )
        for n in (0, 1)
    ]

    assert [position + 1, position + 2] == went


def test_whoever_may_not_is_refused_and_only_what_was_sent_is_on_record(service: Served) -> None:
    path = entry_of("gates", "FY2026")
    form = checked(service, path, {"value": "90"})
    head = service.head
    page(service, path, 403, by="auditor")
    assert head == service.head

    answer = sent(service, path, {**form, "key": "auditors-own"}, by="auditor")
    assert 403 == answer.status_code
    assert head + 1 == service.head
    assert "action-refused" == kinds(service, "gates")[-1]


def test_without_signing_in_one_is_led_to_the_form_for_that(service: Served) -> None:
    answer = service.caller().get(entry_of("gates", "FY2026"), headers=HTML)
    assert (303, True) == (answer.status_code, "/sign-in" in answer.headers["location"])


def test_a_form_of_somebody_signed_out_says_how_to_send_it_again(service: Served) -> None:
    """Led to the form to sign in, whoever typed it would have lost it."""
    before = service.head
    answer = sent(service, entry_of("bins", "FY2019"), {"value": "5", "step": "check"}, by="")
    assert 401 == answer.status_code
    main = parsed(answer.text).one("main")
    assert "You were signed out before this was sent" == main.one("h1").text
    assert "What you typed is not lost" in main.text
    assert "/sign-in?next=/tasks" in [link["href"] for link in main.every("a")]
    assert before == service.head
