"""Who may do what, and what becomes of the attempts of those who may not."""

import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from journeys.asking import (
    AGREEMENT,
    SIGNER,
    correct,
    entry,
    get,
    of,
    post,
    refused,
    said,
    sign_off,
    submit,
    values,
)
from services import AGREEMENT_FILE, DISTRICT, ENTRY_OFFICER, Served, done_well, outturn

REPAIRS = "repairs"
REASON = {"reason": "It is not clear what was counted."}


@pytest.fixture(scope="session")
def given(service: Served) -> dict[str, Any]:
    """A value that waits for its sign-off."""
    answer = submit(service, REPAIRS, entry("80"))
    return values(service, REPAIRS, answer["position"])[0]


def body_of(act: str, given: dict[str, Any]) -> dict[str, Any]:
    """What one would send to do this act to the value."""
    if act in {"submissions", "corrections"}:
        return {"entries": [entry("81", area=DISTRICT)], **(REASON if act == "corrections" else {})}
    if act == "sign-offs":
        return {"entries": [{"name": given["name"], "digest": given["digest"]}]}
    return {"entries": [given["name"]], **REASON}


def after(service: Served, head: int) -> list[dict[str, Any]]:
    """What happened to the indicator since a position, of which there is something."""
    asked: dict[str, Any] = {"after": head, "min_position": head + 1}
    return list(get(service, of(REPAIRS, "history"), **asked)["events"])


FORBIDDEN = {
    "submissions": ["signer.homes", "entry.work", "auditor", "board", "administrator", "stranger"],
    "corrections": ["signer.homes", "entry.work", "auditor", "board", "administrator", "stranger"],
    "withdrawals": ["signer.homes", "entry.work", "auditor", "board", "administrator", "stranger"],
    "returns": ["entry.work", "auditor", "board", "administrator", "stranger"],
    "sign-offs": ["entry.work", "performance", "auditor", "board", "administrator", "stranger"],
}
ACTIONS = {
    "submissions": "submit",
    "corrections": "correct",
    "withdrawals": "withdraw",
    "returns": "return",
    "sign-offs": "sign-off",
}


@pytest.mark.parametrize(
    ("act", "person"), [(act, person) for act, people in FORBIDDEN.items() for person in people]
)
def test_who_lacks_the_role_or_the_scope_is_refused_and_the_attempt_recorded(
    service: Served, given: dict[str, Any], act: str, person: str
) -> None:
    head = service.head
    answer = post(service, REPAIRS, act, body_of(act, given), by=person)

    refused(answer, 403, "no-role")
    if person == "stranger":  # whose tries are no part of the history of an indicator
        kind = "amendment-action-refused"
        asked: dict[str, Any] = {"order": "newest", "limit": 1, "min_position": head + 1}
        (event,) = get(service, f"{AGREEMENT}/events", **asked)["events"]
        assert REPAIRS == event["data"]["scope"]
    else:
        kind = "action-refused"
        (event,) = after(service, head)
    assert (head + 1, person, kind) == (event["position"], event["actor"], event["type"])
    assert (ACTIONS[act], "no-role") == (event["data"]["action"], event["data"]["code"])
    assert event["data"].get("entries", []) in ([], [given["name"]])
    assert head + 1 == service.head == int(answer.headers["ledger-position"])


JUNK = "Jane Doe of 1 High Street"


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("withdrawals", {"entries": [JUNK], "reason": JUNK}),
        ("returns", {"entries": ["7.1 Jane", "7", "7.", "99999999.0", JUNK], "reason": JUNK}),
        ("sign-offs", {"entries": [{"name": JUNK, "digest": "x"}], "assurance": "checked"}),
        ("evidence", {"entries": [JUNK], "attachments": ["a" * 64]}),
        ("submissions", {"entries": [entry("5", "FY2010", note=JUNK)], "note": JUNK}),
        ("remedial-actions", {"period": "FY2024", "action": JUNK}),
    ],
)
def test_nothing_that_somebody_typed_is_kept_of_what_their_duties_forbid(
    service: Served, given: dict[str, Any], act: str, body: dict[str, Any]
) -> None:
    """What is no name of an entry may be about anybody, and the record forgets nothing."""
    head, names = service.head, [given["name"]] if "entries" in body else []
    if act in {"withdrawals", "returns"}:
        body = body | {"entries": [*body["entries"], *names, f"{given['name']}0", *names]}
    else:
        names = []
    refused(post(service, REPAIRS, act, body, by="auditor"), 403, "no-role")

    (event,) = after(service, head)
    assert names == event["data"].get("entries", [])
    with psycopg.connect(service.where["OUTTURN_DATABASE_URL"]) as connection:
        found = connection.execute(
            "SELECT count(*) FROM ledger.texts WHERE text LIKE %s", (f"{JUNK}%",)
        )
        assert (0,) == found.fetchone()


