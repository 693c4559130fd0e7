"""What lies behind a figure, over HTTP and on pages: by area, by part, and beside another."""

import csv
import io
from typing import Any
from xml.etree import ElementTree

import pytest
from journeys.asking import AGREEMENT, READER, correct, entry, get, refused, submit, values
from journeys.walking import HTML
from services import HOME, Served

DISTRICT, BOARD = "E07000218", "/agreements/county"
DRILL, CUBE, PAIRS = (f"{AGREEMENT}/{part}" for part in ("drill-down", "cube", "pairs"))


@pytest.fixture(scope="module")
def counted(service: Served) -> Served:
    """Evictions of the county, its district and its parts; advice of the county alone."""
    submit(
        service,
        "ousted",
        entry("40", "FY2023"),
        entry("30", "FY2024"),
        entry("18", "FY2024", breakdown={"tenure": "private"}),
        entry("9", "FY2024", breakdown={"tenure": "social"}),
        entry("12", "FY2024", area=DISTRICT),
    )
    advised = submit(service, "advised", entry("400", "FY2023"), entry("500", "FY2024"))
    values(service, "advised", advised["position"])  # the answers have all, whoever asks first
    return service


def page(service: Served, path: str, **asked: str) -> str:
    """A page, which has to be there."""
    answer = service.caller(READER).get(f"{BOARD}/{path}", params=asked, headers=HTML)
    assert 200 == answer.status_code, answer.text
    return answer.text


def lines(service: Served, path: str, **asked: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page(service, path, **asked))))


def of(answer: dict[str, Any]) -> dict[tuple[str, str], str | None]:
    """The values of a cube, by row and column."""
    return {
        (row["code"], column["code"]): cell["value"]
        for row in answer["rows"]
        for column, cell in zip(answer["columns"], row["cells"], strict=True)
        if cell is not None
    }


def test_a_figure_leads_to_its_areas_and_its_parts(counted: Served) -> None:
    answer = get(counted, DRILL, indicator="ousted", period="FY2024")
    assert ["county", "homes", "settled"] == [above["code"] for above in answer["trail"]]
    (district,) = answer["areas"]
    assert ("North Warwickshire", "0.4", "12") == (
        district["name"],
        district["share"],
        district["row"]["judged"],
    )
    together = answer["together"]
    assert (1, 1, "12", "30") == (
        together["expected"],
        together["counted"],
        together["figure"]["value"],
        together["own"],
    )
    (tenure,) = answer["breakdowns"]
    assert ("tenure", "3", ["0.6", "0.3"]) == (
        tenure["dimension"],
        tenure["rest"],
        [part["share"] for part in tenure["parts"]],
    )
    shown = page(counted, "drill-down", indicator="ousted", period="FY2024")
    for told in ("Areas within Warwickshire", "By tenure", "60%", "3 households of the whole are"):
        assert told in shown
    part = page(
        counted, "drill-down", indicator="ousted", period="FY2024", breakdown="tenure=social"
    )
    assert "tenure social" in part
    assert "lies within" in page(
        counted, "drill-down", indicator="ousted", period="FY2024", area=DISTRICT
    )


def test_the_agreement_leads_to_its_blocks_and_they_to_their_outcomes(counted: Served) -> None:
    whole = get(counted, DRILL)
    codes = {basket["code"] for basket in whole["baskets"]}
    assert {"homes"} <= codes
    block = get(counted, DRILL, block="homes")
    assert "settled" in {basket["code"] for basket in block["baskets"]}
    outcome = get(counted, DRILL, outcome="settled")
    assert {"ousted", "advised"} <= {row["indicator"] for row in outcome["rows"]}
    caller = counted.caller(READER)
    for asked, code in (({"block": "x"}, "unknown-block"), ({"outcome": "x"}, "unknown-outcome")):
        refused(caller.get(DRILL, params=asked), 404, code)
    unknown = caller.get(f"{BOARD}/charts", params={"outcome": "x"}, headers=HTML)
    assert 404 == unknown.status_code
    assert "is not an outcome" in unknown.text


