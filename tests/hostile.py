"""A ledger in which everything that anybody can write is an attack on whoever reads it."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
from journeys.asking import said
from services import HOME, Served

from http_api import clock
from ledger.accounts import begin_session

# What no page has of its own, so that a single one of them is a hole.
TAG, ATTRIBUTE, PRODUCT = "evil", "data-evil", "49000049"
TEXT = (
    'Zx<script>alert(1)</script>"\'><img src=x onerror=alert(1)><evil data-evil="1">'
    "</title></textarea></option></script></style>{{7000007*7}}{% raw %}${7000007*7}"
    ' javascript:alert(1) https://x.example/"onmouseover="alert(1) <!-- ]]> &lt;evil&gt; \\"\';'
)
SHORT = "Zx\"'><evil data-evil='1'>{{7000007*7}}"  # for what has a hundred characters
PLAIN = (TEXT * 60)[:9_980]
LONG = f"{PLAIN}\u202e4pm.exe"
CODE = "h\"'><evil>&%2f?#{{7000007*7}}"  # a code may have any visible character but a slash
BLOCK, OUTCOME, INDICATOR, BODY = f"b{CODE}", f"o{CODE}", f"i{CODE}", f"g{CODE}"
VERSION = f"v{CODE}"
OF = f"/agreements/{quote(CODE, safe='')}"
ON = f"{OF}/indicators/{quote(INDICATOR, safe='')}"
TODAY = datetime.now(UTC).date()
PEOPLE = ("entry", "signer", "lead", "district", "performance", "auditor", "board", "reviewer",
          "admin")  # fmt: skip
ROLES = {
    "entry": "entry-officer",
    "signer": "sign-off-officer",
    "lead": "lead-officer",
    "district": "lead-officer",
    "performance": "performance-officer",
    "auditor": "auditor",
    "board": "board-member",
    "reviewer": "change-reviewer",
    "admin": "administrator",
}
YEARS = {"FY2022": "85", "FY2023": "80", "FY2024": "75"}


def _table(heading: str, /, **keys: Any) -> str:
    """A table of a set-up file; texts of JSON are texts of TOML."""
    lines = (f"{key} = {json.dumps(value)}" for key, value in keys.items())
    return "\n".join([f"[{heading}]", *lines, ""])


def set_up_file() -> str:
    """The set-up of the agreement, hostile wherever a text may stand."""
    people = [
        _table("[people]", id=person, name=f"{SHORT} {person}",
               email=f"{person}@county.example",
               **({} if person == "reviewer" else
                  {"partner": "district" if person == "district" else "county"}))
        for person in PEOPLE
    ]  # fmt: skip
    roles = [
        _table("[roles]", person=person, role=role, scope=CODE) for person, role in ROLES.items()
    ]
    targets = [
        _table("[targets]", indicator=INDICATOR, area=HOME, period=year, level=90)
        for year in (*YEARS, "FY2026")
    ]
    return "\n".join(
        [
            _table("agreement", code=CODE, title=TEXT, accountable_body=SHORT,
                   calendar="financial")
            + "start = 2022-04-01\nend = 2040-03-31\n"
            + f'areas = [{{ code = "{HOME}", name = {json.dumps(TEXT)} }}]\n',
            *(_table(f"policies.{kind}", version=VERSION)
              + f"effective_from = 2022-04-01\n{settings}\n"
              for kind, settings in {
                  "rag": "amber_margin = 0.05\njudge = 'submitted'",
                  "travel": "no_change_band = 0",
                  "due": "grace_days = 30",
                  "escalation": "review_after_days = 60",
              }.items()),
            *(_table("[partners]", code=code, name=TEXT, kind=SHORT)
              for code in ("county", "district")),
            *(_table("[bodies]", code=f"{kind[0]}{CODE}", name=TEXT, kind=kind)
              for kind in ("board", "reviewing-body")),
            _table("[bodies]", code=BODY, name=TEXT, kind="thematic-group", blocks=[BLOCK]),
            _table("[priorities]", code=f"p{CODE}", title=TEXT),
            _table("[blocks]", code=BLOCK, title=TEXT),
            _table("[outcomes]", code=OUTCOME, title=TEXT, block=BLOCK, lead="county",
                   priorities=[f"p{CODE}"]),
            _table("[indicators]", code=INDICATOR, title=TEXT, outcome=OUTCOME, unit=SHORT,
                   decimals=1, polarity="bigger-is-better", basis="annual", interval="year",
                   calendar="financial", data_owner=TEXT, definition=PLAIN, source=TEXT),
            *people,
            *roles,
            *targets,
        ]
    )  # fmt: skip


class Hostile:
    """The ledger, served; and whoever acts in it."""

    def __init__(self, service: Served, url: str) -> None:
        self.service = service
        self.sent: set[tuple[str, str]] = set()  # the act and the field of every text that was sent
        self.acts: list[tuple[str, Any, str, str]] = []  # all of it, to be sent in other words
        self._browsers: dict[str, httpx.Client] = {}
        with psycopg.connect(url, autocommit=True) as connection:
            for person in PEOPLE:
                secret = clock.new_token()
                begin_session(connection, person, secret, datetime.now(UTC))
                self._browsers[person] = self._browser({"outturn": secret})
        self._browsers[""] = self._browser({})

    def _browser(self, cookies: dict[str, str]) -> httpx.Client:
        return httpx.Client(
            base_url=self.service.url,
            cookies=cookies,
            headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"},
            timeout=60,
        )

    def browser(self, person: str) -> httpx.Client:
        """The browser of a person, or of nobody."""
        return self._browsers[person]

    def close(self) -> None:
        """Let go of the connections."""
        for browser in self._browsers.values():
            browser.close()

    def post(self, part: str, body: Any, by: str, indicator: str = "") -> httpx.Response:
        """Send something; remember which fields of it were texts of an attacker."""
        of = f"/indicators/{quote(indicator, safe='')}" if indicator else ""
        act = f"/indicators/{{}}/{part}" if indicator else f"/{part}"
        act = re.sub(r"/([0-9a-f-]{36}|\d+)", "/{}", act)
        self.sent |= {(act, field) for field in _hostile_fields(body)}
        self.acts.append((part, body, by, indicator))
        return self.browser(by).post(f"/api/v1{OF}{of}/{part}", json=body)

    def do(self, part: str, body: Any, by: str, indicator: str = "") -> dict[str, Any]:
        """Send something that has to be taken."""
        answer = self.post(part, body, by, indicator)
        return said(answer, answer.status_code if answer.status_code in (200, 201, 202) else 201)

    def values(self) -> list[dict[str, Any]]:
        """The entries of the indicator that hold."""
        asked = {"min_position": self.service.head}
        answer = self.browser("auditor").get(f"/api/v1{ON}/values", params=asked)
        return list(said(answer, 200)["values"])


def _hostile_fields(body: Any, path: str = "") -> Iterator[str]:
    if isinstance(body, dict):
        for name, value in body.items():
            yield from _hostile_fields(value, f"{path}.{name}" if path else name)
    elif isinstance(body, list):
        for value in body:
            yield from _hostile_fields(value, f"{path}[]")
    elif isinstance(body, str) and body.startswith("Zx"):
        yield path


def day(days: int) -> str:
    """A day from today on."""
    return (TODAY + timedelta(days=days)).isoformat()


def act_on_values(hostile: Hostile) -> None:
    """Values with notes and evidence: corrected, returned, withdrawn, signed off, loaded."""
    entries = [
        {"period": year, "area": HOME, "value": value, "note": LONG}
        for year, value in YEARS.items()
    ]
    odd: dict[str, Any] = {"breakdown": {'Zx"<evil>': "Zx\"'><evil>"}, "value": "5", "note": TEXT}
    entries += [{"period": "FY2022", "area": HOME, **odd}]
    done = hostile.do("submissions", {"entries": entries, "note": LONG}, "entry", INDICATOR)
    names = [one["name"] for one in done["entries"]]
    corrected = {"period": "FY2022", "area": HOME, "value": "84", "note": TEXT}
    hostile.do("corrections", {"entries": [corrected], "reason": LONG}, "entry", INDICATOR)
    hostile.do("returns", {"entries": [names[1]], "reason": TEXT}, "signer", INDICATOR)
    hostile.do("withdrawals", {"entries": [names[3]], "reason": TEXT}, "entry", INDICATOR)
    latest = next(one for one in hostile.values() if one["name"] == names[2])
    signed = {"entries": [{"name": latest["name"], "digest": latest["digest"]}]}
    hostile.do("sign-offs", signed, "signer", INDICATOR)
    file = {"file": (f"{SHORT}.txt", TEXT.encode(), "text/html")}
    kept = said(hostile.browser("entry").post(f"/api/v1{OF}/attachments", files=file), 201)
    evidence = {"entries": [names[2]], "attachments": [kept["attachment"]]}
    hostile.do("evidence", evidence, "entry", INDICATOR)


def act_on_performance(hostile: Hostile) -> None:
    """Everything that people do about a value below its target."""
    of = {"body": f"b{CODE}", "minute_reference": SHORT}
    step = {"action": LONG, "due_on": day(60), "responsible": "lead"}
    plan = {"period": "FY2024", "cause": LONG, "steps": [step], "begins_on": day(0),
            "ends_on": day(90)}  # fmt: skip
    remedy = {"period": "FY2024", "action": LONG}
    examined = {"period": "FY2024", "note": LONG, **of}
    hostile.do("examinations", examined, "performance", INDICATOR)
    hostile.do("remedial-actions", remedy, "lead", INDICATOR)
    hostile.do("action-plans", plan, "lead", INDICATOR)
    hostile.do("action-plans/1/return", {"reason": LONG, **of}, "board", INDICATOR)
    hostile.do("action-plans", plan, "lead", INDICATOR)
    hostile.do("action-plans/2/acceptance", {"note": LONG, **of}, "board", INDICATOR)
    hostile.do("fast-tracks", {"stage": 3, "reason": LONG, **of}, "board", INDICATOR)
    decided = {"decision": "review-issues", "reason": LONG, **of}
    hostile.do("interventions", decided, "board", INDICATOR)
    commended = {"period": "FY2024", "reason": LONG, **of}
    hostile.do("commendations", commended, "board", INDICATOR)
    hostile.do("closures", {"reason": LONG, **of}, "board", INDICATOR)


def act_on_the_agreement(hostile: Hostile) -> None:
    """Sealed, and changed by amendments: one is approved, one withdrawn, one refused."""
    of = {"body": f"b{CODE}", "minute_reference": SHORT}
    hostile.do("seal", {"minute_reference": SHORT, "freeze_days": 0}, "board")
    target = {"indicator": INDICATOR, "area": HOME, "period": "FY2026", "level": "80",
              "no_baseline": LONG}  # fmt: skip
    proposal = {"title": SHORT, "reason": LONG, "effective_from": "FY2026", "targets": [target]}
    for _ in range(3):
        hostile.do("amendments", proposal, "lead")
    revision = {"effective_from": "FY2026", "reason": LONG, "targets": [target]}
    hostile.do("amendments/1/revisions", revision, "lead")
    hostile.do("amendments/1/objections", {"partner": "county", "reason": LONG}, "board")
    hostile.do("amendments/1/consents", {"partner": "county", "note": LONG}, "board")
    hostile.do("amendments/1/rehearsals", None, "lead")
    decided = {"decision": "approved", "reason": LONG, **of}
    hostile.do("amendments/1/decisions", decided, "board")
    hostile.do("amendments/2/withdrawal", {"reason": LONG}, "lead")
    refresh = {"title": SHORT, "opens_on": day(-1), "closes_on": day(30)}
    opened = hostile.do("refreshes", refresh, "performance")["refresh"]
    lower = [{**target, "level": "70"}]
    hostile.do("amendments", {**proposal, "targets": lower, "refresh": opened}, "lead")
    hostile.do("publications", {"title": TEXT[:150]}, "performance")
    person = {"id": "new", "name": f"{SHORT} new", "email": "new@county.example"}
    hostile.do("people", person, "admin")


def act_by_files(hostile: Hostile) -> None:
    """A file of a hostile name with hostile cells, looked at and given up."""
    cells = ",".join(f'"{cell.replace(chr(34), 2 * chr(34))}"' for cell in (INDICATOR, HOME))
    rows = [f'{cells},FY2023,"=cmd|x<evil>",Zx<evil>', f"{cells},Zx<evil>,5,=1+1"]
    content = "\n".join(["indicator,area,period,value,note", *rows]).encode()
    path = f"/api/v1{OF}/loads"
    browser = hostile.browser("entry")
    file = {"file": (f"{SHORT}.csv", content)}
    load = said(browser.post(path, params={"dry_run": True}, files=file), 202)["load"]
    give_up = datetime.now(UTC) + timedelta(seconds=30)
    while said(browser.get(f"{path}/{load}"), 200)["state"] != "checked":
        assert datetime.now(UTC) < give_up
    hostile.do(f"loads/{load}/abandonment", {"reason": LONG}, "entry")


def act_on_accounts(hostile: Hostile) -> None:
    """A token and a saved view of hostile names, and a view of a hostile address."""
    browser = hostile.browser("performance")
    for path, form in (
        ("/account/tokens", {"label": SHORT, "read": "yes"}),
        ("/account/views", {"name": SHORT, "address": f"/?x={SHORT}"}),
        ("/account/views", {"name": f"{SHORT} 2", "address": "javascript:alert(1)//"}),
    ):
        answer = browser.post(path, data=form, follow_redirects=False)
        assert answer.status_code in {200, 201, 303}, answer.text


def in_other_words(body: Any, words: str) -> Iterator[Any]:
    """A body again and again, each time with other words in the place of one hostile text."""
    if isinstance(body, str):
        if body.startswith("Zx"):
            yield words
    elif isinstance(body, dict):
        for name, value in body.items():
            for other in in_other_words(value, words):
                yield {**body, name: other}
    elif isinstance(body, list):
        for n, value in enumerate(body):
            for other in in_other_words(value, words):
                yield [*body[:n], other, *body[n + 1 :]]
