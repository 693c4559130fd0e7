"""Load, decide, append: the way of every command into the record, and nothing else.

Folds are kept in memory between commands. That is safe without asking the database first: an
append names the version of every stream its decision relied on, and is refused when one moved.
What does not end in an append (a refusal, nothing new) is checked against the heads instead.
"""

from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from uuid import UUID

import msgspec

from ledger import preparing
from ledger.acts import Act, Answered, Told, answered_again, holds_a_role
from ledger.agreement.state import Agreement
from ledger.agreement.state import evolve as evolve_agreement
from ledger.attachments.keeping import those_kept
from ledger.comparators.state import Comparators
from ledger.comparators.state import evolve as evolve_comparators
from ledger.deciding import outcome_of
from ledger.engine import (
    Appended,
    Commit,
    Encoded,
    KeyReused,
    LedgerApplication,
    NotSimulated,
    Pool,
    PostgresRecorder,
    StreamMoved,
)
from ledger.event import (
    Event,
    Recorded,
    agreement_id,
    amendment_id,
    comparators_id,
    indicator_id,
)
from ledger.indicator.commands import Command, attachments_named
from ledger.indicator.events import load_of
from ledger.indicator.response_commands import ResponseCommand
from ledger.indicator.state import Indicator, evolve
from ledger.kept import Kept
from ledger.load.state import Load
from ledger.load.state import evolve as evolve_load
from ledger.notes import notes_in_question, with_notes_that_hold
from ledger.preparing import Prepared
from ledger.refused_lately import RefusedLately
from policies.refusals import (
    Conflict,
    IdempotencyKeyReused,
    NotADemonstration,
    Refusal,
    UnknownAgreement,
    UnknownIndicator,
)
from policies.turns import may_have_proxy

KEPT_INDICATORS = 2000
TRIES = 2  # of a command that others overtake, before the last
MOST_TRIES = 20  # of one that only parts of loads overtake


