"""Folding whole indicators, as a load needs them: the same fold as ``evolve`` makes, sooner.

Nobody asks here which keys an event changed, and a value that was submitted is all there is to fold
for nearly every entry. So the entries of one such event are laid down together.
"""

from ledger.event import Recorded
from ledger.indicator.events import ValuesSubmitted
from ledger.indicator.state import Held, Indicator, Key, breakdown_key, evolve
from policies.standing import Standing

# A named tuple's own constructor passes every field through a Python function; this takes them as
# they come, in a third of the time. They must be all the fields, in their order.
_new = tuple.__new__


def fold_in(state: Indicator, recorded: Recorded) -> None:
    """Fold one event into the state, which is altered."""
    if type(recorded.event) is ValuesSubmitted:
        _submitted(state, recorded, recorded.event)
    else:
        evolve(state, recorded)


def _submitted(state: Indicator, recorded: Recorded, event: ValuesSubmitted) -> None:
    position, actor, at = recorded.position, recorded.actor, recorded.recorded_at
    state.version, state.position = recorded.originator_version, position
    waiting, entries = Standing.SUBMITTED, event.entries
    keys: list[Key] = [
        _new(Key, (one.area, one.period, breakdown_key(one.breakdown) if one.breakdown else ""))
        for one in entries
    ]
    held: list[Held] = [
        _new(Held, (position, index, one, waiting, actor, "", at, position, None, ""))
        for index, one in enumerate(entries)
    ]
    state.entries.update(zip(keys, held, strict=True))
    names = [f"{position}.{index}" for index in range(len(entries))]
    state.names.update(zip(names, keys, strict=True))
