"""An indicator's page, and the page that says why."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from browser.built import BuiltReader
from browser.built_control import APPROVED
from browser.indicators import AREAS, HOME, INDICATORS
from browser.judged import NOW, facts, find, rules
from browser.parsed import Element, parsed
from browser.serving import create
from browser.visiting import BOARD, COMPARATORS, INDICATOR, PAST, REGISTER, WHY, at, visit
from litestar import Litestar
from litestar.testing import TestClient

from http_api.pages.reader import ClocksAsked
from http_api.pages.views import EVENTS_SHOWN, indicator_page
from policies.judgement import working
from policies.refusals import BadCursor
from projections.answers import HistoryEvent


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


def gld(client: TestClient[Litestar], query: str = "") -> Element:
    """The page of an indicator with a correction, a sign-off and a refusal in its history."""
    return visit(client, f"{BOARD}/indicators/gld{query}")


def lines(page: Element) -> dict[str, str]:
    """Every term of the page with its answer."""
    terms = page.one("main").every("dt")
    return dict(
        zip([t.text for t in terms], [d.said for d in page.one("main").every("dd")], strict=True)
    )


@pytest.mark.parametrize("code", [each.code for each in INDICATORS])
def test_every_indicator_has_its_page_and_its_chart(
    client: TestClient[Litestar], code: str
) -> None:
    page = visit(client, f"{BOARD}/indicators/{code}")
    built = find(code)

    assert built.definition.title == page.one("h1").text
    picture = client.get(page.one("img")["src"])
    assert (200, "image/svg+xml") == (picture.status_code, picture.headers["content-type"])


def test_the_judgement_stands_first_with_its_reason_one_step_away(
    client: TestClient[Litestar],
) -> None:
    page = gld(client)
    judgement = page.one("section", cls="app-judgement")

    assert "69.9%" in judgement.text
    assert "amber" == judgement.one("strong", cls="app-status").text
    assert "Worse than the target, but within the amber margin of the rules." in judgement.text
    others, escalation = (
        f"{BOARD}/indicators/gld/{part}?area=E10000031" for part in ("comparators", "escalation")
    )
    assert [WHY, others, escalation] == [link["href"] for link in judgement.every("a")]


def test_the_chart_tells_where_others_stand_and_its_table_too(client: TestClient[Litestar]) -> None:
    """Beside each other, so that the band never stands without its figures."""
    page = gld(client)
    (table,) = [one for one in page.every("table") if one.one("caption").text.startswith("The mid")]

    assert "Of All of England (version 2), the middle half lies between" in page.one("img")["alt"]
    assert ["Lower limit", "Median", "Upper limit", "Areas with a value"] == [
        head.text for head in table.every("th", scope="col")
    ][-4:]
    assert 6 == len(table.every("th", scope="row"))


def test_the_year_so_far_stands_beside_what_was_expected_by_then(
    client: TestClient[Litestar],
) -> None:
    within = visit(client, INDICATOR).one("table", cls="app-table--so-far")

    assert ["Period", "Value", "Expected", "Year so far", "Expected by then"] == [
        head.text for head in within.every("th", scope="col")
    ]
    assert "app-table--so-far" not in client.get(f"{BOARD}/indicators/gld").text


def test_where_no_group_is_known_nothing_is_said_of_others(
    client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_band = client.get(gld(client).one("img")["src"]).text
    monkeypatch.setattr(BuiltReader, "band", lambda *_args, **_named: None)
    page = parsed(client.get(f"{BOARD}/indicators/gld").text)

    assert "middle half" in " ".join(with_band.split())
    assert "middle half" not in page.text + page.one("img")["alt"]
    assert "middle half" not in client.get(page.one("img")["src"]).text


@pytest.mark.parametrize("path", [INDICATOR, COMPARATORS, f"{REGISTER}/{APPROVED}"])
@pytest.mark.parametrize("clocks", ["", PAST])
def test_the_file_of_a_chart_is_the_picture_of_the_page(
    client: TestClient[Litestar], path: str, clocks: str
) -> None:
    """Of every chart, byte for byte, however often it is asked for, at any two clocks."""
    chart = visit(client, at(path, clocks)).one("figure", cls="app-chart")
    shown, kept = chart.one("img")["src"], chart.one("figcaption").one("a")["href"]

    first, second = client.get(shown), client.get(kept)
    assert first.content == second.content
    assert first.headers["content-type"] == second.headers["content-type"] == "image/svg+xml"


def test_limits_are_not_called_a_target(client: TestClient[Litestar]) -> None:
    page = visit(client, f"{BOARD}/indicators/speed")

    assert "Outside the inner limits, but inside the outer ones." in page.text
    assert "Green from 18 to 21, amber from 15 to 24, red beyond" in page.text


def test_the_table_has_every_period_the_latest_first(client: TestClient[Litestar]) -> None:
    table = visit(client, INDICATOR).one("table", cls="app-table--series")
    periods = [head.text for head in table.every("th", scope="row")]

    assert 16 == len(periods)
    assert ("Q4 2024/25", "Q1 2021/22") == (periods[0], periods[-1])
    first = {cell["data-label"]: cell.text for cell in table.every("tr")[1].every("td")}
    assert "270.15" == first["Entry"]
    assert "Asha Patel, 22 September 2026" == first["Given by"]
    assert "Daniel Whitehouse-Brown, 12 October 2026" == first["Last signed"]


def test_every_period_has_its_own_why(client: TestClient[Litestar]) -> None:
    table = visit(client, INDICATOR).one("table", cls="app-table--series")
    addresses = [link["href"] for link in table.every("a")]

    assert 16 == len(set(addresses))
    for address in addresses:
        assert "How it was worked out" in visit(client, address).text


def test_the_chart_is_described_in_words(client: TestClient[Litestar]) -> None:
    image = gld(client).one("figure").one("img")

    assert (
        "Line chart of Children reaching a good level of development at the end of reception in"
        " Warwickshire. From 65.2% in 2020/21 to 69.9% in 2025/26 (amber). Of All of England"
        " (version 2), the middle half lies between 14.48 and 37.03 in 2025/26, and the median is"
        " 26.45%. The table that follows has every figure." == image["alt"]
    )


def test_a_chart_without_values_says_so(client: TestClient[Litestar]) -> None:
    image = visit(client, f"{BOARD}/indicators/falls").one("img")

    assert "There are no values yet." in image["alt"]


def test_other_areas_stand_beside_this_one(client: TestClient[Litestar]) -> None:
    table = gld(client, "?area=E07000220").one("table", cls="app-table--areas")
    shown = {row.one("th").text: row.one("td").text for row in table.one("tbody").every("tr")}

    names = [name if name != "Rugby" else "Rugby (this area)" for name in AREAS.values()]
    assert names == list(shown)
    assert "69.9% (provisional)" == shown["Warwickshire"]
    assert "no value" == shown["Warwick"]


def test_the_definition_is_in_plain_words(client: TestClient[Litestar]) -> None:
    sheet = lines(visit(client, f"{BOARD}/indicators/infant"))

    assert "Smaller is better" == sheet["Which way is better"]
    assert "per 1,000 live births 1 decimal place" == sheet["Unit"]
    assert "Every year, for several years taken together (calendar year)" == sheet["How often"]
    assert "60 days after the period ends" == sheet["Due"]
    assert "Numerator divided by denominator, times 1,000" == sheet["Calculation"]
    assert ("Moira Jenkins", "Asha Patel") == (sheet["Lead officer"], sheet["Entry officer"])
    assert "Auditor" not in sheet
    assert "Version 2" == sheet["Definition"]


def test_a_retired_indicator_says_so(client: TestClient[Litestar]) -> None:
    page = visit(client, f"{BOARD}/indicators/transfer")

    assert "Warwickshire, retired" == page.one("p", cls="app-subtitle").text
    assert "Version 2 Retired: no more values are expected" == lines(page)["Definition"]


def test_history_tells_who_did_what_the_latest_first(client: TestClient[Litestar]) -> None:
    events = [
        item.text for item in gld(client).one("ol", cls="app-history").every("li", cls="app-event")
    ]

    assert [
        "Signed off 1 value as checked Daniel Whitehouse-Brown, 18 August 2026, 15:03,"
        " position 205 Entry 205.1",
        "Corrected 1 value Asha Patel, 17 August 2026, 15:03, position 204 Reason kept beside the"
        " record, digest cdcdcdcdcdcd… Warwickshire, 2020/21: 65.2% (entry 204.0, in place of"
        " entry 205.0)",
        "Tried to sign off, and was refused Asha Patel, 16 August 2026, 15:03, position 203 The"
        " person who submitted or last corrected a value cannot sign it off.",
    ] == events[:3]
    assert events[3].startswith(
        "Submitted 6 values Asha Patel, 15 August 2026, 15:03, position 202 From the file"
        " values_published.csv, released 8 April 2026"
    )
    assert "Warwickshire, 2020/21: 66% (local)" in events[4]
    assert "name erased, 14 August 2026, 15:03, position 201" in events[4]
    assert 6 == len(events), "the answers come three at a time and all are shown"


class LongReader(BuiltReader):
    """The built board with a history longer than a page shows at first."""

    def whole_history(self, indicator: str) -> list[HistoryEvent]:
        """Twice as many events as are shown, and five more, of a kind nobody has words for."""
        return [
            HistoryEvent(
                position=1000 + place,
                recorded_at=NOW,
                actor="p-lead",
                type="board-consulted",
                agreement="warwickshire",
                indicator=indicator,
                data={},
            )
            for place in range(2 * EVENTS_SHOWN + 5)
        ]


def test_a_long_history_is_read_from_its_end_a_part_at_a_time() -> None:
    found: list[str] = []
    asked = ""
    ways: list[list[str]] = []
    while len(ways) < 4:
        html = indicator_page(
            LongReader(), ClocksAsked("2025-01-31"), "warwickshire", "gld", area=HOME, events=asked
        )
        page = parsed(html)
        part = page.one("section", **{"aria-labelledby": "history"})
        events = part.one("ol").every("li", cls="app-event")
        found += [event.one("a").text for event in events]
        ways.append([link.text for link in part.one("p", cls="app-further").every("a")])
        earlier = [link["href"] for link in part.every("a") if link.text == "Earlier events"]
        if not earlier:
            break
        address = urlsplit(earlier[0])
        said = parse_qs(address.query)
        assert "history" == address.fragment
        assert ([HOME], ["2025-01-31"]) == (said["area"], said["known_at"])
        (asked,) = said["events"]
    onward, back = "Earlier events", "Back to the beginning of the list"
    assert [[onward], [onward, back], [back]] == ways
    assert [f"position {1000 + n}" for n in reversed(range(2 * EVENTS_SHOWN + 5))] == found


def test_a_part_of_a_history_that_no_list_names_is_refused() -> None:
    with pytest.raises(BadCursor):
        indicator_page(LongReader(), ClocksAsked(), "warwickshire", "gld", area="", events="later")


def test_why_shows_the_same_steps_as_the_rules_in_their_order(
    client: TestClient[Litestar],
) -> None:
    steps = visit(client, WHY).one("ol", cls="app-steps").every("li")
    built = find("gld")
    worked = working(facts(built, "FY2025", HOME), rules(built), NOW.date())

    assert len(worked) == len(steps)
    assert [step.label for step in worked] == [
        item.one("strong").text[0].lower() + item.one("strong").text[1:] for item in steps
    ]
    assert "amber" == steps[-1].one("span").text


def test_why_names_every_input_and_who_gave_it(client: TestClient[Litestar]) -> None:
    page = visit(client, WHY)
    said = lines(page)

    assert "Why amber?" == page.one("h1").text
    assert "69.9%" == said["Exact value"] == said["Judged value"]
    assert "Half-up to 1 decimal place." == said["Rounding"]
    assert "Asha Patel, 22 September 2026, 15:03" == said["Submitted"]
    assert "not signed off" == said["Signed off"]
    assert "200.5, submitted, provisional" == said["Entry"]
    assert "69.4% in 2024/25, entry 200.4, given by Asha Patel" == said["Earlier value"]
    assert "version 2 (position 31): bigger is better" == said["Definition"]
    assert 64 == len(said["Digest"])


def test_why_names_the_targets_event_even_when_its_author_was_erased(
    client: TestClient[Litestar],
) -> None:
    """The later of two answers called target is the one with the decision behind it."""
    assert (
        "71% (local), set by name erased on 9 July 2025, 15:03 (position 57)"
        == lines(visit(client, WHY))["Target"]
    )


def test_why_shows_the_rules_their_version_and_every_setting(
    client: TestClient[Litestar],
) -> None:
    rule = lines(visit(client, WHY))["Status"]

    assert "Version 2024-1, in force from 1 April 2024, adopted at position 12" in rule
    assert "Amber margin: 0.05 (5% of the target)" in rule
    assert "Exceed margin: 0.10 (10% of the target)" in rule
    assert "Floor: not set" in rule
    assert "Judge: submitted" in rule


def test_why_there_is_no_status_is_answered_too(client: TestClient[Litestar]) -> None:
    page = visit(client, f"{BOARD}/indicators/falls/why?period=FY2026&area={HOME}")

    assert "Why not due?" == page.one("h1").text
    assert "No value has been submitted. It was due on" not in page.text
    assert "No value has been submitted. It is due on 30 May 2027." in page.text


def test_the_past_is_carried_into_why(client: TestClient[Litestar]) -> None:
    page = visit(client, at(WHY, "known_at=2025-01-31"))

    assert "what was known on 31 January 2025" in page.one("section", cls="app-past").text
