"""Pages of very many rows, over real HTTP: a part at a time, and nothing is lost or done unseen."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser.parsed import Element, parsed
from journeys.asking import SIGNER, entry, said, submit, values
from journeys.browsing import problems, typed_in
from journeys.pacts import FILE, Pact, decision, moved, unsealed_pact
from journeys.walking import HTML
from servers import Server
from services import HOME, Served

SIGN_OFF = "/agreements/county/sign-off"
LIFTS = "lifts"  # of this file alone, and each test has a period of its own
QUARTERLY = """
[[indicators]]
code = "sacks"
title = "Sacks collected"
outcome = "tidy"
unit = "%"
decimals = 1
polarity = "bigger-is-better"
basis = "annual"
interval = "quarter"
calendar = "financial"
"""
MANY = 128  # targets: more than a form has rows for
PART = 20


# Sign-off


def listed(service: Served, **asked: Any) -> Element:
    """A part of what waits for the signer, of one indicator."""
    answer = service.caller(SIGNER).get(SIGN_OFF, params=asked)
    assert 200 == answer.status_code, answer.text
    return parsed(answer.text).one("main")


def parts_given(service: Served, indicator: str, period: str, count: int) -> int:
    """So many values that wait; the position at which they are known."""
    entries = [entry(f"{40 + n}", period, breakdown={"part": f"p{n:02}"}) for n in range(count)]
    return int(submit(service, indicator, *entries, by="performance")["position"])


def address(page: Element, words: str) -> str:
    """Where a link leads."""
    (link,) = (one for one in page.every("a") if words == one.text)
    return link["href"]


def test_what_waits_comes_in_parts_and_a_part_signs_its_own_alone(service: Served) -> None:
    position = parts_given(service, LIFTS, "FY2022", 54)
    first = listed(service, indicator=LIFTS, period="FY2022", recorded=position)
    for words in (
        "54 values wait for your sign-off.",
        "This one has 50 values, 1 to 50; 4 are on other parts.",
        "This goes on with values of this part alone. 4 values on other parts wait",
        "Go on with all 50 shown",
    ):
        assert words in first.text
    boxes = [box["value"] for box in first.every("input", name="shown")]
    assert 50 == len(boxes) == len(first.every("article"))

    onward = address(first, "The next values that wait")
    second = parsed(service.caller(SIGNER).get(onward).text).one("main")
    assert "This one has 4 values, 51 to 54; 50 are on other parts." in second.text
    rest = [box["value"] for box in second.every("input", name="shown")]
    assert 4 == len(rest)
    assert not set(rest) & set(boxes)
    began = f"{SIGN_OFF}?indicator={LIFTS}&period=FY2022"
    assert began == address(second, "Back to the beginning of the list")

    action = second.one("form", id="sign-off")["action"]
    form = {"shown": rest, "which": "all", "assurance": "checked"}
    checked = parsed(service.caller(SIGNER).post(action, data=form).text).one("main")
    sent = {
        name: [one["value"] for one in checked.every("input", name=name)]
        for name in ("entry", "assurance", "key")
    }
    assert rest == sent["entry"]
    done = service.caller(SIGNER).post(SIGN_OFF, data=sent)
    assert 303 == done.status_code, done.text
    signed = [
        row["name"]
        for row in values(service, LIFTS, service.head)
        if row["signed_off"] and row["period"] == "FY2022"
    ]
    assert sorted(signed) == sorted(box.split()[1] for box in rest)


def test_whoever_signs_a_part_goes_on_at_its_place(service: Served) -> None:
    """And is told of what is left before it, where nothing comes after."""
    position = parts_given(service, LIFTS, "FY2021", 51)
    first = listed(service, indicator=LIFTS, period="FY2021", recorded=position)
    onward = address(first, "The next values that wait")
    second = parsed(service.caller(SIGNER).get(onward).text).one("main")
    (box,) = (one["value"] for one in second.every("input", name="shown"))
    sent = {"entry": [box], "assurance": "checked", "key": "p1"}
    signing = second.one("form", id="sign-off")["action"].replace("/confirm", "")
    done = service.caller(SIGNER).post(signing, data=sent)
    told = parsed(service.caller(SIGNER).get(done.headers["location"]).text).one("main")
    left = parsed(
        service.caller(SIGNER).get(address(told, "Go on: what else waits for your sign-off")).text
    ).one("main")
    assert "50 values wait for your sign-off." in left.text
    assert "None comes after this place; 50 are on other parts." in left.text
    began = f"{SIGN_OFF}?indicator={LIFTS}&period=FY2021"
    assert began == address(left, "Back to the beginning of the list")


def test_a_past_moment_comes_in_parts_too_and_signs_nothing(service: Served) -> None:
    position = parts_given(service, LIFTS, "FY2019", 53)
    asked = {"indicator": LIFTS, "period": "FY2019", "min_position": service.head}
    then = {**asked, "known_at": f"position:{position}"}
    page = listed(service, **then)
    assert "53 values waited for your sign-off." in page.text
    assert "This one has 50 values, 1 to 50; 3 are on other parts." in page.text
    assert [] == page.every("input", name="entry")
    onward = address(page, "The next values that waited")
    assert f"known_at=position%3A{position}" in onward
    rest = parsed(service.caller(SIGNER).get(onward).text).one("main")
    assert 3 == len(rest.every("article"))


# A proposal of very many targets


@pytest.fixture(scope="module")
def pact(embedded_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pact]:
    """A sealed agreement that measures something by quarter."""
    file = tmp_path_factory.mktemp("pact") / "pact.toml"
    file.write_text(Path(FILE).read_text() + QUARTERLY)
    with unsealed_pact(embedded_server, file) as made:
        seal = {"minute_reference": "1/2026", "freeze_days": 0}
        said(made.post("/api/v1/agreements/pact/seal", seal, by="board"), 201)
        yield made


def quarters(count: int = MANY) -> list[dict[str, Any]]:
    """So many targets, of one indicator by quarter in two areas."""
    codes = [f"FY{year}-Q{quarter}" for year in range(2023, 2039) for quarter in range(1, 5)]
    places = [(area, code) for area in (HOME, "E07000218") for code in codes]
    return [
        moved(f"{50 + n / 10:.1f}", code, area, indicator="sacks")
        for n, (area, code) in enumerate(places[:count])
    ]


@pytest.fixture(scope="module")
def large(pact: Pact) -> str:
    """The address of a page of a rehearsed proposal of very many targets."""
    where = pact.proposed(*quarters(), effective_from="FY2023")
    pact.rehearsed(where)
    pact.get(where)
    return where.removeprefix("/api/v1")


def opened(pact: Pact, path: str, by: str = "lead") -> httpx.Response:
    answer = pact.service.caller(f"pact.{by}").get(path, headers=HTML)
    assert 200 == answer.status_code, answer.text
    return answer


def page(pact: Pact, path: str, by: str = "lead") -> Element:
    return parsed(opened(pact, path, by).text).one("main")


def lines(found: Element, cls: str) -> list[str]:
    """The first cell of each line of a table."""
    return [row.one("th").text for row in found.one("table", cls=cls).one("tbody").every("tr")]


def test_a_large_proposal_says_how_much_there_is_and_shows_a_part(pact: Pact, large: str) -> None:
    first = page(pact, large)
    summary = "128 targets of 1 indicator in 2 areas: 128 where there was none."
    assert summary in first.one("section", **{"aria-labelledby": "short"}).text
    assert "This part of the list has targets 1 to 20 of 128." in first.text
    assert "This part of the list has targets 1 to 10 of 128." in first.text  # of the checks
    assert PART == len(lines(first, "app-table--targets"))
    seen = lines(first, "app-table--targets")
    more = "More targets: what would change"
    while any(more == one.text for one in first.every("a")):
        (onward, *_) = (one["href"] for one in first.every("a") if more == one.text)
        if not onward.endswith("#targets"):
            break
        first = page(pact, onward.partition("#")[0])
        seen += lines(first, "app-table--targets")
    assert MANY == len(set(seen)) == len(seen)
    assert 400 == _status(pact, f"{large}?targets=x")


def test_all_targets_of_a_proposal_are_one_download(pact: Pact, large: str) -> None:
    table = opened(pact, f"{large}/targets.csv").text.splitlines()
    assert "indicator,area,period,before,level,kind" in table[0]
    assert MANY == len(table) - 1
    assert f"sacks,{HOME},FY2023-Q1,,50.0,,,,," in table


def test_a_form_about_a_large_proposal_shows_how_it_begins(pact: Pact, large: str) -> None:
    form = page(pact, f"{large}/consents", by="board")
    assert PART == len(lines(form, "app-table--targets"))
    assert "These are targets 1 to 20 of 128. The page of the amendment has all" in form.text


def test_a_large_proposal_is_revised_as_a_table_and_loses_nothing(pact: Pact, large: str) -> None:
    path = f"{large}/revisions"
    text = opened(pact, path).text
    form = typed_in(parsed(text).one("main").one("form"))
    assert not [name for name in form if name.startswith("targets[")]
    assert "The 128 targets, as a table" in parsed(text).one("main").text
    table = table_in(text)
    assert MANY == len(table) - 1

    wrong = [*table[:2], table[2].replace(",50.1,", ",many,"), *table[3:], "sacks,?,FY2026-Q1,,5"]
    answer = send(pact, path, form, wrong)
    assert ["Line 3 (level): 'many' is not a number in decimal notation."] == problems(answer)
    assert 422 == answer.status_code
    assert wrong == table_in(answer.text), "what was typed stands in the form still"

    sent = [table[0], table[1].replace(",50.0,", ",49.5,"), *table[2:]]
    answer = send(pact, path, form, [line.replace(",", "\t") for line in sent], key="revised")
    assert 303 == answer.status_code, problems(answer)
    targets = pact.get(f"/api/v1{large}")["changes"]["targets"]
    assert MANY == len(targets)
    assert ["49.5", "50.1"] == [one["after"]["level"] for one in targets[:2]]


def test_a_proposal_can_be_pasted(pact: Pact) -> None:
    """Beside a row that is typed; what the columns leave out is as it is now."""
    path = "/agreements/pact/amendments/new"
    form = typed_in(page(pact, path).one("form"))
    form |= {"title": "Many", "effective_from": "2026/27"}
    form |= {"targets[0].indicator": "recycling", "targets[0].period": "2029/30"}
    row = {"targets[0].level": "61"}
    pasted = ["Indicator;Period;Level", "recycling;2030/31;62", "", "sacks;Q1 2026/27;63"]
    unknown = [*pasted, "socks;Q1 2026/27;64"]
    answer = send(pact, path, form | row, unknown)
    assert ["Line 5 (indicator): The agreement has no indicator 'socks'."] == problems(answer)
    answer = send(pact, path, form | row, pasted, key="pasted")
    assert 303 == answer.status_code, problems(answer)
    where = answer.headers["location"].partition("?")[0]
    targets = pact.get(f"/api/v1{where}")["changes"]["targets"]
    assert [
        ("recycling", HOME, "FY2029", "61"),
        ("recycling", HOME, "FY2030", "62"),
        ("sacks", HOME, "FY2026-Q1", "63"),
    ] == [(one["indicator"], one["area"], one["period"], one["after"]["level"]) for one in targets]


@pytest.mark.parametrize(
    ("pasted", "sentence"),
    [
        (["sacks,FY2026-Q1,5"], "The first line names the columns"),
        ([",,", ","], "The first line names the columns"),
        (["indicator,period,level"], "There is no line below the names of the columns."),
        (["indicator,period,level,colour", "a,b,c,d"], "The first line names the columns"),
        (["indicator,period,level", "a,b,c,d"], "Line 2: it has more cells than there are"),
        (["indicator,period,level", '"a'], "It cannot be read as a table"),
        (["indicator,period,level", *["a,b,c"] * 10_001], "10,001 targets are too many"),
        (["indicator,period,level", *["a,FY2026,c"] * 40], "20 more such sentences are left out"),
    ],
    ids=[
        "no heads",
        "separators",
        "no lines",
        "strange",
        "too wide",
        "no table",
        "too many",
        "all wrong",
    ],
)
def test_what_is_wrong_with_a_table_is_told(pact: Pact, pasted: list[str], sentence: str) -> None:
    path = "/agreements/pact/amendments/new"
    form = typed_in(page(pact, path).one("form"))
    answer = send(pact, path, form | {"title": "T", "effective_from": "2026/27"}, pasted)
    assert 422 == answer.status_code, answer.text
    assert any(one.startswith(sentence) for one in problems(answer)), problems(answer)


def test_a_decision_on_a_large_proposal_is_taken(pact: Pact) -> None:
    """And the memorandum, which is made to be printed, has all of it."""
    years = [f"FY{year}" for year in range(2028, 2040)]
    targets = [moved("41", year, area) for area in (HOME, "E07000218") for year in years]
    where = pact.agreed(*targets, effective_from="FY2028")
    said(pact.post(f"{where}/decisions", decision(), by="board"), 201)
    pact.get(where)
    printed = page(pact, f"{where.removeprefix('/api/v1')}/memorandum")
    assert 24 == len(lines(printed, "app-table--targets"))


def table_in(text: str) -> list[str]:
    """The lines of the table that stands in a form."""
    found = re.search(r'<textarea[^>]* name="pasted"[^>]*>(.*?)</textarea>', text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1]).strip().splitlines()


def send(
    pact: Pact, path: str, form: dict[str, str], table: list[str], key: str = ""
) -> httpx.Response:
    """Send the form of a proposal with a table pasted into it."""
    body = {**form, "reason": "As agreed.", "pasted": "\r\n".join(table)}
    sent = {**body, "key": key} if key else body
    return pact.service.caller("pact.lead").post(path, data=sent, headers=HTML)


def _status(pact: Pact, path: str) -> int:
    return pact.service.caller("pact.lead").get(path, headers=HTML).status_code
