"""The forms of acts as pages: what they ask, how they tell what is wrong, what pages offer."""

import re
from collections.abc import Iterator

import pytest
from browser.built_acts import FORMS, act_page, drawn, offer_page, on_page
from browser.judged import CODE
from browser.parsed import parsed
from browser.visiting import BOARD, REGISTER
from litestar import Litestar
from litestar.testing import TestClient
from msgspec.structs import fields

from http_api.pages.advice import NEXT_STEP, next_steps
from http_api.pages.filling import Rows
from http_api.pages.links import ACTS
from http_api.pages.response_fields import ACT_FORMS, ActForm
from policies.refusals import DutyRefusal, FieldProblem, all_refusals

ABSENCE = f"{BOARD}/indicators/absence"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(
        Litestar([act_page, offer_page], openapi_config=None, logging_config=None)
    ) as client:
        yield client


def offers(client: TestClient[Litestar], page: str) -> dict[str, str]:
    """What a page offers in words, and where each leads."""
    text = client.get(f"/offers/{page}").text
    section = parsed(text).one("section", cls="app-panel--ask")
    return {link.text: link["href"] for link in section.every("a")}


@pytest.mark.parametrize("name", FORMS)
def test_every_field_has_its_label_and_is_in_one_form_with_a_key(name: str) -> None:
    shown, text = drawn(name)
    page = parsed(text).one("main")
    form = page.one("form")
    assert ("post", "") == (form["method"], form["enctype"])
    assert form["action"].startswith(f"/agreements/{CODE}/")
    assert shown.key == form.one("input", name="key")["value"]
    inputs = form.every("input", "textarea", "select")
    assert {"key", *(field.name for field in on_page(shown))} == {one["name"] for one in inputs}
    labelled = {label["for"] for label in form.every("label")}
    assert {one["id"] for one in inputs if one["type"] != "hidden"} == labelled
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", FORMS)
def test_what_is_wrong_is_told_at_the_top_and_at_its_field(name: str) -> None:
    shown, text = drawn(name, wrong=True)
    page = parsed(text)
    summary = page.one("div", cls="govuk-error-summary")
    said = [one.text for one in summary.every("li")]
    assert len(said) == len(set(said)), "no two links that say the same lead to different fields"
    for problem, line in zip(shown.problems, said, strict=True):
        assert line.endswith(problem.detail)
    for link in summary.every("a"):
        anchor = link["href"].removeprefix("#")
        assert 1 == len([one for one in page.every() if one["id"] == anchor]), anchor
    assert len(shown.problems) - 1 == len(page.every("p", cls="govuk-error-message"))
    assert page.one("title").text.startswith("Error: ")
    assert "somebody else acted on the same thing" in page.one("main").text
    assert "<script>alert" not in text


@pytest.mark.parametrize("one", ACT_FORMS, ids=lambda one: one.action.value)
def test_a_form_asks_all_that_the_api_takes(one: ActForm) -> None:
    """But for the area of a plan, which its number says, and which is kept for the way back."""
    shown, _ = drawn(one.action.value)
    asked = {each.name for each in shown.form.fields}
    assert {field.name for field in fields(one.shape)} == asked - ({"area"} - {
        field.name for field in fields(one.shape)
    })  # fmt: skip
    for rows in shown.form.fields:
        if isinstance(rows, Rows):
            assert {"action", "due_on", "responsible"} == {each.name for each in rows.fields}


def test_every_act_is_offered_in_words_where_its_form_is(client: TestClient[Litestar]) -> None:
    found = offers(client, "performance")
    assert {f"{ABSENCE}/{path.format(plan=2)}?area=E10000031" for path in ACTS.values()} == {
        *found.values()
    }
    assert f"{ABSENCE}/action-plans/2/return?area=E10000031" == found["Send action plan 2 back"]


def test_what_the_stage_waits_for_is_offered_first(client: TestClient[Litestar]) -> None:
    """A plan that was accepted waits for its review: nothing is more due than the rest."""
    page = parsed(client.get("/offers/performance").text)
    assert [] == page.one("section", cls="app-panel--ask").every("a", cls="govuk-button")


