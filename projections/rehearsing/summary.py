"""What a rehearsal comes to, in plain sentences, the most important first."""

from collections.abc import Sequence
from itertools import islice

from policies.cell import NoStatus
from policies.periods import Interval
from policies.rag import Status
from projections.effects import BasketEffect, Effect, RewardEffect, Verdict
from projections.spans import span_of

_ORDER = [status.value for status in Status]  # best first
_GENTLER = (Status.AMBER.value, Status.GREEN.value, Status.EXCEEDING.value)
_RETIRED = NoStatus.RETIRED.value
_MOST_NAMED = 3  # of periods, in a sentence
_NOUNS = {
    Interval.MONTH: "month",
    Interval.QUARTER: "quarter",
    Interval.TERM: "term",
    Interval.YEAR: "year",
}


def compare(before: str | None, after: str | None) -> int:
    """1 where the second status is better than the first, -1 where it is worse, else 0."""
    if before is None or after is None:
        return 0
    first, second = _ORDER.index(before), _ORDER.index(after)
    return (first > second) - (first < second)


def summary_of(
    compared: Sequence[Effect],
    effects: Sequence[Effect],
    rewards: Sequence[RewardEffect],
    baskets: Sequence[BasketEffect],
) -> str:
    """Sentences about statuses, then stages, what is judged together, and rewards."""
    return " ".join(
        sentence
        for sentence in (
            _statuses(compared, effects),
            _leniency(effects),
            _stages(effects),
            _baskets(baskets),
            _rewards(rewards),
        )
        if sentence
    )


def earlier_sentence(effects: Sequence[Effect], effective_from: str) -> str:
    """Which periods before the effective one would be judged otherwise, and how; "" for none.

    One that keeps its verdict is none of its indicator's any more.
    """
    if not effects:
        return ""
    named = [
        ", ".join((one.title, one.area_name, one.period_label, *_moves(one.before, one.after)))
        for one in islice(effects, _MOST_NAMED)
    ]
    more = len(effects) - len(named)
    if more:
        named.append(f"and {more} more")
    count = "1 period that begins" if len(effects) == 1 else f"{len(effects)} periods that begin"
    before = span_of(effective_from).label
    return f"{count} before {before} would be judged otherwise: {'; '.join(named)}."


def _moves(before: Verdict, after: Verdict) -> Sequence[str]:
    """What of a verdict would be another, as it is and as it would be."""
    if before == after:
        return ("not measured any more",)
    sides = [
        (
            one.judged or "no value",
            (one.status or one.reason or "").replace("-", " "),
            f"stage {one.stage}" if one.stage else "no stage",
        )
        for one in (before, after)
    ]
    return [f"{was} → {would_be}" for was, would_be in zip(*sides, strict=True) if was != would_be]


def _statuses(compared: Sequence[Effect], effects: Sequence[Effect]) -> str:
    better = [one for one in effects if compare(one.before.status, one.after.status) > 0]
    worse = [one for one in effects if compare(one.before.status, one.after.status) < 0]
    retired = [one for one in effects if _ends(one)]
    others = [
        one
        for one in effects
        if (one.before.status is None) != (one.after.status is None) and not _ends(one)
    ]
    if not (better or worse or retired or others):
        return "No status would have been another."
    told = [_better(compared, better), _worse(worse, bool(better)), _retired(retired)]
    if others:
        told.append(f"{_some(others)} would have gained or lost a status")
    return "; ".join(part for part in told if part) + "."


def _better(compared: Sequence[Effect], better: Sequence[Effect]) -> str:
    """The red ones first, out of how many; the rest beside them."""
    red = [one for one in better if one.before.status == Status.RED]
    rest = len(better) - len(red)
    told = []
    if red:
        all_red = [one for one in compared if one.before.status == Status.RED]
        told.append(f"{len(red)} of {_some(all_red, 'red ')} would have been {_became(red)}")
    if rest:
        others = [one for one in better if one.before.status != Status.RED]
        more = " more" if red else ""
        told.append(f"{rest}{more} {_noun(others)} would have been better, {_became(others)}")
    return ", ".join(told)


def _worse(worse: Sequence[Effect], after_better: bool) -> str:
    if not worse:
        return "none worse" if after_better else ""
    if after_better:
        return f"{len(worse)} worse, {_became(worse)}"
    return f"{_some(worse)} would have been worse, {_became(worse)}"


def _ends(one: Effect) -> bool:
    """Whether a status would be lost by a retirement."""
    return one.before.status is not None and one.after.reason == _RETIRED


def _retired(retired: Sequence[Effect]) -> str:
    """Those that would lose their status by being retired, and how many of them were red."""
    if not retired:
        return ""
    red = sum(one.before.status == Status.RED for one in retired)
    return f"{_some(retired)} would have been retired" + (f", {red} of them red" if red else "")


def _leniency(effects: Sequence[Effect]) -> str:
    """Said where a proposal mostly turns red into amber or better."""
    changed = [one for one in effects if one.before.status != one.after.status]
    gentler = [
        one for one in changed if one.before.status == Status.RED and one.after.status in _GENTLER
    ]
    if len(gentler) * 2 <= len(changed):
        return ""
    return "Most of what it changes is red that turns amber or better."


def _stages(effects: Sequence[Effect]) -> str:
    lower = [one for one in effects if (one.after.stage or 0) < (one.before.stage or 0)]
    higher = [one for one in effects if (one.after.stage or 0) > (one.before.stage or 0)]
    told = []
    if lower:
        told.append(f"{_some(lower)} would have stood at a lower stage")
    if higher:
        told.append(f"{_some(higher)} at a higher one" if told else _higher(higher))
    return f"{', '.join(told)}." if told else ""


def _higher(higher: Sequence[Effect]) -> str:
    return f"{_some(higher)} would have stood at a higher stage"


def _baskets(baskets: Sequence[BasketEffect]) -> str:
    if not baskets:
        return ""
    times = len(baskets)
    return f"What is judged together would differ {times} time{'s' if times > 1 else ''}."


def _rewards(rewards: Sequence[RewardEffect]) -> str:
    if not rewards:
        return ""
    return f"What is paid would differ {len(rewards)} time{'s' if len(rewards) > 1 else ''}."


def _became(effects: Sequence[Effect]) -> str:
    words = [status for status in _ORDER if any(one.after.status == status for one in effects)]
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _some(effects: Sequence[Effect], colour: str = "") -> str:
    noun = _noun(effects)
    return f"{len(effects)} {colour}{noun}"


def _noun(effects: Sequence[Effect]) -> str:
    """What the periods are: quarters where all are quarters, else periods."""
    intervals = {span_of(one.period).period.interval for one in effects}
    noun = _NOUNS.get(intervals.pop(), "period") if len(intervals) == 1 else "period"
    return noun if len(effects) == 1 else f"{noun}s"
