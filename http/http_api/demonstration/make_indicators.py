"""Write the demonstration's indicator files from the publisher's dictionary and measures.csv.

Run as ``python -m http_api.demonstration.make_indicators``. What is ours (code, title, unit,
outcome, basis) stands in measures.csv; polarity, calendar, description and owner are the
dictionary's. Three things follow a rule:

* decimals: the dictionary's, else as many as the newest vintage uses, binary tails set aside;
* decimals accepted: more than that where some vintage has them, so that every figure is taken;
* due lag: from the period's end to the last day of the month in which the dictionary, in the
  first vintage that lists the newest period, says the measure was last updated; to the vintage's
  own day where that is earlier, or where the dictionary was not brought up to date.
"""

import csv
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from http_api.demonstration.make_slice import HOME, VINTAGES, rows_of
from http_api.demonstration.published import (
    POOLED,
    Figure,
    Key,
    calendar_of,
    dictionary,
    figures,
)
from policies.definition import Polarity
from policies.numbers import decimals_of
from policies.periods import Period

HERE = Path(__file__).parent
NOW, FIRST = HERE / "indicators.csv", HERE / f"indicators_{VINTAGES[0]}.csv"
POLARITY = {"High": Polarity.BIGGER, "Low": Polarity.SMALLER, "-": Polarity.NEUTRAL}
OWNER = "Data Owner (DO) /Supplier and Contact Details"
BINARY_TAIL = 6  # decimals beyond these are the noise of binary arithmetic, not precision
DAY_ZERO = date(1899, 12, 30)  # of a spreadsheet's day numbers
LONGEST_TEXT = 500
Vintages = Mapping[str, Mapping[Key, Figure]]


def due_lag_days(measure: str, vintages: Vintages) -> int:
    """The publication lag of a measure by the rule above, in days from the period's end."""
    newest = max(_listed(measure, vintages[VINTAGES[-1]]))
    day = next(day for day in VINTAGES if newest in _listed(measure, vintages[day]))
    published, updated = date.fromisoformat(day), _updated(dictionary(day)[measure])
    month_end = updated.replace(day=monthrange(updated.year, updated.month)[1])
    due = published if updated <= newest.end else min(month_end, published)
    return (due - newest.end).days


def _listed(measure: str, vintage: Iterable[Key]) -> set[Period]:
    return {key.period for key in vintage if key.measure == measure and key.area == HOME}


def _updated(measure: Mapping[str, str]) -> date:
    """The dictionary's Last Update: a date, or a spreadsheet's number of one."""
    text = measure["Last Update"]
    return DAY_ZERO + timedelta(days=int(text)) if text.isdigit() else date.fromisoformat(text)


def decimals(measure: Mapping[str, str], vintages: Vintages) -> tuple[int, int]:
    """The decimals a measure is shown with, and the most any of its figures has."""
    newest = _decimals_used(measure["Measure_short"], [vintages[VINTAGES[-1]]])
    ever = max(_decimals_used(measure["Measure_short"], vintages.values()))
    if measure["dps"].isdigit():
        return int(measure["dps"]), ever
    return max(used for used in newest if used <= BINARY_TAIL), ever


def _decimals_used(measure: str, vintages: Iterable[Mapping[Key, Figure]]) -> set[int]:
    return {
        decimals_of(figure.value)
        for vintage in vintages
        for key, figure in vintage.items()
        if key.measure == measure and figure.value is not None
    }


def _description(text: str) -> str:
    """The first whole sentences of a description."""
    plain = " ".join(text.split())
    if len(plain) <= LONGEST_TEXT:
        return plain
    return plain[: plain.rindex(". ", 0, LONGEST_TEXT) + 1]


def _row(ours: Mapping[str, str], day: str, vintages: Vintages) -> dict[str, str]:
    """An indicator as agreed on the day of a vintage."""
    theirs = dictionary(day if ours["series_break_at"] else VINTAGES[-1])[ours["key"]]
    shown, most = decimals(dictionary(VINTAGES[-1])[ours["key"]], vintages)
    before = day == VINTAGES[0] and bool(ours["series_break_at"])
    names = ("code", "title", "outcome", "basis")
    margins = {name: text for name, text in ours.items() if name.startswith("margins.")}
    row = {name: ours[name] for name in names} | {
        "unit": ours["first_unit"] if before else ours["unit"],
        "decimals": str(shown),
        "polarity": POLARITY[theirs["Polarity"]].value,
        "interval": "pooled" if ours["key"] in POOLED else "year",
        "calendar": calendar_of(theirs).value,
        "due_lag_days": str(due_lag_days(ours["key"], vintages)),
        "data_owner": " ".join(theirs[OWNER].split()),
        "definition": _description(theirs["Description"]),
        "source": "Department for Education, Local Authority Interactive Tool:"
        f" {' '.join(theirs['Measure'].split())} ({ours['key']})",
        "decimals_accepted": str(most) if most > shown + 2 else "",
        "series_break_at": "" if before else ours["series_break_at"],
    }
    return row | margins


def make(day: str) -> list[dict[str, str]]:
    """Every indicator as agreed on the day of a vintage."""
    vintages = {day: figures(day) for day in VINTAGES}
    return [_row(ours, day, vintages) for ours in rows_of(HERE / "measures.csv")]


def main() -> None:
    """Write both files."""
    for file, day in ((FIRST, VINTAGES[0]), (NOW, VINTAGES[-1])):
        rows = make(day)
        with file.open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