def test_figures_are_laid_out_and_saved_as_csv(counted: Served) -> None:
    asked = {"indicators": "ousted", "rows": "area", "columns": "period"}
    assert {
        (HOME, "FY2023"): "40",
        (HOME, "FY2024"): "30",
        (DISTRICT, "FY2024"): "12",
    } == of(get(counted, CUBE, **asked))
    assert [("40", ""), ("30", ""), ("12", "")] == [
        (line["value"], line["method"]) for line in lines(counted, "cube.csv", **asked)
    ]
    together = lines(counted, "cube.csv", **{**asked, "rows": "indicator", "areas": "*"})
    # The district lies within the county, whose figure has it already.
    assert [("40", ""), ("30", "")] == [(line["value"], line["missing_areas"]) for line in together]
    shown = page(counted, "cube", **{**asked, "rows": "indicator", "areas": "*"})
    assert "Households evicted" in shown


def test_totals_are_saved_and_several_choices_shown_by_their_names(counted: Served) -> None:
    asked = {"rows": "indicator", "columns": "area", "measure": "entries", "areas": "*"}
    saved = lines(counted, "cube.csv", **asked, totals="true")
    assert lines(counted, "cube.csv", **asked) == [
        one for one in saved if one["row"] and one["column"]
    ]
    by_row = [one for one in saved if not one["column"]]
    by_column = [one for one in saved if not one["row"]]
    assert {"Together"} == {one["column_name"] for one in by_row} | {
        one["row_name"] for one in by_column
    }
    assert sum(int(one["value"]) for one in by_row) == sum(int(one["value"]) for one in by_column)

    shown = page(counted, "cube", **asked | {"indicators": "ousted,advised"})
    assert ">Every area</option>" in shown
    assert ">*</option>" not in shown
    assert "ousted, advised</option>" not in shown


def test_what_cannot_be_laid_out_says_what_to_do(counted: Served) -> None:
    asked = {"rows": "block", "columns": "area"}
    answer = refused(counted.caller(READER).get(CUBE, params=asked), 422, "unsuitable-cube")
    assert "several indicators together" in answer["detail"]
    assert "several indicators together" in page(counted, "cube", **asked)
    same = {"across": "advised", "up": "advised"}
    refused(counted.caller(READER).get(PAIRS, params=same), 422, "unsuitable-cube")
    assert "choose two" in page(counted, "pairs", **same)


def test_two_indicators_stand_against_each_other(counted: Served) -> None:
    asked = {"across": "advised", "up": "ousted", "over": "period"}
    answer = get(counted, PAIRS, **asked)
    assert [("FY2023", "400", "40"), ("FY2024", "500", "30")] == [
        (pair["code"], pair["across"], pair["up"]) for pair in answer["pairs"]
    ]
    assert (None, "too-few") == (answer["correlation"], answer["no_correlation"])
    assert ["40", "30"] == [line["up"] for line in lines(counted, "pairs.csv", **asked)]
    assert "fewer than 5 pairs" in page(counted, "pairs", **asked)
    for size in ("", "narrow"):
        chart = page(counted, "pairs/chart.svg", **asked, size=size)
        assert "Households evicted" in "".join(ElementTree.fromstring(chart).itertext())  # noqa: S314 - our own


def test_all_of_it_is_as_known_then(counted: Served) -> None:
    """A correction changes what is laid out now, and not what was known before it."""
    then = counted.head
    correct(counted, "ousted", entry("31", "FY2024"), reason="Counted again.")
    asked = {"indicators": "ousted", "columns": "period", "periods": "FY2024"}
    now = get(counted, CUBE, min_position=counted.head, **asked)
    before = get(counted, CUBE, known_at=f"position:{then}", **asked)
    assert ["31", "30"] == [of(answer)["ousted", "FY2024"] for answer in (now, before)]
    old = get(counted, DRILL, indicator="ousted", period="FY2024", known_at=f"position:{then}")
    assert "30" == old["row"]["judged"]
    correct(counted, "ousted", entry("30", "FY2024"), reason="It was right.")  # as others find it


def test_a_page_keeps_what_its_form_cannot_offer(counted: Served) -> None:
    """Several indicators, or a quarter, come by an address; pressing the button must keep them."""
    shown = page(counted, "cube", indicators="ousted,advised", periods="FY2024-Q1")
    for kept in ("ousted,advised", "FY2024-Q1"):
        assert f'<option value="{kept}" selected>' in shown
    fixed = {"breakdown": "tenure=Private", "totals": "true"}  # as it is written, in any case
    broken = page(counted, "cube", **fixed)
    for name, value in fixed.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in broken
