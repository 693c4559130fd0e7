"""An area among others over HTTP, on pages and by command, as its neighbours' figures come in."""

import csv
import io
import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import pytest
from journeys.asking import AGREEMENT, READER, entry, get, of, refused, sign_off, submit
from journeys.loading import at_rest, sent
from journeys.walking import HTML
from services import HOME, Served, done_well, outturn

HANTS, HERTS, LEICS, CORNWALL, NORFOLK = (
    "E10000014", "E10000015", "E10000018", "E06000052", "E10000020",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A ledger in which neighbours' figures came in, and one of them was revised.

    ``first`` is the position at which the first release was in.
    """

    service: Served
    first: int
    last: int

    def asked(self, person: str = READER, **asked: Any) -> dict[str, Any]:
        """The table of the indicator of these tests."""
        return get(self.service, of("paths", "comparators"), by=person, **asked)

    def page(self, part: str = "", person: str = READER, **asked: Any) -> str:
        """The page of the same, or what lies beneath it."""
        path = f"/agreements/county/indicators/paths/comparators{part}"
        answer = self.service.caller(person).get(path, params=asked, headers=HTML)
        assert 200 == answer.status_code, answer.text
        return answer.text


def release(service: Served, released_on: str, **figures: str) -> int:
    """A file of other areas' figures for 2024/25 is loaded; the last position of the ledger.

    A figure may have its confidence limits behind it.
    """
    heads = "indicator,area,period,value,confidence_low,confidence_high"
    told = {area: [*figure.split(), "", ""][:3] for area, figure in figures.items()}
    rows = [",".join(("paths", area, "FY2024", *three)) for area, three in told.items()]
    content = "\n".join((heads, *rows, "")).encode()
    load = sent(service, content, kind="comparators", source_date=released_on, name="areas.csv")
    assert {"committed"} == {at_rest(service, load, "committed")["state"]}
    return service.head


@pytest.fixture(scope="module")
def told(service: Served) -> Told:
    given = submit(service, "paths", entry("20.0"))
    submit(service, "advised", entry("300", "FY2012"))  # of which no other area has told
    first = release(
        service, "2025-08-01", **{HANTS: "10", HERTS: "20.04", LEICS: "30 27.5 33", CORNWALL: "40"}
    )
    sign_off(service, "paths", given["entries"][0]["name"], position=first)
    last = release(service, "2025-11-01", **{HANTS: "35"})
    found = Told(service, first, last)
    found.asked(min_position=last)  # the answers have it, whichever test asks first
    return found


def places(answer: dict[str, Any]) -> list[tuple[str, str, int | None, int | None]]:
    return [(row["area"], row["value"], row["rank"], row["quartile"]) for row in answer["rows"]]


def test_an_area_stands_among_its_neighbours_as_known_then_and_now(told: Told) -> None:
    then = told.asked(known_at=f"position:{told.first}", period="FY2024", min_position=told.last)
    assert [
        (HANTS, "10.0", 1, 1), (HERTS, "20.0", 2, 1), (HOME, "20.0", 2, 1), (LEICS, "30.0", 4, 3),
        (CORNWALL, "40.0", 5, 4),
    ] == places(then)  # fmt: skip
    now = told.asked(period="FY2024")
    assert [
        (HERTS, "20.0", 1, 1), (HOME, "20.0", 1, 1), (LEICS, "30.0", 3, 2), (HANTS, "35.0", 4, 3),
        (CORNWALL, "40.0", 5, 4),
    ] == places(now)  # fmt: skip
    assert ["20.0", "30.0", "35.0"] == now["quartiles"]
    assert ("20.0", "30.0") == (then["median"], now["median"])
    assert [{"area": NORFOLK, "name": "Norfolk", "missing": ""}] == now["not_ranked"]
    assert ("neighbours", 1, True) == (now["group"], now["group_version"], now["includes_home"])


def test_every_row_says_whose_figure_it_is_and_when_it_was_released(told: Told) -> None:
    rows = {row["area"]: row for row in told.asked()["rows"]}
    own, revised = rows[HOME], rows[HANTS]
    assert ("Warwickshire", True, True) == (own["name"], own["own"], own["signed_off"])
    assert (False, None) == (revised["own"], revised["signed_off"])
    assert ("areas.csv", "2025-11-01") == (
        revised["source"]["file"],
        revised["source"]["released_on"],
    )
    assert "-1" == own["distance"]
    assert ("", None) == (own["source"]["file"], own["source"]["load"])


def test_an_own_value_that_came_in_a_file_names_it_too(told: Told) -> None:
    content = f"indicator,area,period,value\npaths,{HOME},FY2019,18\n".encode()
    load = sent(told.service, content, source_date="2025-09-01", name="own.csv")
    at_rest(told.service, load, "committed")
    asked: dict[str, Any] = {"period": "FY2019", "min_position": told.service.head}
    (row,) = told.asked(**asked)["rows"]
    assert ("own.csv", "2025-09-01", load) == tuple(
        row["source"][name] for name in ("file", "released_on", "load")
    )
    assert "own.csv" in told.page(**asked)


def test_a_figure_stands_with_its_confidence_limits_where_its_source_gives_them(
    told: Told,
) -> None:
    limits = {
        row["area"]: (row["confidence_low"], row["confidence_high"]) for row in told.asked()["rows"]
    }
    assert ("27.5", "33") == limits.pop(LEICS)
    assert {(None, None)} == set(limits.values())
    page = told.page()
    assert 1 == page.count("27.5% to 33%")
    assert "two areas whose limits overlap may differ by chance" in page
    assert "may differ by chance" not in told.page(group="pair")
    lines = {line["area"]: line for line in csv.DictReader(io.StringIO(told.page("/table.csv")))}
    assert ("27.5", "33") == tuple(lines[LEICS][f"confidence_{end}"] for end in ("low", "high"))
    assert "" == lines[HERTS]["confidence_low"]


def test_the_period_is_the_latest_with_anything_to_compare(told: Told) -> None:
    unasked, asked = told.asked(), told.asked(period="FY2024")
    assert "FY2024" == unasked["period"]
    assert asked["rows"] == unasked["rows"]


def test_below_four_figures_there_is_no_quartile_and_it_says_why(told: Told) -> None:
    pair = told.asked(group="pair")
    assert (None, "too-few") == (pair["quartiles"], pair["no_quartiles"])
    assert {None} == {row["quartile"] for row in pair["rows"]}
    assert [HOME, HERTS, HANTS] == [row["area"] for row in pair["rows"]]


def test_a_group_that_is_not_there_is_refused_by_those_that_are(told: Told) -> None:
    problem = refused(
        told.service.caller(READER).get(of("paths", "comparators"), params={"group": "moon"}),
        404,
        "unknown-comparator-group",
    )
    assert "neighbours, pair" in problem["detail"]


def test_an_area_of_neither_is_refused(told: Told) -> None:
    answer = told.service.caller(READER).get(of("paths", "comparators"), params={"area": "E1"})
    refused(answer, 422, "unknown-area")


def test_a_difference_between_two_moments_is_told_cause_by_cause(told: Told) -> None:
    answer = get(
        told.service,
        of("paths", "comparators/difference"),
        **{"from": f"position:{told.first}", "period": "FY2024"},
    )
    assert ((2, 1), (1, 1)) == tuple(
        (answer[end]["rank"], answer[end]["quartile"]) for end in ("before", "after")
    )
    (cause,) = answer["causes"]
    assert "others" == cause["cause"]
    (area,) = cause["areas"]
    assert (HANTS, "10.0", "35.0", "2025-11-01") == (
        *(area[name] for name in ("area", "before", "after")),
        area["source"]["released_on"],
    )


def test_a_league_has_the_best_first_and_says_why_others_have_no_place(told: Told) -> None:
    league = get(told.service, f"{AGREEMENT}/comparators")
    first = league["rows"][0]
    assert ("paths", "FY2024", 1, 1, 5) == tuple(
        first[name] for name in ("indicator", "period", "rank", "quartile", "ranked")
    )
    assert 1 == league["counts"]["1"]
    assert {"lifts": "no-value"}.items() <= {
        row["indicator"]: row["no_quartile"] for row in league["rows"]
    }.items()


def test_the_page_says_the_place_and_marks_the_area(told: Told) -> None:
    page = told.page()
    assert "Warwickshire: 1st of 5 areas, in quartile 1 (best)." in page
    assert "(this area)" in page
    assert 1 == page.count('app-median"')
    assert "released 1 November 2025" in page
    assert "Without a value: 1 area" in page


def test_the_page_of_the_past_keeps_its_clock_in_every_choice(told: Told) -> None:
    clock = f"position:{told.first}"
    page = told.page(known_at=clock, group="pair")
    assert f'<input type="hidden" name="known_at" value="{clock}">' in page
    assert "There are no quartiles: it takes at least four values." in page


def test_the_page_of_a_difference_names_the_neighbour_that_was_revised(told: Told) -> None:
    page = told.page("/difference", **{"from": f"position:{told.first}"})
    assert "Values of other areas are others" in page
    assert "10.0%" in page
    assert "35.0%" in page
    backwards = told.page("/difference", **{"from": "2035-01-01", "known_at": "2034-01-01"})
    assert "Why the place differs" in backwards


def test_the_league_leads_from_the_best_indicator_to_its_table(told: Told) -> None:
    reader = told.service.caller(READER)
    page = reader.get("/agreements/county/comparators", headers=HTML)
    assert 200 == page.status_code, page.text
    assert "Quartile 1, the best: 1 indicator" in page.text
    kinds = {row["no_quartile"] for row in get(told.service, f"{AGREEMENT}/comparators")["rows"]}
    assert "no-others" in kinds
    assert "in the latest of Warwickshire alone" in page.text
    assert "/agreements/county/indicators/paths/comparators?period=FY2024" in page.text
    lines = list(csv.DictReader(io.StringIO(reader.get("/agreements/county/comparators.csv").text)))
    assert ("paths", "1") == (lines[0]["indicator"], lines[0]["quartile"])
    assert {"paths": "yes", "lifts": ""}.items() <= {
        line["indicator"]: line["signed_off"] for line in lines
    }.items()


def test_a_league_of_less_than_four_areas_has_ranks_and_no_quartile(told: Told) -> None:
    league = f"{AGREEMENT}/comparators"
    ranked = {row["indicator"]: row for row in get(told.service, league, group="pair")["rows"]}
    assert (1, 3, "too-few") == tuple(
        ranked["paths"][name] for name in ("rank", "ranked", "no_quartile")
    )
    page = told.service.caller(READER).get(
        "/agreements/county/comparators", params={"group": "pair"}, headers=HTML
    )
    assert re.search(r"1st of 3: <span[^>]*>fewer than four areas have a value", page.text)


def test_the_strip_is_a_picture_with_its_words(told: Told) -> None:
    picture = ElementTree.fromstring(told.page("/chart.svg"))  # noqa: S314 - our own picture
    words = " ".join("".join(each.itertext()) for each in picture.findall(".//{*}text"))
    for said in ("Paths lit, 2024/25", "Warwickshire 20.0", "Median 30.0", "Smaller is better"):
        assert said in words


def test_the_table_is_a_file_too(told: Told) -> None:
    lines = list(csv.DictReader(io.StringIO(told.page("/table.csv"))))
    assert [HERTS, HOME, LEICS, HANTS, CORNWALL, NORFOLK] == [line["area"] for line in lines]
    assert "no value" == lines[-1]["missing"]
    assert ("yes", "yes") == (lines[1]["own"], lines[1]["signed_off"])


def test_an_auditor_finds_releases_and_groups_by_what_they_are_about(told: Told) -> None:
    events = f"{AGREEMENT}/events"
    every = get(told.service, events, by="auditor", kind="comparators-released")["events"]
    released = [event for event in every if event["indicator"] == "paths"]  # others load as well
    assert {("county", True)} == {(event["agreement"], bool(event["load"])) for event in released}
    of_paths = get(told.service, events, by="auditor", indicator="paths")["events"]
    assert {event["position"] for event in released} <= {event["position"] for event in of_paths}
    (first, *_) = get(told.service, events, by="auditor", kind="comparator-group-set")["events"]
    assert ("county", None, None) == tuple(
        first[name] for name in ("agreement", "indicator", "load")
    )
    rules = get(told.service, f"{AGREEMENT}/rules", by="auditor")["rules"]
    assert {"neighbours", "pair"} <= {rule["about"] for rule in rules}


@pytest.mark.parametrize("indicator", ["paths", None])
def test_the_command_prints_what_http_answers(told: Told, indicator: str | None) -> None:
    clocks = {name: f"position:{told.last}" for name in ("known_at", "policy_at")}
    options = ("--known-at", clocks["known_at"], "--policy-at", clocks["policy_at"])
    named = () if indicator is None else (indicator,)
    command = ("comparators", *named, "--agreement", "county", *options, "--json")
    printed = done_well(outturn(*command, where=told.service.where)).document
    path = f"{AGREEMENT}/comparators" if indicator is None else of(indicator, "comparators")
    assert get(told.service, path, **clocks) == printed


def test_a_person_reads_the_table_with_their_area_marked(told: Told) -> None:
    done = done_well(
        outturn("comparators", "paths", "--agreement", "county", where=told.service.where)
    )
    (row,) = (line for line in done.out.splitlines() if "→" in line)
    assert row.split() == ["→", "1", "Warwickshire", "20.0", "1", *"own value, signed off".split()]
    assert "Median 30.0; limits of the quartiles: 20.0, 30.0, 35.0." in done.out
    assert "Without a value: Norfolk." in done.out


def test_only_those_who_take_part_see_it(told: Told) -> None:
    """The public may know what was published; of other areas nothing is published yet."""
    path = "/agreements/county/indicators/paths/comparators"
    nobody = told.service.caller("").get(path, headers=HTML)
    assert 303 == nobody.status_code
    assert 403 == told.service.caller("stranger").get(path, headers=HTML).status_code


def test_a_period_without_figures_says_so(told: Told) -> None:
    assert "No area of this group has a value for 2022/23." in told.page(period="FY2022")
