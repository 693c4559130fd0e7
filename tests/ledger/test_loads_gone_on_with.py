"""A load of which parts are in is gone on with as it was checked, whatever has moved since."""

from collections.abc import Iterator

import pytest
from ledgers import CODE, areas
from loads_stage import BY_CODE, HOME, Stage, csv_of, cut_off, half_in, stage

from ledger.indicator.commands import WithdrawValues
from ledger.indicator.state import Key
from ledger.load.state import Load
from ledger.load.state import Stage as At
from ledger.loading import judging
from ledger.loading.asking import ask_to_commit

OTHER = areas(2)[1].code
YEARS = ("FY2019", "FY2020", "FY2021", "FY2022")
TWELVE = {(f"I{n}", "home", year): "7" for n in range(3) for year in YEARS}
BY_AREA = {(indicator, HOME, year): value for (indicator, _, year), value in TWELVE.items()}
BY_INDICATOR = BY_CODE.replace("areas =", "indicators =")
WITH_NOTES = """
[columns]
indicator = "indicator"
area = "area"
period = "period"
value = "value"
note = "note"
standing = "standing"
breakdown.sex = "sex"

[missing]
marks = ["-"]
record = true
"""
REST = tuple(range(6, 14))  # the rows of TWELVE that come after its first part


@pytest.fixture
def here(embedded_database: str) -> Iterator[Stage]:
    with stage(embedded_database) as made:
        yield made


def half_of_what_was_seen(here: Stage, content: bytes, mapping: str = "") -> Load:
    """The same as half_in, of a load that somebody looked at first."""
    load = here.load(content, dry_run=True, mapping=mapping)  # when more might go in at once
    assert load.checked is not None
    digest = load.checked.digest
    ask_to_commit(here.record, CODE, load.id, digest, here.act(), confirmed_unit=False)
    return cut_off(here, load.id)


def written(here: Stage) -> dict[str, set[str]]:
    """The areas with figures, by indicator."""
    return {f"I{n}": {key.area for key in here.held(f"I{n}")} for n in range(3)}


def set_aside(load: Load) -> tuple[int, tuple[int, ...]]:
    """How many entries are in, and which rows were set aside."""
    assert load.committed is not None
    assert load.committed.set_aside == len(load.committed.set_aside_rows)
    return load.entries, load.committed.set_aside_rows


@pytest.mark.parametrize("seen", [False, True])
def test_rows_whose_code_means_another_area_by_now_are_set_aside(here: Stage, seen: bool) -> None:
    """Those that are in are not written again, to that area."""
    here.means(home=HOME)
    if seen:
        half = half_of_what_was_seen(here, csv_of(TWELVE), BY_CODE)
    else:
        half = half_in(here, TWELVE, mapping=BY_CODE)
    assert (At.COMMITTING, 4) == (half.stage, half.entries)
    here.means(home=OTHER)

    assert (4, REST) == set_aside(here.work(half.id, 4))
    assert {"I0": {HOME}, "I1": set(), "I2": set()} == written(here)


def test_rows_that_would_be_refused_by_now_are_set_aside(here: Stage) -> None:
    here.means(home=HOME)
    half = half_in(here, TWELVE, mapping=BY_CODE)
    here.means(another=HOME)

    assert (4, REST) == set_aside(here.work(half.id, 4))


def test_rows_whose_code_means_another_indicator_by_now_are_set_aside(here: Stage) -> None:
    """Also where the file has no row any more of the indicator that is in."""
    here.means("indicator", a="I0", b="I1")
    half = half_in(
        here, {(code, HOME, year): "7" for code in "ab" for year in YEARS}, mapping=BY_INDICATOR
    )
    here.means("indicator", a="I2", b="I1")

    assert (8, ()) == set_aside(here.work(half.id, 4))
    assert {"I0": {HOME}, "I1": {HOME}, "I2": set()} == written(here)


@pytest.mark.parametrize("seen", [False, True])
def test_a_row_whose_figure_before_it_was_signed_off_since_is_set_aside(
    here: Stage, seen: bool
) -> None:
    """The sign-off would lapse, and whoever signed knew of no load."""
    here.submit("I2", "FY2021", "5")
    half = half_of_what_was_seen(here, csv_of(BY_AREA)) if seen else half_in(here, BY_AREA)
    here.sign_off("I2", "FY2021")

    assert (11, (12,)) == set_aside(here.work(half.id, 4))
    assert "5" == here.value("I2", "FY2021")


def test_a_sign_off_that_was_seen_to_lapse_lapses(here: Stage) -> None:
    """Else the test above would show nothing."""
    here.submit("I2", "FY2021", "5")
    here.sign_off("I2", "FY2021")
    half = half_of_what_was_seen(here, csv_of(BY_AREA))

    assert (12, ()) == set_aside(here.work(half.id, 4))
    assert "7" == here.value("I2", "FY2021")


def test_a_row_left_out_in_its_turn_does_not_come_later(here: Stage) -> None:
    """Its worker is gone too, and by then the row would be as it was checked again."""
    here.means(home=HOME, away=OTHER)
    here.submit("I2", "FY2022", "5")
    names = {"I0": "home", "I1": "away", "I2": "home"}
    figures = {(code, names[code], year): "7" for code, _, year in TWELVE}
    half = half_in(here, figures, mapping=BY_CODE)
    here.means(home=HOME, away=areas(3)[2].code)
    assert 7 == cut_off(here, half.id, most_entries=3).entries
    here.means(home=HOME, away=OTHER)

    assert (8, (6, 7, 8, 9)) == set_aside(here.work(half.id, 3))
    assert {"I0": {HOME}, "I1": set(), "I2": {HOME}} == written(here)


def test_whatever_a_row_wrote_is_known_again(here: Stage) -> None:
    """Corrections, missing marks, notes and trailing noughts."""
    for year in YEARS:
        here.submit("I1", year, "5")
    head = "indicator,area,period,value,note,standing,sex"
    rows = (
        f"I1,{HOME},FY2019,6.500,,,",
        f"I1,{HOME},FY2020,10.00,Said by \u00e9 phone.,,",
        f"I1,{HOME},FY2021,-,,,",
        f"I1,{HOME},FY2022,0.10,,provisional,",
        f"I0,{HOME},FY2019,700,Said by \u00e9 phone.,,female",
        f"I0,{HOME},FY2019,-0,,,male",
        f"I2,{HOME},FY2019,-,Nobody knows.,,",
    )
    load = here.send("\n".join((head, *rows, "")).encode(), mapping=WITH_NOTES)
    assert [2, 6] == [cut_off(here, load, most_entries=1).entries for _ in range(2)]

    assert (7, ()) == set_aside(here.work(load, 1))


def test_a_load_that_began_to_go_in_by_an_earlier_version_is_gone_on_with(
    here: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which did not keep what its rows write: they are known by their keys, and written once."""
    kept = judging._kept

    def as_before(*of: object, in_parts: bool, **how: bool) -> tuple[str, bytes]:
        return kept(*of, in_parts=False, **how)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(judging, "_kept", as_before)
        half = half_in(here, BY_AREA)
    name = here.held("I0")[Key(HOME, "FY2020", "")].name
    here.record.refresh(CODE, "I0")
    command = WithdrawValues(entries=(name,), reason="ab" * 32)
    here.record.handle(CODE, "I0", command, here.act())
    here.submit("I1", "FY2020", "5")

    assert (11, (7,)) == set_aside(here.work(half.id, 4))
    assert (None, "5") == (here.value("I0", "FY2020"), here.value("I1", "FY2020"))
