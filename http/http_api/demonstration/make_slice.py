"""Cut the demonstration's files out of the publisher's whole files.

Run as ``python -m http_api.demonstration.make_slice FOLDER``, where FOLDER holds the publisher's
``values_published_DAY.csv``, ``measures_published_DAY.csv``, ``statistical_neighbours_DAY.csv``
and ``la_codes.csv``. A line of a values file is kept, byte for byte, when it is about one of the
demonstration's areas; nothing in a line is altered.
"""

import csv
import sys
from pathlib import Path

HERE = Path(__file__).parent / "data"
VINTAGES = ("2024-12-18", "2025-05-02", "2025-11-25", "2026-04-08")
HOME, ABOVE = "Warwickshire", ("West Midlands", "England")
EDITION = "2025-05"  # of the list of statistical neighbours
MEASURE_FIELDS = (
    "Measure_code",
    "Topic",
    "Measure",
    "Measure_short",
    "Polarity",
    "y_axis_name",
    "Description",
    "Last Update",
    "Next Update",
    "Data Owner (DO) /Supplier and Contact Details",
    "dps",
    "Year_Type",
)


def rows_of(file: Path) -> list[dict[str, str]]:
    """The rows of a publisher's file, every value as its text."""
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def neighbours(folder: Path) -> tuple[str, ...]:
    """The names of the home area's ten statistical neighbours, closest first."""
    names = {row["LA Number"]: row["LA Name"] for row in rows_of(folder / "la_codes.csv")}
    ranked = sorted(
        (int(row["rank"]), names[row["neighbour LA num"]])
        for row in rows_of(folder / f"statistical_neighbours_{EDITION}.csv")
        if row["LA Name"] == HOME
    )
    return tuple(name for _, name in ranked)


def cut(source: Path, target: Path, column: str, wanted: frozenset[str]) -> None:
    """Copy the header and the lines whose column is one of the wanted words, unaltered."""
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = csv.reader(lines)
    place = next(rows).index(column)
    kept = [line for line, row in zip(lines[1:], rows, strict=True) if row[place] in wanted]
    target.write_text("".join([lines[0], *kept]), encoding="utf-8")


def cut_measures(source: Path, target: Path) -> None:
    """Copy the dictionary without its long methodology and the columns about the tool itself."""
    with target.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, MEASURE_FIELDS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows_of(source))


def main(folder: Path, target: Path = HERE) -> None:
    """Write every file of the slice."""
    target.mkdir(exist_ok=True)
    areas = frozenset({HOME, *ABOVE, *neighbours(folder)})
    for day in VINTAGES:
        values, measures = f"values_published_{day}.csv", f"measures_published_{day}.csv"
        cut(folder / values, target / values, "LA and Regions", areas)
        cut_measures(folder / measures, target / measures)
    listed = f"statistical_neighbours_{EDITION}.csv"
    cut(folder / listed, target / listed, "LA Name", frozenset({HOME}))
    cut(folder / "la_codes.csv", target / "la_codes.csv", "LA Name", areas)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
