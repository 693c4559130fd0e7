"""One indicator: the rows of its definition, targets, values and statuses, event by event."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import msgspec

from ledger.event import Event, Recorded
from ledger.indicator.events import (
    IndicatorDefined,
    IndicatorRedefined,
    IndicatorRetired,
    TargetsSet,
    ValuesCorrected,
    ValuesReturned,
    ValuesSignedOff,
    ValuesSubmitted,
    ValuesWithdrawn,
)
from ledger.indicator.state import Held, Indicator, Key, TargetHeld, evolve, key_of
from projections.folding.agreements import AgreementFold
from projections.folding.cells import Cells
from projections.rows import Answers, Row

SHEETS = (IndicatorDefined, IndicatorRedefined, IndicatorRetired)
ENTRIES = (ValuesSubmitted, ValuesCorrected, ValuesReturned, ValuesSignedOff, ValuesWithdrawn)
EVENTS = frozenset({*SHEETS, TargetsSet, *ENTRIES})  # all that this fold understands

_encoder = msgspec.json.Encoder(decimal_format="string")


class IndicatorFold:
    """One indicator as folded so far, and which of its rows hold.

    Owned by the fold it is part of, and brought forward by it alone.
    """

    __slots__ = ("_id", "agreement", "cells", "ordinal", "state", "valued")

    def __init__(self, stream: UUID, agreement: AgreementFold) -> None:
        self.state = Indicator(stream)
        self._id = str(stream)  # as text, for rows and their keys
        self.agreement = agreement
        self.cells = Cells(self.state, agreement)
        self.ordinal = 0  # position at which it was first defined, 0: not yet
        self.valued: set[Key] = set()  # keys with a row of values that holds

    def recall(self, events: Iterable[Recorded]) -> None:
        """Take up where the rows written so far end, without writing them again."""
        for recorded in events:
            evolve(self.state, recorded)
            self.ordinal = self.ordinal or recorded.position
        self.valued = set(self.state.entries)
        self.cells.recall()

    def apply(self, recorded: Recorded, answers: Answers) -> None:
        """Fold one event into the rows."""
        event, position = recorded.event, recorded.position
        self.cells.about_to_change(self._at_stake(event))
        if isinstance(event, ENTRIES):
            headline = self._lay_out_values(evolve(self.state, recorded), position, answers)
            self.cells.entries_changed(headline, position, answers)
        elif isinstance(event, TargetsSet):
            areas_and_periods = dict.fromkeys((t.area, t.period) for t in event.targets)
            there = self.state.targets.keys() & areas_and_periods.keys()
            evolve(self.state, recorded)
            for key in areas_and_periods:
                self._lay_out_target(key, key in there, position, answers)
            self.cells.targets_changed(areas_and_periods, position, answers)
        else:
            lapsed = evolve(self.state, recorded)
            self._lay_out_sheet(position, answers)
            self._lay_out_values(lapsed, position, answers)
            self.cells.definition_changed(position, answers)

    def _at_stake(self, event: Event) -> Iterator[Key] | None:
        """The keys an event may change the entry or target of; None for all of them."""
        match event:
            case ValuesSubmitted() | ValuesCorrected():
                return map(key_of, event.entries)
            case ValuesReturned() | ValuesWithdrawn():
                return (self.state.names[name] for name in event.entries)
            case ValuesSignedOff():
                return (self.state.names[signed.name] for signed in event.entries)
            case TargetsSet():
                return (Key(target.area, target.period, "") for target in event.targets)
            case _:
                return None

    def rules_about_to_change(self) -> None:
        """Rules are about to be adopted."""
        self.cells.about_to_change()

    def rules_changed(self, position: int, answers: Answers) -> None:
        """Judge again what the rules just adopted govern."""
        self.cells.rules_changed(position, answers)

    def _lay_out_sheet(self, position: int, answers: Answers) -> None:
        state, key = self.state, (self._id,)
        if self.ordinal:
            answers.indicator.close(key, position)
        else:
            self.ordinal = position
        row = (
            self._id,
            self.agreement.state.id,
            state.code,
            self.ordinal,
            _encoder.encode(state.definition).decode(),
            state.definition_version,
            state.definition_position,
            state.retired,
        )
        answers.indicator.open(key, row, position)

    def _lay_out_target(
        self, key: tuple[str, str], there: bool, position: int, answers: Answers
    ) -> None:
        row_key = (self._id, *key)
        if there:
            answers.target.close(row_key, position)
        row = _target_row(row_key, self.state.targets[key])
        answers.target.open(row_key, row, position)

    def _lay_out_values(self, keys: Iterable[Key], position: int, answers: Answers) -> list[Key]:
        """Close and open the rows of keys that changed; answer those of the headline."""
        stream, entries, valued, rows = (
            self._id,
            self.state.entries,
            self.valued,
            answers.value,
        )
        headline = []
        for key in keys:
            row_key = (stream, *key)
            if key in valued:
                rows.close(row_key, position)
            held = entries.get(key)
            if held is None:
                valued.discard(key)
            else:
                valued.add(key)
                rows.open(row_key, _value_row(row_key, held), position)
            if not key.breakdown:
                headline.append(key)
        return headline


def _target_row(key: tuple[Any, ...], held: TargetHeld) -> Row:
    target = held.target
    return (
        *key,
        target.level,
        target.kind,
        target.baseline,
        target.performance_without,
        target.performance_with,
        held.set_at,
        held.set_by,
    )


def _value_row(key: tuple[Any, ...], held: Held) -> Row:
    position, index, entry, standing, by, corrected_by, at, _since, signature, replaces = held
    return (
        *key,
        position,
        index,
        entry.value,
        entry.numerator,
        entry.denominator,
        entry.missing,
        entry.provisional,
        standing,
        by,
        corrected_by,
        at,
        *(signature or _UNSIGNED),
        replaces,
        entry.note,
    )


_UNSIGNED = (None, None, None)