def test_what_a_stranger_tries_moves_nothing_that_officers_saw(
    service: Served, given: dict[str, Any]
) -> None:
    """It is on record all the same, and the auditor's page tells of it."""
    address = of(REPAIRS)
    before = get(service, address, min_position=service.head)["version"]
    for act in FORBIDDEN:
        refused(post(service, REPAIRS, act, body_of(act, given), by="stranger"), 403, "no-role")
    assert before == get(service, address, min_position=service.head)["version"]
    saw = {"If-Match": f'"{before}"'}
    body = {"entries": [entry("82", "FY2012")]}
    said(post(service, REPAIRS, "submissions", body, **saw), 201)

    page = service.caller("auditor").get(
        "/agreements/county/audit/refusals", headers={"Accept": "text/html"}
    )
    assert f"tried to sign off for {REPAIRS}, and was refused" in " ".join(page.text.split())


def test_of_many_entries_a_refused_action_names_twenty(service: Served) -> None:
    many = [entry("5", "FY2011", breakdown={"n": str(n)}) for n in range(25)]
    names = [one["name"] for one in submit(service, REPAIRS, *many)["entries"]]
    head = service.head
    body = {"entries": names, "reason": "Mine."}
    refused(post(service, REPAIRS, "withdrawals", body, by="auditor"), 403, "no-role")
    (event,) = after(service, head)
    assert names[:20] == event["data"]["entries"]


def test_the_name_of_a_strangers_file_is_kept_nowhere(service: Served) -> None:
    for person, kept in (("stranger", ""), ("auditor", f"{JUNK}.csv")):
        file = {"file": (f"{JUNK}.csv", b"x")}
        refused(service.caller(person).post(f"{AGREEMENT}/loads", files=file), 403, "no-role")
        asked: dict[str, Any] = {"order": "newest", "limit": 1, "min_position": service.head}
        (event,) = get(service, f"{AGREEMENT}/events", **asked)["events"]
        assert ("load-refused", kept) == (event["type"], event["data"]["file"])


def test_nobody_signs_off_their_own_entry_and_the_attempt_is_recorded(
    service: Served, given: dict[str, Any]
) -> None:
    """This officer holds the role of signing here; it is the entry that is their own."""
    head = service.head
    answer = post(service, REPAIRS, "sign-offs", body_of("sign-offs", given), by=ENTRY_OFFICER)

    refused(answer, 403, "self-sign-off")
    (event,) = after(service, head)
    assert ("action-refused", "self-sign-off") == (event["type"], event["data"]["code"])
    assert [given["name"]] == event["data"]["entries"]
    (row,) = values(service, REPAIRS, head + 1, period="FY2024")
    assert row["signed_off"] is None


def test_nobody_signs_off_what_they_corrected_last(service: Served) -> None:
    given = submit(service, REPAIRS, entry("70", "FY2021"), by="performance")
    corrected = correct(service, REPAIRS, entry("71", "FY2021"))
    (row,) = values(service, REPAIRS, corrected["position"], period="FY2021")
    body = {"entries": [{"name": row["name"], "digest": row["digest"]}]}

    assert "performance" == row["submitted_by"]
    assert given["entries"][0]["name"] == row["replaces"]
    refused(post(service, REPAIRS, "sign-offs", body, by=ENTRY_OFFICER), 403, "self-sign-off")


