"""The grid of entry: many values typed and pasted, each row told apart, and sent at once."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from browser.built_desk import ENTRY, BuiltDesk
from browser.indicators import HOME
from browser.judged import CODE
from browser.office import Office, Person, held, hidden, wrong
from browser.parsed import Element, parsed

from ledger.indicator.commands import EntryGiven
from ledger.indicator.events import Correction, Entry, ValuesCorrected, ValuesSubmitted
from ledger.indicator.state import Key

GRID = f"/agreements/{CODE}/entry-grid?period=FY2026&area={HOME}"
OF_ONE = f"/agreements/{CODE}/entry-grid?indicator=gld&area={HOME}"


@pytest.fixture(scope="module")
def office() -> Office:
    return Office()


@pytest.fixture(scope="module")
def officer(office: Office) -> Iterator[Person]:
    with office.seen_by(ENTRY) as person:
        yield person


@pytest.fixture(autouse=True)
def desk(office: Office) -> BuiltDesk:
    """A new desk for each test."""
    office.desk = BuiltDesk()
    return office.desk


def table(page: Element, cls: str) -> list[list[str]]:
    """The cells of a table, row by row."""
    rows = page.one("table", cls=cls).one("tbody").every("tr")
    return [[cell.text for cell in row.every("th", "td")] for row in rows]


def outcomes(page: Element) -> list[str]:
    """What became of each row of a check."""
    return [row[2] for row in table(page, "app-table--rows")]


def tsv(*rows: str) -> str:
    """Rows written with bars for tabs."""
    return "\n".join(row.replace("|", "\t") for row in rows)


def test_a_grid_has_a_row_for_every_indicator_of_the_period(officer: Person) -> None:
    rows = table(officer.get(GRID), "app-table--grid")
    titles = [row[0] for row in rows]

    assert any(title.startswith("Adults who") for title in titles) is False  # a calendar year's
    assert any(title.startswith("Delayed transfers") for title in titles) is False  # retired
    assert any(title.startswith("Emergency admissions after a fall") for title in titles)
    assert all("no value" == row[1] for row in rows)


def test_a_grid_of_one_indicator_has_a_row_for_every_period(officer: Person) -> None:
    rows = table(officer.get(OF_ONE), "app-table--grid")

    assert ["2026/27", "2025/26", "2024/25"] == [row[0].split(" ")[0] for row in rows][:3]
    assert ["no value", "69.9% (submitted)"] == [row[1] for row in rows][:2]


def test_without_a_period_the_one_that_most_indicators_have_is_shown(officer: Person) -> None:
    page = officer.get(f"/agreements/{CODE}/entry-grid")
    assert "2025/26, Warwickshire" == page.one("p", cls="app-subtitle").text


def test_every_row_is_told_in_the_words_of_a_load(desk: BuiltDesk, officer: Person) -> None:
    before = desk.position
    pasted = tsv(
        "gld||FY2025|69.9||",
        "gld|Warwickshire|2024-25|69.5||counted again",
        "falls|E10000031|FY2026|1,850||",
        "falls||FY2026|1851||",
        "foster|||about 7||",
        "transfer|||7||",
        "fosters|||7||",
        "Older people still at home 91 days after leaving hospital into reablement||FY2026|0.84||",
        "neet|||||no figure yet",
    )
    page = officer.check(GRID, pasted=pasted, standing="provisional")

    assert [
        "unchanged", "correction", "duplicate", "duplicate", "invalid", "rejected", "rejected",
        "new", "missing",
    ] == outcomes(page)  # fmt: skip
    why = [row[3] for row in table(page, "app-table--rows")]
    assert why[1].startswith("In place of 69.4 (")
    assert "row 4" in why[2]
    assert "retired" in why[5]
    assert "about a hundredth of 84" in why[7]
    assert (
        "The pasted columns were taken as: indicator, area, period, value, denominator, note."
        in page.text
    )
    assert "Send 2 values" in page.text
    assert before == desk.position


def test_typed_and_pasted_rows_are_sent_together_one_act_an_indicator(
    desk: BuiltDesk, officer: Person
) -> None:
    form = hidden(officer.get(GRID))
    place = next(n for n, cell in form.items() if cell == "FY2026 falls").removeprefix("cell-")
    typed = {f"value-{place}": "1850", f"note-{place}": "By hand."}
    pasted = tsv("gld|2023-24|68.9", "gld|2026-27|70.4", "foster|2026-27|55")
    page = officer.check(GRID, **form, **typed, pasted=pasted)
    assert ["correction", "new", "new", "new"] == outcomes(page)
    before = desk.position
    sent = officer.send(GRID, page, reason="As published.")
    again = officer.send(GRID, page, reason="As published.")

    positions = ",".join(str(before + n) for n in range(1, 5))
    assert f"/agreements/{CODE}/receipts/{positions}" == sent.headers["location"]
    assert sent.headers["location"] == again.headers["location"]
    assert before + 4 == desk.position
    kinds = [type(recorded.event) for _, recorded in desk.events[-4:]]
    assert 3 == kinds.count(ValuesSubmitted)
    assert 1 == kinds.count(ValuesCorrected)
    assert {"falls", "foster", "gld"} == {code for code, _ in desk.events[-4:]}
    assert (Decimal("70.4"), Decimal("68.9")) == (
        held(desk, "gld", "FY2026").entry.value,
        held(desk, "gld", "FY2023").entry.value,
    )
    receipt = officer.get(sent.headers["location"])
    assert "What was recorded" == receipt.one("h1").text
    assert 4 == len(receipt.every("section", cls="app-panel"))


def test_a_correction_needs_a_reason_and_another_unit_to_be_confirmed(
    desk: BuiltDesk, officer: Person
) -> None:
    page = officer.check(GRID, pasted=tsv("gld|FY2025|0.699"))
    assert "1 of the 1 figures" in page.text
    refused = parsed(officer.send(GRID, page, 422).text)
    assert ["#reason", "#confirm_unit"] == [link for link, _ in wrong(refused)]
    assert {"reason", "confirm_unit"} <= {each["id"] for each in refused.every("textarea", "input")}
    still = parsed(officer.send(GRID, refused, 422, reason="A share.").text)
    assert ["#confirm_unit"] == [link for link, _ in wrong(still)]
    assert "A share." == still.one("textarea", id="reason").text
    officer.send(GRID, still, reason="A share.", confirm_unit="yes")

    assert Decimal("0.699") == held(desk, "gld", "FY2025").entry.value


def test_changing_the_rows_shows_them_as_they_were_typed(officer: Person) -> None:
    form = hidden(officer.get(GRID))
    pasted = tsv('gld|FY2025|70.1||a "note"', "foster|FY2026|x")
    page = officer.check(GRID, **form, **{"value-0": "5"}, pasted=pasted)
    again = parsed(officer.post(GRID, 200, **{**hidden(page), "step": "change"}).text)

    assert "5" == again.one("input", id="value-0")["value"]
    (area,) = again.every("textarea", id="pasted")
    assert pasted.split() == "".join(map(str, area.inside)).split()


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({}, "pasted", "Nothing was typed"),
        ({"pasted": "value\tvalue\n1\t2"}, "pasted", "Two columns are headed value"),
        ({"pasted": "gld\t70", "data_available_on": "soon"}, "data_available_on", "is a date"),
        ({"pasted": "gld\t70", "data_available_on": "2999-01-01"}, "data_available_on", "by today"),
        ({"pasted": "gld\t70\n" * 1001}, "pasted", "too many to paste"),
    ],
)
def test_what_cannot_be_looked_at_leads_to_its_field(
    officer: Person, typed: dict[str, str], field: str, said: str
) -> None:
    page = officer.check(GRID, 422, **typed)
    ((link, sentence),) = wrong(page)

    assert f"#{field}" == link
    assert said in sentence


def test_what_others_did_meanwhile_refuses_their_indicator_and_no_other(
    desk: BuiltDesk, officer: Person
) -> None:
    page = officer.check(GRID, pasted=tsv("falls|1850", "foster|55"))
    desk.record("falls", ValuesSubmitted(entries=(_entry("1900"),)), "p-erased")
    result = parsed(officer.send(GRID, page, 409).text)

    assert "Some values were not recorded" == result.one("h1").text
    refused, recorded = (
        result.one("section", **{"aria-labelledby": name}) for name in ("refused", "recorded")
    )
    assert "Emergency admissions after a fall" in refused.text
    assert "has a value already" in refused.text
    assert f"position {desk.position}" in recorded.text
    assert Decimal(55) == held(desk, "foster", "FY2026").entry.value
    again = officer.check(GRID, **hidden(result))
    assert ["correction"] == outcomes(again)
    officer.send(GRID, again, reason="Mine is right.")
    assert Decimal(1850) == held(desk, "falls", "FY2026").entry.value


def test_one_that_was_corrected_meanwhile_is_not_overwritten(
    desk: BuiltDesk, officer: Person
) -> None:
    page = officer.check(GRID, pasted=tsv("gld|FY2025|70.1"))
    before = held(desk, "gld", "FY2025")
    given = EntryGiven(entry=_entry("68", "FY2025")).entry
    correction = Correction(period=given.period, area=HOME, value=given.value, replaces=before.name)
    desk.record("gld", ValuesCorrected(entries=(correction,), reason="ab" * 32), "p-erased")
    result = parsed(officer.send(GRID, page, 409, reason="Late.").text)

    assert "Nothing was recorded" == result.one("h1").text
    assert "is not the entry that holds" in result.text
    assert Decimal(68) == held(desk, "gld", "FY2025").entry.value


def test_nothing_new_leaves_nothing_to_send(desk: BuiltDesk, officer: Person) -> None:
    page = officer.check(GRID, pasted=tsv("gld|FY2024|69.4"))

    assert ["unchanged"] == outcomes(page)
    assert "There is nothing to send" in page.text
    officer.send(GRID, page, 200)
    assert BuiltDesk().position == desk.position


def test_a_part_of_the_population_is_pasted_with_headings(desk: BuiltDesk, officer: Person) -> None:
    pasted = tsv("period|value|breakdown.sex", "2026-27|70.4|F", "2026-27|69.1|M")
    page = officer.check(OF_ONE, pasted=pasted)
    officer.send(OF_ONE, page)

    parts = {key.breakdown for key in desk.folds["gld"].entries if key.period == "FY2026"}
    assert {"sex=F", "sex=M"} == parts
    assert Decimal("69.1") == desk.folds["gld"].entries[Key(HOME, "FY2026", "sex=M")].entry.value


@pytest.mark.parametrize("payload", ["", "{", "[1]", '[{"indicator": "gld"}]'])
def test_a_damaged_form_records_nothing(desk: BuiltDesk, officer: Person, payload: str) -> None:
    officer.post(GRID, 400, step="send", key="k", payload=payload)
    assert BuiltDesk().position == desk.position


def _entry(value: str, period: str = "FY2026") -> Entry:
    return Entry(period=period, area=HOME, value=Decimal(value))
