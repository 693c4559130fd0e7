"""Weights by indicator code, in the rules of baskets and of rewards."""

from collections.abc import Container


def unknown_weights(settings: object, indicators: Container[str]) -> list[str]:
    """The codes that rules give a weight, and that are no indicators; none for rules without.

    Such a weight counts nowhere, and the indicator that was meant goes without it.
    """
    return [code for code in getattr(settings, "weights", ()) if code not in indicators]
