"""What the pages of loads say: how many rows were refused, and what takes a figure away."""

from datetime import date
from uuid import UUID

import msgspec
import pytest
from browser.built import BuiltReader
from browser.built_loads import load_of
from browser.judged import CODE, clocks
from browser.parsed import Element, parsed
from samples_files.loads import Ledger, yearly

from http_api.load_answers import LoadAnswer
from http_api.load_files import kept_file
from http_api.pages.loads import load_page, loads_page
from http_api.pages.reader import ClocksAsked
from http_api.problems import HttpProblem
from ledger.accounts import Visitor
from ledger.loading.document import CheckShown, StepShown, document_of_check
from ledger.loading.load import Checked
from ledger.loading.mapping import read_mapping
from policies.refusals import LoadWrongStage

NOW = ClocksAsked()
OFFICER = Visitor(person="p-entry", name="Asha Rao")
LOAD = UUID(int=77)


class OneLoad(BuiltReader):
    """The built board with a load that was checked as given."""

    def __init__(self, checked: Checked, **changes: object) -> None:
        super().__init__()
        answer = self.loads(CODE, NOW, after="", limit=50)
        step = StepShown("received", "p-entry", answer.loads[0].received_at, 12)
        check = CheckShown("ab" * 32, checked.writes)
        self._told = msgspec.structs.replace(
            document_of_check(CODE, checked, 10),
            load=str(LOAD),
            steps=(step,),
            checked=check,
            **changes,
        )

    def load(self, agreement: str, load: UUID, asked: ClocksAsked) -> LoadAnswer:
        """The load, whatever its id."""
        return LoadAnswer(clocks=clocks(asked), **msgspec.structs.asdict(self._told))


def page_of(checked: Checked, **changes: object) -> Element:
    """The page of a load that was checked as given."""
    return parsed(load_page(OneLoad(checked, **changes), NOW, OFFICER, CODE, LOAD)).one("main")


def rows(page: Element, kind: str) -> list[dict[str, str]]:
    """The rows of all tables of a kind, by the names of their columns."""
    found = []
    for table in page.every("table", cls=kind):
        names = [cell.text for cell in table.one("thead").every("th")]
        for row in table.one("tbody").every("tr"):
            cells = [cell for cell in row.every("th", "td")]
            found.append(
                {n: c.text.removeprefix(n).strip() for n, c in zip(names, cells, strict=True)}
            )
    return found


def test_as_many_rows_are_refused_wherever_it_is_told() -> None:
    """A repeated row, of which the first counts, is not refused; contradicting ones are."""
    ledger = Ledger({"E1": "Here", "E2": "There"}, {"I1": yearly(), "I2": yearly()})
    content = "indicator,area,period,value\n" + "\n".join(
        (
            "I1,E1,FY2021,1",
            "I1,E1,FY2021,1",
            "I2,E1,FY2021,1",
            "I2,E1,FY2021,2",
            "I2,E2,FY2021,about 2",
            "I9,E1,FY2021,1",
        )
    )
    page = page_of(ledger.check(content.encode()))

    assert "1 new, 0 unchanged, 1 repeated, 4 refused" in page.text
    by_indicator = rows(page, "app-table--indicators")
    assert [("1", "1", "0"), ("0", "0", "3"), ("0", "0", "1")] == [
        (row["New"], row["Repeated"], row["Refused"]) for row in by_indicator
    ]
    assert "2 rows: conflicting duplicate" in page.text


def test_the_columns_of_the_list_add_up_to_the_rows() -> None:
    """Those of the page of a load do too."""
    listed = parsed(loads_page(BuiltReader(), NOW, OFFICER, CODE)).one("main")
    judged = [row for row in rows(listed, "app-table--loads") if row["Rows"].isdigit()]

    assert judged
    for row in judged:
        parts = ("New", "Corrected", "Others", "Refused")
        assert int(row["Rows"]) == sum(int(row[name]) for name in parts)


def test_figures_that_a_missing_mark_takes_away_are_listed() -> None:
    """With what was there, first; an indicator that loses a figure is not one of the quiet."""
    names = ("indicator", "area", "period", "value")
    columns = "[columns]\n" + "".join(f'{name} = "{name}"\n' for name in names)
    mapping = read_mapping(f'{columns}[missing]\nmarks = ["-"]\nrecord = true\n')
    ledger = Ledger({"E1": "Here"}, {"I1": yearly(), "I2": yearly()})
    header = "indicator,area,period,value\n"
    ledger.load(f"{header}I1,E1,FY2021,12.5\nI2,E1,FY2021,4".encode())
    content = f"{header}I1,E1,FY2020,-\nI1,E1,FY2021,-\nI2,E1,FY2021,4"
    checked = ledger.check(content.encode(), mapping)
    page = page_of(checked)

    assert ["12.5", ""] == [row.was for row in checked.findings.recorded]
    told = rows(page, "app-table--rows")
    assert [("3", True), ("2", False)] == [
        (row["Row"], row["Was"].startswith("12.5")) for row in told
    ]
    assert "Record 2 figures" in page.text
    assert "1 indicator of which nothing is recorded and nothing refused" in page.text


def test_the_page_tells_the_day_of_release_and_leads_to_the_mapping() -> None:
    """Where there are any."""
    checked = Ledger({"E1": "Here"}, {"I1": yearly()}).check(
        b"indicator,area,period,value\nI1,E1,FY2021,1"
    )
    told = page_of(checked, released_on=date(2026, 4, 8), mapping_digest="ab" * 32)
    links = {link["href"] for link in told.every("a")}

    assert "Its publisher released it on 8 April 2026." in told.text
    assert f"/agreements/{CODE}/loads/{LOAD}/mapping" in links
    assert "mapping" not in page_of(checked).text


@pytest.mark.parametrize(
    ("positions", "says"),
    [((14,), "recorded at ledger position 14."), ((14, 15), "at ledger positions 14 to 15.")],
)
def test_what_was_recorded_tells_its_one_position_once(
    positions: tuple[int, ...], says: str
) -> None:
    checked = Ledger({"E1": "Here"}, {"I1": yearly()}).check(
        b"indicator,area,period,value\nI1,E1,FY2023,1\n"
    )
    page = page_of(checked, state="committed", entries=1, positions=positions)

    assert says in page.text


def test_a_file_that_is_being_checked_was_not_refused() -> None:
    """Its time comes; that of a refused one does not."""
    with pytest.raises(LoadWrongStage, match="being checked"):
        kept_file(load_of("checking"))
    with pytest.raises(HttpProblem, match="never checked"):
        kept_file(load_of("refused"))
    assert kept_file(load_of("withdrawn")).bytes