class Record:
    """The record of one database, for all who write to it through this process."""

    def __init__(self, pool: Pool, appending: Pool | None = None) -> None:
        self.pool = pool
        self.application = LedgerApplication(PostgresRecorder(pool, appending))
        self._indicators: Kept[Indicator] = Kept(KEPT_INDICATORS)
        self._agreements: Kept[Agreement] = Kept(100)
        self.refused_lately = RefusedLately()
        self.people_door = Lock()  # see ledger.moving
        self._doors: dict[UUID, Lock] = {}  # one command at a time per indicator in this process

    def close(self) -> None:
        """Let the library's application go; the pool belongs to the caller."""
        self.application.close()

    def agreement(self, code: str) -> Agreement:
        """The fold of an agreement. Raises UnknownAgreement."""
        stream = agreement_id(code)
        kept = self._agreements.get(stream)
        if kept is None:
            kept = self.fresh_agreement(code)
            if kept.sheet is None:
                raise UnknownAgreement(f"There is no agreement {code!r}.")
            self._agreements.put(stream, kept)
        return kept

    def fresh_agreement(self, code: str) -> Agreement:
        """The fold of an agreement as stored; without a sheet where there is none."""
        fold = Agreement(agreement_id(code))
        for recorded in self.application.stream(fold.id):
            evolve_agreement(fold, recorded)
        return fold

    def indicator(self, agreement: str, code: str) -> Indicator:
        """The fold of an indicator. Raises UnknownIndicator."""
        stream = indicator_id(agreement, code)
        kept = self._indicators.get(stream)
        if kept is None:
            kept = Indicator(stream)
            for recorded in self.application.stream(stream):
                evolve(kept, recorded)
            if kept.definition is None:
                raise UnknownIndicator(f"{agreement} has no indicator {code!r}.")
            self._indicators.put(stream, kept)
        return kept

    def indicators(self, agreement: str, codes: Iterable[str]) -> dict[str, Indicator]:
        """The folds of several indicators as stored, in one query; those that do not exist are
        left out."""
        streams = {indicator_id(agreement, code): code for code in codes}
        folds: dict[str, Indicator] = {}
        for recorded in self._of_streams(list(streams)):
            fold = folds.setdefault(
                streams[recorded.originator_id], Indicator(recorded.originator_id)
            )
            evolve(fold, recorded)
        return folds

    def comparators(self, agreement: str, codes: Iterable[str]) -> dict[str, Comparators]:
        """What is known of other areas for several indicators, as stored, in one query; without
        events where there is nothing."""
        folds = {code: Comparators(comparators_id(agreement, code)) for code in codes}
        by_stream = {fold.id: fold for fold in folds.values()}
        for recorded in self._of_streams(list(by_stream)):
            evolve_comparators(by_stream[recorded.originator_id], recorded)
        return folds

    def _of_streams(self, streams: list[UUID]) -> Iterator[Recorded]:
        recorder = self.application.ledger_recorder
        assert isinstance(recorder, PostgresRecorder)
        for stored in recorder.select_streams(streams):
            recorded: Recorded = self.application.mapper.to_domain_event(stored)  # type: ignore[assignment]
            yield recorded

    def load(self, load: UUID) -> Load:
        """The fold of a load as stored; without a version where there is none."""
        fold = Load(id=load)
        for recorded in self.application.stream(load):
            fold = evolve_load(fold, recorded)
        return fold

    def refresh(self, agreement: str, indicator: str) -> bool:
        """Bring the kept folds up to what is stored; answer whether anything was behind."""
        return bool(self._caught_up(agreement, indicator))

    def _caught_up(self, agreement: str, indicator: str) -> list[Event]:
        """The same; answer what was behind."""
        missed: list[Recorded] = []
        body = self._agreements.get(agreement_id(agreement))
        if body is not None:
            missed += self.application.stream(body.id, body.version)
            if missed:
                self._agreements.drop(body.id)
        fold = self._indicators.get(indicator_id(agreement, indicator))
        if fold is not None:
            behind = list(self.application.stream(fold.id, fold.version))
            if behind:
                fold = fold.copy()
                for recorded in behind:
                    evolve(fold, recorded)
                self._indicators.put(fold.id, fold)
                missed += behind
        return [recorded.event for recorded in missed]

    def handle(
        self,
        agreement: str,
        indicator: str,
        command: Command,
        act: Act,
        *,
        if_version: int | None = None,
    ) -> Answered:
        """Decide a command on an indicator and record it.

        Two people acting on the same indicator at once: the second is decided again on the first
        one's result, up to twice, then told ``conflict``. A load is nobody: when only parts
        of loads came between, it is decided again as often as that takes. ``if_version`` is the
        version of the indicator the person saw (raises VersionMoved when it is another). A refused
        duty is recorded.
        """
        door = self._doors.setdefault(indicator_id(agreement, indicator), Lock())
        with door:
            tries = 0
            for _ in range(MOST_TRIES):
                try:
                    return self._attempt(agreement, indicator, command, act, if_version)
                except StreamMoved:
                    missed = self._caught_up(agreement, indicator)
                    tries += not (missed and all(map(load_of, missed)))
                except KeyReused as error:
                    raise IdempotencyKeyReused from error
                except Refusal:
                    earlier = self._earlier(act)
                    if earlier is not None:
                        return earlier
                    if not self.refresh(agreement, indicator):
                        raise
                    tries += 1
                if tries == TRIES:
                    break
            return self._last_attempt(agreement, indicator, command, act, if_version)

    def _last_attempt(
        self, agreement: str, indicator: str, command: Command, act: Act, if_version: int | None
    ) -> Answered:
        try:
            return self._attempt(agreement, indicator, command, act, if_version)
        except StreamMoved as error:
            self.refresh(agreement, indicator)
            raise Conflict from error

    def _attempt(
        self, agreement: str, indicator: str, command: Command, act: Act, if_version: int | None
    ) -> Answered:
        body = self.agreement(agreement)
        state = self.indicator(agreement, indicator)
        answers = isinstance(command, ResponseCommand)
        proxy = self.proxy_of(agreement, state) if answers else None
        kept = self._attachments_kept(agreement, command)
        command, act = self.with_notes_that_hold(state, command, act)
        events, told = outcome_of(body, state, command, act, if_version, proxy, kept)
        if not events:
            if self.refresh(agreement, indicator):
                raise StreamMoved
            return self._earlier(act) or Answered(
                told=told,
                recorded=False,
                replayed=False,
                first_position=state.position,
                last_position=state.position,
            )
        if told.refused:
            self.refused_lately.check(act.actor)
            if not holds_a_role(body, act):
                return self._refused_apart(body, state, told, act, command)
        prepared = preparing.prepare(body, state, events, told, act, command, proxy)
        return self.finish(prepared, self.append(prepared.recorded, prepared.commit))

    def _refused_apart(
        self, body: Agreement, state: Indicator, told: Told, act: Act, command: Command
    ) -> Answered:
        """Record what somebody tried who has no part in the agreement.

        Raises StreamMoved where the agreement moved, and Conflict where others never stop.
        """
        assert body.sheet is not None
        own = amendment_id(body.sheet.code, 0)
        for _ in range(MOST_TRIES):
            version = self.heads([own]).get(own, 0)
            prepared = preparing.prepare_apart(body, state, told, act, command, version)
            try:
                return self.finish(prepared, self.append(prepared.recorded, prepared.commit))
            except StreamMoved:
                if self.refresh(body.sheet.code, state.code):
                    raise
        raise Conflict

    def prepare(
        self,
        agreement: str,
        indicator: str,
        command: Command,
        act: Act,
        *,
        if_version: int | None = None,
    ) -> Prepared | None:
        """Decide on what is kept in memory, without asking the database: ready to be appended.

        None where that is not possible or would not end in an append: use ``handle`` then, and
        when the append finds that a stream moved.
        """
        body = self._agreements.get(agreement_id(agreement))
        state = self._indicators.get(indicator_id(agreement, indicator))
        if body is None or state is None or _asks_for_proxy(state, command):
            return None
        if attachments_named(command) or notes_in_question(state, command):
            return None
        try:
            events, told = outcome_of(body, state, command, act, if_version)
        except Refusal:
            return None
        if not events or told.refused:
            return None
        return preparing.prepare(body, state, events, told, act, command)

    def proxy_of(self, agreement: str, state: Indicator) -> Indicator | None:
        """The indicator that stands in for another in its stage, as stored: it may have moved."""
        if state.definition is None or not may_have_proxy(state.definition):
            return None
        found = self.indicators(agreement, [state.definition.proxy])
        return next((one for one in found.values() if one.id != state.id), None)

    def _attachments_kept(self, agreement: str, command: Command) -> frozenset[str]:
        """Those attachments of an agreement that a command names."""
        named = attachments_named(command)
        if not named:
            return frozenset()
        with self.pool.connection() as connection:
            return those_kept(connection, agreement, named)

    def with_notes_that_hold(
        self, state: Indicator, command: Command, act: Act
    ) -> tuple[Command, Act]:
        """A command and its act, in which a note that is given again is the one that holds."""
        if not notes_in_question(state, command):
            return command, act
        with self.pool.connection() as connection:
            return with_notes_that_hold(connection, state, command, act)

    def finish(self, prepared: Prepared, appended: Appended) -> Answered:
        """The answer to a command that was appended; its events are folded on in memory."""
        if appended.replayed:
            return answered_again(appended)
        if prepared.told.refused:
            self.refused_lately.note(prepared.commit.actor)
        self._fold_on(prepared, appended)
        return Answered(
            told=prepared.told,
            recorded=True,
            replayed=False,
            first_position=appended.first_position,
            last_position=appended.last_position,
        )

    def append(self, events: Sequence[Recorded], commit: Commit) -> Appended:
        """Store the events of one command; our words for what the door refuses."""
        try:
            return self.application.append(events, commit)
        except NotSimulated as error:
            raise NotADemonstration from error

    def append_encoded(self, events: Sequence[Encoded], commit: Commit) -> Appended:
        """The same for events that are encoded already."""
        try:
            return self.application.append_encoded(events, commit)
        except NotSimulated as error:
            raise NotADemonstration from error

    def heads(self, streams: Sequence[UUID]) -> dict[UUID, int]:
        """The last version of each of several streams that there are, as stored."""
        recorder = self.application.ledger_recorder
        assert isinstance(recorder, PostgresRecorder)
        return recorder.heads(streams)

    def append_together(self, commands: Sequence[Prepared]) -> list[Appended | Exception]:
        """Store several prepared commands in one call: what ``append`` answers or raises."""
        return self.application.append_together(
            [(prepared.recorded, prepared.commit) for prepared in commands]
        )

    def _fold_on(self, prepared: Prepared, appended: Appended) -> None:
        """Keep the state as it is after our own events, without reading them back."""
        if any(event.originator_id != prepared.state.id for event in prepared.recorded):
            return  # what was tried by somebody without a part: the indicator is as it was
        fold = prepared.state.copy()
        for n, event in enumerate(prepared.recorded):
            placed = msgspec.structs.replace(
                event, position=appended.first_position + n, recorded_at=appended.recorded_at
            )
            evolve(fold, placed)
        kept = self._indicators.get(fold.id)
        if kept is None or kept.version < fold.version:
            self._indicators.put(fold.id, fold)

    def _earlier(self, act: Act) -> Answered | None:
        earlier = self.earlier(act)
        return None if earlier is None else answered_again(earlier)

    def earlier(self, act: Act) -> Appended | None:
        """What a command that was sent before recorded the first time, whatever happened since.

        Raises IdempotencyKeyReused where it was another command.
        """
        if act.idempotency_key is None:
            return None
        with self.pool.connection() as connection:
            row = connection.execute(
                "SELECT first_position, last_position, recorded_at, true, answer, request_digest"
                " FROM ledger.commits WHERE actor = %s AND idempotency_key = %s",
                (act.actor, act.idempotency_key),
                binary=True,
            ).fetchone()
        if row is None:
            return None
        if row[5] != act.request_digest:
            raise IdempotencyKeyReused
        return Appended(*row[:5])


def _asks_for_proxy(state: Indicator, command: Command) -> bool:
    """Whether a decision looks at the stage of an indicator that another stands in for."""
    asks = isinstance(command, ResponseCommand) and state.definition is not None
    return asks and state.definition is not None and may_have_proxy(state.definition)
