"""Where the middle half of a group lies in each period: what the chart of an indicator shows."""

from collections.abc import Iterable

from ledger.engine import Connection
from policies.comparator_group import compared
from policies.comparing import middle_half
from policies.numbers import to_text
from projections.comparator_answers import Band, BandPeriod
from projections.reading.clocks import ResolvedClocks
from projections.reading.comparator_groups import (
    PARTS,
    area_asked,
    as_compared,
    compares_by,
    group_of,
)
from projections.reading.indicators import one_indicator
from projections.reading.others import read_figures_over
from projections.reading.structure import read_structure
from projections.spans import span_of


def read_band(
    connection: Connection,
    agreement: str,
    indicator: str,
    clocks: ResolvedClocks,
    *,
    periods: Iterable[str],
    area: str | None = None,
) -> Band | None:
    """The middle half of the first group in each of these periods, in order of time.

    None where no group was known; a period with fewer than four figures is left out. Whatever
    number of periods is read with one question. Raises UnknownAgreement, UnknownIndicator and
    UnknownArea.
    """
    known = clocks.clocks.known_position
    structure = read_structure(connection, agreement, clocks.clocks, PARTS)
    found = one_indicator(connection, structure, indicator, known)
    if not structure.groups:
        return None
    chosen = group_of(structure, None)
    group, place = as_compared(chosen), area_asked(structure, chosen, area)
    areas = {place, *group.members}
    own = areas.intersection(each.code for each in structure.sheet.areas)
    told = read_figures_over(connection, found.id, found.definition, periods, areas, own, known)
    lies = []
    for code in sorted(told, key=lambda code: span_of(code).order):
        settings = compares_by(structure, code, clocks.clocks.policy_position).settings
        middle = middle_half(group, told[code], found.definition, settings, place)
        if middle is None:
            continue
        lies.append(
            BandPeriod(
                period=code,
                period_label=span_of(code).label,
                areas=middle.areas,
                includes_home=compared(group, place, settings).includes_home,
                lower=None if middle.lower is None else to_text(middle.lower),
                median=to_text(middle.median),
                upper=None if middle.upper is None else to_text(middle.upper),
            )
        )
    return Band(
        clocks=clocks.clocks,
        area=place,
        group=chosen.code,
        group_title=chosen.title,
        group_version=chosen.version,
        periods=tuple(lies),
    )
