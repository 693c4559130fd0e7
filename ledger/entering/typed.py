"""Figures as people type them: thousands set off, the sign of the unit, a true minus."""

from decimal import Decimal

from ledger.loading import unit_signs
from ledger.loading.figures import Numbers, read_figure

NUMBERS = Numbers(thousands=",")


def without_sign(text: str, unit: str) -> str:
    """A figure without the sign of its indicator's unit; another sign stays, to be refused."""
    return unit_signs.without_sign(text.strip().replace("−", "-"), unit)


def figure_typed(text: str, unit: str, field: str) -> Decimal | None:
    """The figure of a field, None for an empty one. Raises NotANumber."""
    figure = without_sign(text, unit)
    return read_figure(figure, NUMBERS, field=field) if figure else None
