"""How far a figure is from its target, and what the rules allow, as one sentence for a board."""

from decimal import Decimal
from fractions import Fraction

import msgspec

from http_api.pages.words import figure, quantity, short_unit
from policies.definition import Definition, Polarity
from policies.numbers import EXACT, round_half_up, to_text
from policies.rag import RagSettings, Status, effective, is_worse, status_of
from projections.answers import Why

_HUNDRED = Decimal(100)
_MOST_DECIMALS = 6  # of a percentage that lies just beside what is allowed


def distance_in_words(why: Why) -> str:
    """21% worse than its target; up to 10% worse is amber. "" where no distance decides.

    Says what the steps of the working say, of a figure that is judged against a target.
    """
    judged = None if why.entry is None else why.entry.judged
    adopted = [policy.settings for policy in why.policies if policy.kind == "rag"]
    if why.row.status is None or judged is None or why.target is None or not adopted:
        return ""
    settings = msgspec.convert(adopted[0], RagSettings, strict=False)
    return distance_of(Decimal(judged), Decimal(why.target.level), why.definition, settings)


def distance_of(
    judged: Decimal, target: Decimal, definition: Definition, settings: RagSettings
) -> str:
    """The same of a figure that has a status by these rules."""
    polarity = definition.polarity
    if polarity not in (Polarity.BIGGER, Polarity.SMALLER):
        return ""
    settings = effective(settings, definition)
    floor, exceed = settings.floor, settings.exceed_margin
    if floor is not None and is_worse(judged, floor, polarity):
        return f"Worse than {quantity(to_text(floor), definition.unit)}, which is always red."
    if judged == target:
        return "Exactly its target."
    far = EXACT.abs(EXACT.subtract(judged, target))
    told = _Telling(settings, definition, target)
    if not is_worse(judged, target, polarity):
        said = f"{told.distance(far, exceed)} better than its target"
        return f"{said}; from {told.margin(exceed)} better it exceeds it." if exceed else f"{said}."
    green = status_of(judged, target, definition, settings) is Status.GREEN
    margin = settings.green_margin if green else settings.amber_margin
    said = f"{told.distance(far, margin)} worse than its target"
    if not margin:
        return f"{said}; nothing that is worse is amber."
    return f"{said}; up to {told.margin(margin)} worse is {'green' if green else 'amber'}."


class _Telling:
    """Distances and margins as the rules measure them: in the unit, or as shares of the target."""

    def __init__(self, settings: RagSettings, definition: Definition, target: Decimal) -> None:
        self._relative = settings.basis == "relative"
        self._unit, self._target = definition.unit, target

    def distance(self, far: Decimal, margin: Decimal | None) -> str:
        """How far, with as many decimals as it takes to be told apart from the margin."""
        if not self._relative:
            return self._amount(far)
        part = Fraction(far) * 100 / abs(Fraction(self._target))
        allowed = None if margin is None else EXACT.multiply(margin, _HUNDRED)
        for decimals in range(_MOST_DECIMALS + 1):
            told = round_half_up(part, decimals)
            if told and (told != allowed or part == allowed):
                break
        return figure(to_text(told), "%")

    def margin(self, margin: Decimal) -> str:
        """What is allowed."""
        if not self._relative:
            return self._amount(margin)
        return figure(to_text(EXACT.multiply(margin, _HUNDRED).normalize()), "%")

    def _amount(self, amount: Decimal) -> str:
        """An amount in the unit: of a percentage, points."""
        text = to_text(amount)
        if short_unit(self._unit) == "%":
            return f"{figure(text, '')} percentage {'point' if amount == 1 else 'points'}"
        return quantity(text, self._unit)
