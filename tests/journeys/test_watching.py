"""What operators watch: health, metrics, and the position on every answer."""

import re

import httpx
import pytest
from journeys.asking import AGREEMENT, entry, get, of, post, refused, submit
from services import Served, done_well, outturn, serving


def test_the_service_lives_and_is_ready(service: Served) -> None:
    caller = service.caller()
    assert {"status": "ok"} == caller.get("/health/live").json()
    submit(service, "rents", entry("5", "FY2021"))
    ready = caller.get("/health/ready").json()
    assert "ok" == ready["status"]
    assert ready["projected_position"] <= ready["position"]


def metric(service: Served, name: str, *, anew: bool = False) -> float:
    """The value of one metric; 0 for one that was never counted. ``anew``: by a new connection."""
    get_it = httpx.get if anew else service.caller().get
    answer = get_it(f"{service.url}/metrics")
    assert 200 == answer.status_code
    assert "text/plain; version=0.0.4; charset=utf-8" == answer.headers["content-type"]
    found = re.search(rf"^{re.escape(name)} (\S+)$", answer.text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_whichever_worker_is_asked_the_metrics_are_of_all(service: Served) -> None:
    """An operator's program asks over one connection now and over another then."""
    refusals, wrong = 'outturn_http_responses_total{method="DELETE",status="405"}', 40
    with serving(service.where, "--workers", "2") as both:
        for _ in range(wrong):  # each on a connection of its own, which one of the two takes
            assert 405 == httpx.delete(f"{both.url}{AGREEMENT}").status_code
        counted = {metric(both, refusals, anew=True) for _ in range(wrong)}
        position = submit(service, "rents", entry("5", "FY1997"))["position"]
        assert position == metric(both, "outturn_ledger_position", anew=True)
    assert {wrong} == counted


def test_metrics_count_answers_commands_and_positions(service: Served) -> None:
    answers = 'outturn_http_responses_total{method="POST",status="201"}'
    commands = 'outturn_commands_total{command="submit",refused=""}'
    before = metric(service, answers), metric(service, commands)
    position = submit(service, "rents", entry("5", "FY1999"))["position"]
    get(service, of("rents"), min_position=position)

    assert (before[0] + 1, before[1] + 1) == (metric(service, answers), metric(service, commands))
    assert position == metric(service, "outturn_ledger_position")
    assert position == metric(service, "outturn_projected_position")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{AGREEMENT}/status", 200),
        ("GET", AGREEMENT, 200),
        ("GET", of("rents"), 200),
        ("GET", of("rents", "values"), 200),
        ("GET", of("rents", "history"), 200),
        ("GET", f"{of('rents', 'why')}?period=FY2024", 200),
        ("GET", "/api/v1/agreements", 200),
        ("GET", "/api/v1/ledger/events", 200),
        ("GET", "/health/live", 200),
        ("GET", "/health/ready", 200),
        ("GET", "/metrics", 200),
        ("GET", "/schema/openapi.json", 200),
        ("GET", f"{AGREEMENT}/status?known_at=x", 400),
        ("GET", f"{AGREEMENT}/status?area=x", 422),
        ("GET", "/api/v1/agreements/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/nowhere", 404),
        ("DELETE", AGREEMENT, 405),
        ("POST", of("rents", "submissions"), 400),
    ],
)
def test_every_answer_carries_the_position_of_the_ledger(
    service: Served, method: str, path: str, status: int
) -> None:
    get(service, AGREEMENT, min_position=service.head)
    answer = service.caller("board").request(method, path)

    assert status == answer.status_code
    assert str(service.head) == answer.headers["ledger-position"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/health/live", 200), ("/metrics", 200), ("/help", 200), ("/agreements/county", 200),
        (f"{AGREEMENT}/status", 200), ("/static/app.css", 404), ("/api/v1/nowhere", 404),
        (of("rents", "submissions"), 405),
    ],
)  # fmt: skip
def test_the_head_of_an_answer_can_be_asked_for_alone(
    service: Served, path: str, status: int
) -> None:
    """Monitors and checkers of links ask so."""
    caller = service.caller("board")
    whole, head = caller.get(path), caller.head(path)
    assert (status, status, b"") == (whole.status_code, head.status_code, head.content)
    assert whole.headers["content-type"] == head.headers["content-type"]
    assert 200 == caller.get("/health/live").status_code  # on the same connection


def test_a_command_answers_with_its_own_position(service: Served) -> None:
    answer = post(service, "rents", "submissions", {"entries": [entry("4", "FY1998")]})
    assert str(answer.json()["position"]) == answer.headers["ledger-position"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/agreements",
        AGREEMENT,
        f"{AGREEMENT}/status",
        of("leavers"),
        of("leavers", "values"),
        of("leavers", "history"),
        f"{of('leavers', 'why')}?period=FY2023",
        "/api/v1/ledger/events",
    ],
)
@pytest.mark.parametrize("clocks", ["", "known_at=position:{}", "policy_at=2000-01-01"])
def test_every_answer_says_by_which_clocks_it_was_read(
    service: Served, path: str, clocks: str
) -> None:
    clocks = clocks.format(service.set_up)
    address = f"{path}{'&' if '?' in path else '?'}{clocks}"
    said = get(service, address)["clocks"]

    assert {"known_at", "known_position", "policy_at", "policy_position", "is_now"} == set(said)
    assert (clocks == "") == said["is_now"]
    if "known_at" in clocks:
        assert service.set_up == said["known_position"]
    for clock in ("known_at", "policy_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", said[clock])


def test_a_position_that_is_not_there_is_not_waited_for(service: Served) -> None:
    path = f"{AGREEMENT}/status?min_position={service.head + 1}"
    problem = refused(service.caller("board").get(path), 404, "no-such-position")
    assert "min_position" == problem["errors"][0]["field"]


def test_after_the_service_starts_it_is_ready_only_with_answers(service: Served) -> None:
    """Nothing known would look like an agreement that does not exist."""
    assert service.head >= service.set_up
    checked = outturn("projections", "check", "--json", where=service.where)
    assert {"same": True, "differences": []} == done_well(checked).document