def test_a_page_tells_of_what_was_recorded(client: TestClient[Litestar]) -> None:
    for page in ("performance", "examinations", "amendment", "register"):
        banner = parsed(client.get(f"/offers/{page}").text).one(
            "div", cls="govuk-notification-banner"
        )
        assert "Success Recorded at position 1742." == banner.text
        assert f"{BOARD}/audit/events/1742" == banner.one("a")["href"]


def test_a_value_that_nobody_looked_at_can_be_said_to_be_examined(
    client: TestClient[Litestar],
) -> None:
    page = parsed(client.get("/offers/examinations").text)
    links = [one for one in page.every("a") if one.text.startswith("Record it")]
    assert links
    for link in links:
        assert re.search(r"/indicators/(absence|gld)/examinations\?", link["href"])
        assert "period=" in link["href"]


def test_an_amendment_says_what_stands_against_it_and_offers_the_rehearsal(
    client: TestClient[Litestar],
) -> None:
    found = offers(client, "amendment")
    there = f"{REGISTER}/2"
    assert {
        "Consent": f"{there}/consents",
        "Object": f"{there}/objections",
        "Decide on it": f"{there}/decisions",
        "Revise the proposal": f"{there}/revisions",
        "Withdraw the proposal": f"{there}/withdrawal",
    } == found
    section = parsed(client.get("/offers/amendment").text).one("section", cls="app-panel--ask")
    assert "It cannot be approved yet. It was rehearsed as known at 310" in section.text
    assert NEXT_STEP["rehearsal-stale"] in section.text
    form = section.one("form")
    assert (f"{there}/rehearsals", "0" * 32) == (
        form["action"], form.one("input", name="key")["value"],
    )  # fmt: skip
    assert "Rehearse it again" == form.one("button").text


def test_the_register_offers_what_can_be_begun(client: TestClient[Litestar]) -> None:
    found = offers(client, "register")
    assert {
        "Propose an amendment": f"{REGISTER}/new",
        "Open a refresh": f"{BOARD}/refreshes",
        "Seal the agreement": f"{BOARD}/seal",
    } == found


def test_a_revision_opens_with_the_proposal_as_it_is() -> None:
    page = parsed(drawn("amendments-revisions")[1])
    level = page.one("input", name="targets[0].level")
    assert "71.5" == level["value"]
    chosen = [one.text for one in page.every("option") if "selected" in one.attributes]
    assert "Stretch" in chosen
    retired = page.one("select", name="retirements[0].indicator")
    assert ["smoking"] == [
        one["value"] for one in retired.every("option") if "selected" in one.attributes
    ]
    written = page.one("textarea", name="others").text
    assert '"definitions"' in written
    assert '"kind": "major"' in written


def test_a_decision_that_cannot_be_an_approval_is_asked_as_a_rejection_only() -> None:
    page = parsed(drawn("amendments-decisions")[1]).one("main")
    offered = [one["value"] for one in page.every("input", name="decision")]
    assert ["rejected"] == offered
    assert "It cannot be approved yet." in page.text


def test_every_next_step_is_of_a_refusal_and_duties_are_on_record() -> None:
    refusals = all_refusals()
    assert set() == set(NEXT_STEP) - set(refusals)
    for code, refusal in refusals.items():
        told = next_steps([FieldProblem("", code, "")] * 2)
        assert issubclass(refusal, DutyRefusal) == any("on record" in one for one in told)
        assert len(told) == len(set(told))


def test_a_plan_is_shown_to_whoever_is_to_accept_it() -> None:
    page = parsed(drawn("accept-action-plan")[1]).one("main")
    assert "Action plan 2 submitted" in page.text
    assert "With the costs." in page.text
    assert re.search("The plan runs from .* 2026 to .* 2027[.]", page.text)
    assert "Stage 2: action" in page.text or "stage 2: action" in page.text