def test_a_digest_of_what_was_there_before_is_refused(service: Served) -> None:
    position = submit(service, REPAIRS, entry("60", "FY2020"))["position"]
    (seen,) = values(service, REPAIRS, position, period="FY2020")
    corrected = correct(service, REPAIRS, entry("61", "FY2020"))["entries"][0]["name"]
    head = service.head

    former = {"entries": [{"name": seen["name"], "digest": seen["digest"]}]}
    refused(post(service, REPAIRS, "sign-offs", former, by=SIGNER), 409, "not-current")
    stale = {"entries": [{"name": corrected, "digest": seen["digest"]}]}
    refused(post(service, REPAIRS, "sign-offs", stale, by=SIGNER), 409, "sign-off-stale")
    assert head == service.head


def test_a_correction_after_the_sign_off_lapses_it(service: Served) -> None:
    given = submit(service, REPAIRS, entry("50", "FY2019"))
    name = given["entries"][0]["name"]
    signed = sign_off(service, REPAIRS, name, position=given["position"])
    corrected = correct(service, REPAIRS, entry("51", "FY2019"))

    for position, signer in ((signed["position"], SIGNER), (corrected["position"], None)):
        (row,) = values(
            service, REPAIRS, position, period="FY2019", known_at=f"position:{position}"
        )
        assert signer == (row["signed_off"] and row["signed_off"]["by"])


@pytest.mark.parametrize("person", ["board", "auditor", "administrator", "entry.work"])
def test_whoever_holds_any_role_may_read_all_of_the_agreement(service: Served, person: str) -> None:
    for path in (AGREEMENT, f"{AGREEMENT}/status", of(REPAIRS), of(REPAIRS, "values")):
        get(service, path, by=person)


@pytest.mark.parametrize(
    "path",
    [
        AGREEMENT,
        f"{AGREEMENT}/status",
        of(REPAIRS),
        of(REPAIRS, "values"),
        of(REPAIRS, "history"),
        f"{of(REPAIRS, 'why')}?period=FY2024",
    ],
)
def test_whoever_holds_none_may_read_nothing_of_it(service: Served, path: str) -> None:
    refused(service.caller("stranger").get(path), 403, "no-role")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "unauthenticated"),
        ("Basic YTpi", "unauthenticated"),
        ("Bearer", "unauthenticated"),
        ("Bearer outturn_nobody", "unknown-token"),
        ("Bearer " + "x" * 5000, "unknown-token"),
        (b"Bearer \xff\xfe", "unknown-token"),
    ],
)
@pytest.mark.parametrize("path", [AGREEMENT, "/api/v1/agreements", "/api/v1/ledger/events"])
def test_without_a_known_token_nothing_is_answered(
    service: Served, path: str, header: str | bytes | None, code: str
) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = service.caller().get(path, headers=headers)  # type: ignore[arg-type]

    refused(answer, 401, code)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_without_a_token_a_body_is_not_even_looked_at(service: Served) -> None:
    answer = service.caller().post(of(REPAIRS, "submissions"), content=b"\xff{")
    refused(answer, 401, "unauthenticated")


def test_a_role_given_while_serving_counts_at_once(service: Served, tmp_path: Path) -> None:
    """By the command line, that is in another process than the one that serves."""
    parish = AGREEMENT_FILE.read_text("utf-8").replace(
        'code = "county"\ntitle', 'code = "parish"\ntitle'
    )
    role = '\n[[people]]\nid = "stranger"\nname = "Sam Stone"\nemail = "sam@elsewhere.example"\n'
    role += '\n[[roles]]\nperson = "stranger"\nrole = "auditor"\nscope = "parish"\n'
    parish = parish.replace('scope = "county"', 'scope = "parish"')
    (tmp_path / "indicators.csv").write_bytes(
        AGREEMENT_FILE.with_name("indicators.csv").read_bytes()
    )
    file = tmp_path / "parish.toml"
    file.write_text(parish, "utf-8")
    done_well(outturn("agreement", "apply", file, where=service.where))
    path = "/api/v1/agreements/parish/status"
    refused(service.caller("stranger").get(path), 403, "no-role")
    file.write_text(parish + role, "utf-8")
    position = done_well(outturn("agreement", "apply", file, "--json", where=service.where))
    time.sleep(1.1)  # a role is trusted for a second

    asked = {"min_position": position.document["position"]}
    assert "parish" == get(service, path, by="stranger", **asked)["agreement"]
    elsewhere = "/api/v1/agreements/parish/indicators/leavers/submissions"
    body = {"entries": [entry()]}
    said(service.caller("performance").post(elsewhere, json=body), 201)
