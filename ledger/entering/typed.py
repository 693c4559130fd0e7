"""Figures as people type them: thousands set off, the sign of the unit, a true minus."""

from decimal import Decimal

from ledger.loading.figures import Numbers, read_figure

NUMBERS = Numbers(thousands=",")
_BEFORE = ("£", "€", "$")
_BEHIND = ("%", "‰")


def without_sign(text: str, unit: str) -> str:
    """A figure without the sign of its indicator's unit; another sign stays, to be refused."""
    figure = text.strip().replace("−", "-")
    unit = "%" if unit in ("per cent", "percent", "percentage") else unit
    if unit in _BEHIND:
        return figure.removesuffix(unit).rstrip()
    if unit in _BEFORE:
        negative = figure.startswith("-")
        bare = figure.removeprefix("-").removeprefix(unit).lstrip()
        return f"-{bare}" if negative else bare
    return figure


def figure_typed(text: str, unit: str, field: str) -> Decimal | None:
    """The figure of a field, None for an empty one. Raises NotANumber."""
    figure = without_sign(text, unit)
    return read_figure(figure, NUMBERS, field=field) if figure else None
