"""One indicator: the rows of its definition, targets, values and statuses, event by event."""

from collections.abc import Iterable, Set
from typing import Any
from uuid import UUID

import msgspec

from ledger.event import Event, Recorded
from ledger.indicator.events import (
    EvidenceAttached,
    IndicatorDefined,
    IndicatorRedefined,
    IndicatorRetired,
    TargetsAmended,
    TargetsSet,
    ValuesCorrected,
    ValuesRestored,
    ValuesReturned,
    ValuesSignedOff,
    ValuesSubmitted,
    ValuesWithdrawn,
)
from ledger.indicator.state import Held, Indicator, Key, TargetHeld, evolve, key_of
from projections.folding.agreements import AgreementFold
from projections.folding.cells import Cells
from projections.folding.rulebook import Rulebook
from projections.rows import Answers, Row

SHEETS = (IndicatorDefined, IndicatorRedefined, IndicatorRetired)
ENTRIES = (
    ValuesSubmitted,
    ValuesCorrected,
    ValuesReturned,
    ValuesSignedOff,
    ValuesWithdrawn,
    ValuesRestored,
    EvidenceAttached,
)
TARGETS = (TargetsSet, TargetsAmended)
EVENTS = frozenset({*SHEETS, *TARGETS, *ENTRIES})  # all that this fold understands

_encoder = msgspec.json.Encoder(decimal_format="string")


class IndicatorFold:
    """One indicator as folded so far, and which of its rows hold.

    Owned by the fold it is part of, and brought forward by it alone.
    """

    __slots__ = ("_id", "agreement", "cells", "ordinal", "state")

    def __init__(self, stream: UUID, agreement: AgreementFold) -> None:
        self.state = Indicator(stream)
        self._id = str(stream)  # as text, for rows and their keys
        self.agreement = agreement
        self.cells = Cells(self.state, agreement)
        self.ordinal = 0  # position at which it was first defined, 0: not yet

    def recall(self, events: Iterable[Recorded]) -> None:
        """Take up where the rows written so far end, without writing them again."""
        for recorded in events:
            evolve(self.state, recorded)
            self.ordinal = self.ordinal or recorded.position
        self.cells.recall()

    def apply(self, recorded: Recorded, answers: Answers) -> None:
        """Fold one event into the rows."""
        event, position = recorded.event, recorded.position
        if isinstance(event, ENTRIES):
            self._take_entries(recorded, answers)
        elif isinstance(event, TARGETS):
            areas_and_periods = dict.fromkeys((t.area, t.period) for t in event.targets)
            there = self.state.targets.keys() & areas_and_periods.keys()
            shown = self.cells.shown((area, period, "") for area, period in areas_and_periods)
            evolve(self.state, recorded)
            for key in areas_and_periods:
                self._lay_out_target(key, key in there, position, answers)
            self.cells.changed(shown, position, answers)
        else:
            shown = self.cells.shown()
            lapsed = evolve(self.state, recorded)
            self._lay_out_sheet(position, answers)
            self._lay_out_values(lapsed, set(lapsed), position, answers)
            self.cells.changed(shown, position, answers)

    def rules_changed(self, former: Rulebook, position: int, answers: Answers) -> None:
        """Judge again what the rules just adopted govern, and others did before."""
        self.cells.rules_changed(former, position, answers)

    def _take_entries(self, recorded: Recorded, answers: Answers) -> None:
        state, position = self.state, recorded.position
        keys = self._about(recorded.event)
        there = state.entries.keys() & set(keys)
        headline = [key for key in keys if not key[2]]
        shown = self.cells.touched_by(headline)
        self._lay_out_values(evolve(state, recorded), there, position, answers)
        self._lay_out_evidence(recorded, answers)
        self.cells.changed(shown, position, answers)
        self.cells.figures_changed(headline, position, answers)

    def _about(self, event: Event) -> list[Key]:
        """The keys whose entries an event is about to change."""
        match event:
            case ValuesSubmitted() | ValuesCorrected() | ValuesRestored():
                return [key_of(entry) for entry in event.entries]
            case ValuesReturned() | ValuesWithdrawn() | EvidenceAttached():
                return list(self.state.keys_named(event.entries))
            case ValuesSignedOff():
                return list(self.state.keys_named(signed.name for signed in event.entries))
            case _:
                return []

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
            state.retired_from,
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

    def _lay_out_values(
        self, keys: Iterable[Key], there: Set[Key], position: int, answers: Answers
    ) -> None:
        """Close and open the rows of keys that changed; ``there`` are those that had one."""
        stream, entries, rows = self._id, self.state.entries, answers.value
        for key in keys:
            row_key = (stream, *key)
            if key in there:
                rows.close(row_key, position)
            held = entries.get(key)
            if held is not None:
                rows.open(row_key, _value_row(row_key, held), position)

    def _lay_out_evidence(self, recorded: Recorded, answers: Answers) -> None:
        """The files that entries were just given, after those that they had."""
        event = recorded.event
        match event:
            case ValuesSubmitted(entries=entries) | ValuesCorrected(entries=entries):
                keys = [key_of(entry) for entry in entries if entry.attachments]
            case EvidenceAttached(entries=names):
                keys = list(self.state.keys_named(names))
            case _:
                return
        for key in keys:
            held = self.state.entries[key]
            all_of_it = held.entry.attachments
            given = event.attachments if isinstance(event, EvidenceAttached) else all_of_it
            for n, attachment in enumerate(given, len(all_of_it) - len(given)):
                row = (
                    self._id,
                    held.position,
                    held.index,
                    n,
                    attachment,
                    recorded.actor,
                    recorded.recorded_at,
                )
                answers.evidence.add(row, recorded.position)


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
        entry.confidence_low,
        entry.confidence_high,
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
