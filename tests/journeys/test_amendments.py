"""Change control over HTTP: an agreement is sealed, and its targets move by agreement alone."""

import hashlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from browser.parsed import parsed
from journeys.asking import refused, said
from journeys.browsing import typed_in
from journeys.pacts import AMENDMENTS, FILE, PACT, Pact, decision, moved, proposal, unsealed_pact
from journeys.walking import HTML
from servers import Server
from services import (
    DISTRICT,
    HOME,
    done_well,
    ledger,
    outturn,
)

__all__ = ["ledger"]


def levels(targets: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """The level of each target, by period and area."""
    return {(one["period"], one["area"]): one["level"] for one in targets}


@pytest.fixture(scope="module")
def unsealed(embedded_server: Server) -> Iterator[Pact]:
    with unsealed_pact(embedded_server) as made:
        yield made


@pytest.fixture(scope="module")
def pact(unsealed: Pact, tmp_path_factory: pytest.TempPathFactory) -> Pact:
    """The agreement, sealed without a freeze; what is refused before and while it is done."""
    refused(
        unsealed.post(AMENDMENTS, proposal(moved("48")), by="lead"), 409, "agreement-not-sealed"
    )
    assert unsealed.get()["sealed"] is None
    seal = {"minute_reference": "12/2026", "freeze_days": 0}
    refused(unsealed.post(f"{PACT}/seal", seal, by="performance"), 403, "no-role")
    said(unsealed.post(f"{PACT}/seal", seal, by="board"), 201)
    changed = tmp_path_factory.mktemp("pact") / "pact.toml"
    changed.write_text(FILE.read_text().replace("level = 45", "level = 46"))
    other, same = (
        outturn("agreement", "apply", file, where=unsealed.service.where)
        for file in (changed, FILE)
    )
    unsealed.applied = other, same
    return unsealed


def test_a_sealed_agreement_says_so_and_takes_no_targets_by_its_set_up(pact: Pact) -> None:
    sealed = pact.get()["sealed"]
    assert "12/2026" == sealed["minute_reference"]
    refused(pact.post(f"{PACT}/seal", {"minute_reference": "1"}, by="board"), 409, "already-sealed")
    assert pact.applied is not None
    other, same = pact.applied
    assert 2 == other.status
    assert f"[[targets]] recycling {DISTRICT} FY2026, level: 45 → 46" in other.err
    done_well(same)


def test_a_local_target_moves_when_its_partners_consent_and_the_board_approves(pact: Pact) -> None:
    """The whole way, with an objection, a revision, and the memorandum at its end."""
    before = levels(pact.get(f"{PACT}/indicators/recycling")["targets"])
    where = pact.proposed(moved("40", area=DISTRICT))
    objection = {"partner": "district", "reason": "That is too little."}
    said(pact.post(f"{where}/objections", objection, by="district"), 201)
    refused(pact.post(f"{where}/consents", {"partner": "district"}, by="board"), 403,
            "other-partner")  # fmt: skip
    told = {one["partner"]: one for one in pact.get(where)["partners"]}
    assert ("objected", "That is too little.") == (
        told["district"]["says"],
        told["district"]["said"]["text"],
    )

    revision = {
        "effective_from": "FY2026",
        "reason": "As the district asked.",
        "targets": [moved("43", area=DISTRICT)],
    }
    refused(pact.post(f"{where}/revisions", revision, by="board"), 403, "not-the-proposer")
    said(pact.post(f"{where}/revisions", revision, by="lead"), 201)
    said(pact.post(f"{where}/consents", {"partner": "district"}, by="district"), 201)
    refused(pact.post(f"{where}/decisions", decision(), by="board"), 409, "consents-missing")
    consent = {"partner": "county", "note": "With regret."}
    said(pact.post(f"{where}/consents", consent, by="board"), 201)
    refused(pact.post(f"{where}/decisions", decision(), by="board"), 409, "not-rehearsed")
    pact.rehearsed(where)
    decided = said(pact.post(f"{where}/decisions", decision(), by="board"), 201)

    answer = pact.get(where)
    assert ("approved", 2, decided["position"]) == (
        answer["state"],
        answer["revision"],
        answer["closed"]["position"],
    )
    [change] = answer["changes"]["targets"]
    assert ("45", "43") == (change["before"]["level"], change["after"]["level"])
    targets = pact.get(f"{PACT}/indicators/recycling")["targets"]
    assert {"43"} == {one["level"] for one in targets if one["area"] == DISTRICT}

    memorandum = pact.get(f"{where}/memorandum")
    assert decided["position"] == memorandum["clocks"]["known_position"]
    bound = {(one["period"], one["area"]): one["bound"] for one in memorandum["targets"]}
    assert ["county", "district"] == bound["FY2026", DISTRICT]
    assert ["county"] == bound["FY2026", HOME] == bound["FY2027", HOME]
    after = {(one["period"], one["area"]): one["target"]["level"] for one in memorandum["targets"]}
    assert before | {("FY2026", DISTRICT): "43"} == after
    then = pact.get(where, known_at=f"position:{decided['position'] - 1}")
    assert "proposed" == then["state"]
    receipt = pact.service.caller("pact.lead").get(decided["receipt"])
    assert 200 == receipt.status_code, receipt.text


def test_a_designated_target_needs_the_reviewing_body_too(pact: Pact) -> None:
    where = pact.agreed(moved("53", "FY2027", kind="designated"))
    said(pact.post(f"{where}/decisions", decision(), by="board"), 201)
    assert "proposed" == pact.get(where)["state"]
    refused(pact.post(f"{where}/decisions", decision(), by="board"), 409, "body-decided")
    refused(pact.post(f"{where}/decisions", decision("office"), by="board"), 403, "no-role")
    said(pact.post(f"{where}/decisions", decision("office"), by="reviewer"), 201)
    assert ["board", "reviewing-body"] == [one["kind"] for one in pact.get(where)["bodies"]]
    assert "approved" == pact.get(where)["state"]
    refused(pact.post(f"{where}/withdrawal", {"reason": "Late."}, by="lead"), 409,
            "amendment-closed")  # fmt: skip


def test_nobody_decides_on_their_own_proposal_and_the_attempt_is_found(pact: Pact) -> None:
    where = pact.agreed(moved("47"), by="board")
    refused(pact.post(f"{where}/decisions", decision(), by="board"), 403, "own-proposal")
    asked: dict[str, Any] = {"kind": "refusals", "actor": "pact.board", "limit": 1}
    [event] = pact.get(f"{PACT}/events", "lead", **asked)["events"]
    assert ("amendment-action-refused", "pact", "own-proposal") == (
        event["type"],
        event["agreement"],
        event["data"]["code"],
    )
    assert int(where.rpartition("/")[2]) == event["amendment"]


def test_a_figure_after_the_rehearsal_has_to_be_looked_at(pact: Pact) -> None:
    where = pact.agreed(moved("46"))
    entries = [{"period": "FY2024", "area": HOME, "value": str(time.time_ns() % 1000)}]
    submitted = f"{PACT}/indicators/recycling/submissions"
    said(pact.post(submitted, {"entries": entries}, by="entry"), 201)
    refused(pact.post(f"{where}/decisions", decision(), by="board"), 409, "rehearsal-stale")
    rejected = {**decision(), "decision": "rejected", "reason": "Too late."}
    said(pact.post(f"{where}/decisions", rejected, by="board"), 201)
    assert "Too late." == pact.get(where)["closed"]["text"]
    assert "rejected" == pact.get(f"{where}/memorandum")["amendment"]["state"]


def test_the_document_of_a_rehearsal_comes_byte_for_byte(pact: Pact) -> None:
    where = pact.proposed(moved("49"))
    reader = pact.service.caller("pact.entry")
    refused(reader.get(f"{where}/rehearsal", params={"min_position": pact.service.head}), 409,
            "not-rehearsed")  # fmt: skip
    taken = pact.rehearsed(where)
    answer = reader.get(f"{where}/rehearsal", params={"min_position": pact.service.head})
    assert 200 == answer.status_code
    assert taken["digest"] == hashlib.sha256(answer.content).hexdigest()
    assert taken["summary"] == answer.json()["summary"]
    assert "application/json" == answer.headers["content-type"].partition(";")[0]
    refused(pact.post(f"{where}/rehearsals", {}, by="entry"), 403, "no-role")
    refused(reader.get(f"{where}/memorandum"), 409, "amendment-open")


def test_a_slip_in_a_code_is_on_no_record(pact: Pact) -> None:
    head = pact.service.head
    slip = proposal(moved("49") | {"indicator": "recycled"})
    problem = refused(pact.post(AMENDMENTS, slip, by="entry"), 422, "bad-changes")
    assert "targets[0].indicator" == problem["errors"][0]["field"]
    assert head == pact.service.head


WRONG: list[tuple[dict[str, Any], int, str, str]] = [
    (proposal(), 422, "changes-nothing", ""),
    (proposal(moved("about 5")), 422, "not-a-number", "targets[0].level"),
    (proposal(moved("5", "FY2025")), 422, "before-effective", "targets[0].period"),
    (proposal(moved("5", "FY2026-Q1")), 422, "wrong-interval", "targets[0].period"),
    (proposal(moved("0")), 422, "relative-basis-zero-target", "targets[0].level"),
    (
        proposal(moved("5", kind="stretch")),
        422,
        "stretch-performances",
        "targets[0].performance_with",
    ),
    (proposal(moved("5"), reason=""), 422, "reason-required", "reason"),
    (proposal(moved("5"), refresh=99), 404, "unknown-refresh", "refresh"),
    (
        proposal(
            definitions=[
                {"indicator": "recycling", "kind": "minor", "definition": {"title": 1}}
            ]
        ),
        422,
        "bad-changes",
        "definitions[0].definition.title",
    ),
    (
        proposal(
            definitions=[
                {"indicator": "recycling", "kind": "minor", "definition": {"title": "a\x00b"}}
            ]
        ),
        422,
        "bad-changes",
        "definitions[0].definition",
    ),
    (
        proposal(
            policies=[
                {
                    "kind": "due",
                    "version": "1",
                    "effective_from": "2026-04-01",
                    "settings": {"grace_days": 10**12},
                }
            ]
        ),
        422,
        "bad-changes",
        "policies[0].settings.grace_days",
    ),
    (
        proposal(
            policies=[
                {
                    "kind": "rag",
                    "version": "2",
                    "effective_from": "2026-04-01",
                    "settings": {"amber_margin": 0.05, "colour": "blue"},
                }
            ]
        ),
        422,
        "bad-changes",
        "policies[0].settings.colour",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status", "code", "field"), WRONG)
def test_what_could_not_stand_is_refused_by_its_field(
    pact: Pact, body: dict[str, Any], status: int, code: str, field: str
) -> None:
    problem = refused(pact.post(AMENDMENTS, body, by="performance"), status, code)
    assert field == problem["errors"][0]["field"]


def test_a_level_that_stands_already_changes_nothing(pact: Pact) -> None:
    stands = levels(pact.get(f"{PACT}/indicators/recycling")["targets"])["FY2026", DISTRICT]
    same = proposal(moved(stands, area=DISTRICT))
    answer = pact.post(AMENDMENTS, same, by="performance")
    problem = refused(answer, 422, "changes-nothing")
    assert "targets[0].level" == problem["errors"][0]["field"]


def test_definitions_and_rules_go_the_same_way(pact: Pact) -> None:
    sheet = pact.get(f"{PACT}/indicators/recycling")["definition"]
    changed = {**sheet, "title": "Household waste recycled"}
    definitions = [{"indicator": "recycling", "kind": "minor", "definition": changed}]
    policies = [
        {
            "kind": "rag",
            "version": "2",
            "effective_from": "2026-04-01",
            "settings": {"amber_margin": "0.1"},
        }
    ]
    where = pact.agreed(definitions=definitions, policies=policies, by="performance")
    said(pact.post(f"{where}/decisions", decision(), by="board"), 201)
    indicator = pact.get(f"{PACT}/indicators/recycling")
    assert ("Household waste recycled", 2) == (
        indicator["definition"]["title"],
        indicator["definition_version"],
    )
    versions = [one["version"] for one in pact.get()["policies"] if one["kind"] == "rag"]
    assert ["1", "2"] == versions
    for asked in ("now", f"position:{pact.service.head}"):
        [rules] = pact.get(where, known_at=asked)["changes"]["policies"]
        assert ("0.05", "0.1") == tuple(
            rules[side]["amber_margin"] for side in ("before", "settings")
        )


def test_the_same_proposal_sent_twice_is_one(pact: Pact) -> None:
    def send() -> dict[str, Any]:
        body = proposal(moved("44"))
        return said(pact.post(AMENDMENTS, body, by="lead", Idempotency_Key="once"), 201)

    first = send()
    assert first == send()
    listed = pact.get(AMENDMENTS, limit=1)
    assert first["amendment"] == listed["amendments"][0]["number"]
    assert str(first["amendment"]) == listed["next"]


def test_the_same_rehearsal_sent_twice_is_answered_as_recorded(pact: Pact) -> None:
    """Between the two the record moved, so that judged anew it would be another document."""
    where = pact.proposed(moved("45"))

    def send() -> httpx.Response:
        return pact.post(f"{where}/rehearsals", None, by="lead", Idempotency_Key="rehearsed once")

    first = said(send(), 201)
    other = pact.proposed(moved("46"))
    said(pact.post(f"{other}/withdrawal", {"reason": "Not now."}, by="lead"), 201)
    assert first == said(send(), 201)
    kept = pact.service.caller("pact.lead").get(f"{where}/rehearsal")
    assert first["digest"] == hashlib.sha256(kept.content).hexdigest()
    said(pact.post(f"{where}/withdrawal", {"reason": "Not now."}, by="lead"), 201)
    assert first == said(send(), 201)


def test_a_refresh_gathers_until_its_last_day(pact: Pact) -> None:
    today = datetime.now(UTC).date()
    window = {
        "title": "Autumn",
        "opens_on": str(today),
        "closes_on": str(today + timedelta(days=9)),
    }
    refused(pact.post(f"{PACT}/refreshes", window, by="lead"), 403, "no-role")
    number = said(pact.post(f"{PACT}/refreshes", window, by="reviewer"), 201)["refresh"]
    assert window["title"] == pact.get()["refreshes"][-1]["title"]
    where = pact.agreed(moved("42"), refresh=number)
    assert number == pact.get(where)["refresh"]
    refused(pact.post(f"{where}/decisions", decision(), by="board"), 409, "refresh-open")
    together = {"body": "board", "minute_reference": "20/2026"}
    decisions = f"{PACT}/refreshes/{number}/decisions"
    refused(pact.post(decisions, together, by="board"), 409, "refresh-open")
    refused(
        pact.post(f"{PACT}/refreshes/99/decisions", together, by="board"), 404, "unknown-refresh"
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda pact: pact.service.caller("pact.lead").get(f"{AMENDMENTS}/999"),
        lambda pact: pact.service.caller("pact.lead").get(f"{AMENDMENTS}/0"),
        lambda pact: pact.service.caller("pact.lead").get(f"{AMENDMENTS}/999/rehearsal"),
        lambda pact: pact.service.caller("pact.lead").get(f"{AMENDMENTS}/999/memorandum"),
        lambda pact: pact.post(f"{AMENDMENTS}/999/rehearsals", {}, by="lead"),
        lambda pact: pact.post(f"{AMENDMENTS}/0/consents", {"partner": "county"}, by="lead"),
    ],
)
def test_an_amendment_that_is_not_there_is_not_found(
    pact: Pact, ask: Callable[[Pact], httpx.Response]
) -> None:
    refused(ask(pact), 404, "unknown-amendment")


def test_the_operator_seals_on_the_command_line(ledger: dict[str, str]) -> None:
    seal = ("agreement", "seal", "county", "--minute-reference", "12/2026")
    done = done_well(outturn(*seal, "--json", where=ledger))
    assert "county" == done.document["agreement"]
    again = outturn(*seal, where=ledger)
    assert 2 == again.status
    assert "already" in again.err


def cell(pact: Pact, period: str) -> tuple[str | None, str | None]:
    """Status and target of the home area, as the status page has them."""
    [row] = pact.get(f"{PACT}/status", period=period)["rows"]
    return row["status"], row["target"]


def test_what_was_rehearsed_is_what_the_page_shows(pact: Pact) -> None:
    """The effect of an amendment, told before it is decided, and found after it."""
    figure = [{"period": "FY2026", "area": HOME, "value": "30"}]
    submitted = f"{PACT}/indicators/recycling/submissions"
    said(pact.post(submitted, {"entries": figure}, by="entry"), 201)
    assert "red" == cell(pact, "FY2026")[0]
    where = pact.agreed(moved("30", baseline="28"))
    rehearsal = pact.get(f"{where}/rehearsal")
    assert rehearsal["summary"].startswith("1 of ")
    assert "none worse" in rehearsal["summary"]
    [effect] = rehearsal["effects"]
    assert ("FY2026", "red", "green", "30") == (
        effect["period"],
        effect["before"]["status"],
        effect["after"]["status"],
        effect["after"]["target"],
    )
    assert rehearsal["position"] == pact.get(where)["rehearsal"]["position"]
    said(pact.post(f"{where}/decisions", decision(), by="board"), 201)
    assert ("green", "30") == cell(pact, "FY2026")


def test_a_proposal_that_reaches_back_is_told_which_periods_it_would_judge_otherwise(
    pact: Pact,
) -> None:
    """Its rehearsal is not recorded, so the refusal is all that there is to read."""
    figure = [{"period": "FY2021", "area": DISTRICT, "value": "40"}]
    submitted = f"{PACT}/indicators/recycling/submissions"
    said(pact.post(submitted, {"entries": figure}, by="entry"), 201)
    held = pact.get(f"{PACT}/indicators/recycling")["definition"]
    definition = {key: value for key, value in held.items() if value is not None}
    changed = {
        "indicator": "recycling",
        "kind": "minor",
        "definition": {**definition, "polarity": "neutral"},
    }
    where = pact.proposed(definitions=[changed], effective_from="FY2027")
    problem = refused(pact.post(f"{where}/rehearsals", None, by="lead"), 422, "changes-earlier")
    told, _, periods = problem["detail"].partition(" before 2027/28 would be judged otherwise: ")
    assert told.endswith(" periods that begin")
    assert periods.startswith(f"{held['title']}, ")
    assert " → contextual" in periods
    assert "effective_from" == problem["errors"][0]["field"]
    assert pact.get(where)["rehearsal"] is None


def test_a_proposed_target_is_asked_whether_it_is_smart(pact: Pact) -> None:
    figures = [{"period": year, "area": DISTRICT, "value": "41"} for year in ("FY2024", "FY2025")]
    submitted = f"{PACT}/indicators/recycling/submissions"
    said(pact.post(submitted, {"entries": figures}, by="entry"), 201)
    where = pact.proposed(moved("47", area=DISTRICT))
    [target] = pact.get(f"{where}/smart")["targets"]
    answers = {one["question"]: (one["answer"], one["missing"]) for one in target["answers"]}
    assert ("no", "without definition and data owner") == answers["specific"]
    assert "no" == answers["measurable"][0]
    missing = "without the consent of County council and District council"
    assert ("not-yet", missing) == answers["agreed"]
    assert ("yes", "") == answers["results-oriented"] == answers["time-based"]
    why = pact.proposed(moved("48", area=DISTRICT, no_baseline="The count is new."))
    [change] = pact.get(why)["changes"]["targets"]
    assert "The count is new." == change["no_baseline"]
    [target] = pact.get(f"{why}/smart")["targets"]
    answers = {one["question"]: (one["answer"], one["missing"]) for one in target["answers"]}
    assert "yes" == answers["measurable"][0]


def test_the_event_of_a_proposal_is_shown_with_every_text_it_names(pact: Pact) -> None:
    """Also with those of its targets, which an auditor has to read to judge it."""
    pact.proposed(moved("49", area=DISTRICT, no_baseline="Nobody counted before."))
    [newest] = pact.get(f"{PACT}/events", kind="amendment-proposed", limit=1)["events"]
    stored = pact.get(f"{PACT}/events/{newest['position']}")
    told = {"The depot is closed.", "Nobody counted before."}
    assert told == {one["text"] for one in stored["texts"]}
    [target] = newest["data"]["changes"]["targets"]
    assert "Nobody counted before." == target["no_baseline_text"]


def test_a_target_is_smart_by_the_definition_that_is_proposed_with_it(pact: Pact) -> None:
    held = pact.get(f"{PACT}/indicators/recycling")["definition"]
    named = {"data_owner": "The waste team", "definition": "Of all waste of households."}
    definition = {key: value for key, value in held.items() if value is not None} | named
    changed = {"indicator": "recycling", "kind": "minor", "definition": definition}
    where = pact.proposed(moved("44", area=DISTRICT), definitions=[changed])
    [target] = pact.get(f"{where}/smart")["targets"]
    answers = {one["question"]: (one["answer"], one["missing"]) for one in target["answers"]}
    assert ("yes", "") == answers["specific"]


def test_a_revision_by_the_form_gives_no_baseline_back_that_the_proposal_left_out(
    pact: Pact,
) -> None:
    """Over HTTP a target is proposed whole: who then revises its words alone changes no more."""
    based = pact.agreed(moved("33", "FY2033", baseline="30"))
    said(pact.post(f"{based}/decisions", decision(), by="board"), 201)
    where = pact.proposed(moved("34", "FY2033"))
    page = f"{where.removeprefix('/api/v1')}/revisions"
    lead = pact.service.caller("pact.lead")

    def revised(**typed: str) -> str | None:
        """The baseline of the target, after a revision in which this was typed."""
        pact.get(where)  # which waits until the page knows it
        form = typed_in(parsed(lead.get(page, headers=HTML).text).one("main").one("form"))
        answer = lead.post(page, data={**form, "reason": "The words.", **typed}, headers=HTML)
        assert 303 == answer.status_code, answer.text
        [target] = pact.get(where)["changes"]["targets"]
        assert "30" == target["before"]["baseline"]
        found: str | None = target["after"]["baseline"]
        return found

    assert revised() is None
    assert "31" == revised(**{"targets[0].baseline": "31"})
    assert "30" == revised(**{"targets[0].baseline": ""}), "what is emptied is as it is now"


def test_a_withdrawn_amendment_is_not_said_to_wait_for_its_memorandum(pact: Pact) -> None:
    where = pact.proposed(moved("44"))
    said(pact.post(f"{where}/withdrawal", {"reason": "Not now."}, by="lead"), 201)
    reader = pact.service.caller("pact.entry")
    position = {"min_position": pact.service.head}
    none = refused(reader.get(f"{where}/memorandum", params=position), 409, "amendment-open")
    assert "The amendment was withdrawn undecided, so there is no memorandum." == none["detail"]


def test_nothing_is_paid_where_no_rules_of_reward_are_adopted(pact: Pact) -> None:
    assert [] == pact.get(f"{PACT}/rewards")["policies"]
