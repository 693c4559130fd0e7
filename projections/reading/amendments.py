"""Amendments of an agreement as known: what is proposed, who agreed, and how it was decided."""

from collections.abc import Iterable, Mapping

import msgspec

from ledger.agreement.state import Adopted, in_force
from ledger.amendment.adopting import first_of
from ledger.amendment.bound import Partners, indicators_of, kinds_of, partners_from
from ledger.amendment.events import (
    Changes,
    DefinitionChange,
    PolicyChange,
    RetirementChange,
    TargetChange,
)
from ledger.amendment.state import Amendment, Stage, Step, Verdict
from ledger.engine import Connection
from ledger.event import amendment_id
from ledger.indicator.events import Target
from policies.change_control import bodies_needed
from policies.numbers import text_or_none, to_text
from policies.refusals_change_control import UnknownAmendment
from projections.amendment_answers import (
    Acted,
    AmendmentAnswer,
    AmendmentListed,
    Amendments,
    BodyDecides,
    ChangesAnswer,
    DefinitionChanged,
    PartnerSays,
    PolicyChanged,
    RehearsalAnswer,
    RetirementChanged,
    TargetChanged,
    TargetLevel,
)
from projections.folding import agreements as kinds
from projections.reading.clocks import ResolvedClocks
from projections.reading.standing_targets import standing_targets
from projections.reading.structure import BOARD, Structure, read_indicators, read_structure
from projections.reading.texts import read_texts
from projections.spans import span_of

_decode = msgspec.json.Decoder(Amendment).decode
PARTS = (*BOARD, kinds.PARTNER, kinds.BODY)
_HELD = "from_position <= %s AND to_position > %s"


def known_amendment(
    connection: Connection, agreement: str, number: int, clocks: ResolvedClocks
) -> Amendment:
    """The fold of an amendment as known. Raises UnknownAmendment."""
    known = clocks.clocks.known_position
    row = connection.execute(
        f"SELECT data FROM amendment WHERE amendment = %s AND number > 0 AND {_HELD}",
        (amendment_id(agreement, number), known, known),
    ).fetchone()
    if row is None:
        raise UnknownAmendment(f"{agreement} has no amendment {number} as known then.")
    return _decode(row[0])


def read_amendments(
    connection: Connection,
    agreement: str,
    clocks: ResolvedClocks,
    *,
    before: int | None = None,
    limit: int = 500,
) -> Amendments:
    """The amendments of an agreement as known, the latest first. Raises UnknownAgreement."""
    structure = read_structure(connection, agreement, clocks.clocks)
    known = clocks.clocks.known_position
    rows = connection.execute(
        "SELECT data FROM amendment WHERE agreement = %s AND number > 0 AND number < %s"
        f" AND {_HELD} ORDER BY number DESC LIMIT %s",
        (structure.id, 2**31 - 1 if before is None else before, known, known, limit + 1),
    ).fetchall()
    found = [_decode(data) for (data,) in rows]
    texts = read_texts(connection, (text for one in found for text in texts_of(one)))
    shown = found[:limit]
    return Amendments(
        clocks=clocks.clocks,
        amendments=tuple(_listed(one, texts) for one in shown),
        next=str(shown[-1].number) if len(found) > limit else None,
    )


def read_amendment(
    connection: Connection, agreement: str, number: int, clocks: ResolvedClocks
) -> AmendmentAnswer:
    """One amendment as known. Raises UnknownAgreement and UnknownAmendment."""
    structure = read_structure(connection, agreement, clocks.clocks, PARTS)
    state = known_amendment(connection, agreement, number, clocks)
    at = _just_before(connection, state, clocks.clocks.known_position)
    if state.ended is not None:  # whom it bound then, whoever joined since
        then = msgspec.structs.replace(clocks.clocks, known_position=state.ended.position)
        structure = read_structure(connection, agreement, then, PARTS)
    before = msgspec.structs.replace(clocks.clocks, known_position=at, policy_position=at)
    rules = read_structure(connection, agreement, before).policies if state.changes.policies else {}
    return _Telling(connection, structure, state, at, rules).answer(clocks)


def partners_in(structure: Structure) -> Partners:
    """Who leads what, and for which area, as known."""
    return partners_from(structure.placements, structure.outcomes.values(), structure.partners)


def level_of(target: Target) -> TargetLevel:
    """A target as the answers show it."""
    return TargetLevel(
        level=to_text(target.level),
        kind=target.kind,
        baseline=text_or_none(target.baseline),
        performance_without=text_or_none(target.performance_without),
        performance_with=text_or_none(target.performance_with),
    )


def texts_of(state: Amendment) -> Iterable[str]:
    """The digests of all notes and reasons of an amendment."""
    for event in (state.proposed, state.revised, state.withdrawn):
        if event is not None:
            yield event.reason
    for voice in (*state.consents.values(), *state.objections.values()):
        yield voice.text
    for verdict in state.verdicts:
        yield verdict.event.reason
    for change in state.changes.targets:
        yield change.no_baseline


class _Telling:
    """An amendment and what its answer is told from. Lives for one question."""

    def __init__(
        self,
        connection: Connection,
        structure: Structure,
        state: Amendment,
        at: int,
        rules: Mapping[str, list[Adopted]],
    ) -> None:
        self._connection, self._structure, self._state = connection, structure, state
        self._at, self._rules = at, rules  # the position whose facts and rules are "before"
        self._texts = read_texts(connection, texts_of(state))
        self._partners = partners_in(structure)
        self._retired = _retired_by(connection, structure, state)
        self._indicators = read_indicators(connection, structure, at)
        ids = {
            self._indicators[code].id: code
            for code in indicators_of(state.changes)
            if code in self._indicators
        }
        self._held = {
            (ids[one.indicator], one.target.area, one.target.period): one.target
            for one in standing_targets(connection, list(ids), at)
        }

    def answer(self, clocks: ResolvedClocks) -> AmendmentAnswer:
        """The whole answer."""
        state, proposed = self._state, self._state.proposed
        assert proposed is not None
        assert state.began is not None
        assert state.stage is not None
        changed = None
        if state.changed is not None and state.revised is not None:
            changed = self._acted(state.changed, state.revised.reason)
        return AmendmentAnswer(
            clocks=clocks.clocks,
            agreement=self._structure.sheet.code,
            number=state.number,
            title=proposed.title,
            state=state.stage.value,
            refresh=proposed.refresh or None,
            effective_from=state.changes.effective_from,
            revision=state.revision,
            proposed=self._acted(state.began, proposed.reason),
            revised=changed,
            closed=closed_of(state, self._texts),
            changes=self._changes(state.changes),
            partners=self._said(),
            bodies=self._bodies(),
            rehearsal=self._rehearsal(),
        )

    def _changes(self, changes: Changes) -> ChangesAnswer:
        return ChangesAnswer(
            targets=tuple(map(self._target, changes.targets)),
            definitions=tuple(map(self._definition, changes.definitions)),
            policies=tuple(map(self._policy, changes.policies)),
            retirements=tuple(map(self._retirement, changes.retirements)),
        )

    def _target(self, change: TargetChange) -> TargetChanged:
        target = change.target
        held = self._held.get((change.indicator, target.area, target.period))
        return TargetChanged(
            indicator=change.indicator,
            area=target.area,
            period=target.period,
            period_label=span_of(target.period).label,
            before=None if held is None else level_of(held),
            after=level_of(target),
            bound=tuple(sorted(self._partners.of_target(change.indicator, target.area))),
            no_baseline=self._texts.get(change.no_baseline),
        )

    def _definition(self, change: DefinitionChange) -> DefinitionChanged:
        known = self._indicators.get(change.indicator)
        return DefinitionChanged(
            indicator=change.indicator,
            kind=change.kind,
            before=known.definition if known else None,
            after=change.definition,
        )

    def _policy(self, change: PolicyChange) -> PolicyChanged:
        replaced = None
        if change.kind != "reward":  # whose versions stand side by side
            replaced = in_force(self._rules[change.kind], change.effective_from, self._at)
        return PolicyChanged(
            kind=change.kind,
            version=change.version,
            effective_from=change.effective_from,
            before=None if replaced is None else msgspec.to_builtins(replaced.event.settings),
            settings=msgspec.to_builtins(getattr(change, change.kind)),
        )

    def _retirement(self, change: RetirementChange) -> RetirementChanged:
        changes = self._state.changes
        alone = msgspec.structs.replace(
            changes, targets=(), definitions=(), policies=(), retirements=(change,)
        )
        known = self._indicators.get(change.indicator)
        code = self._retired.get(change.indicator) or (
            first_of(changes, known.definition).code if known else changes.effective_from
        )
        return RetirementChanged(
            indicator=change.indicator,
            from_period=code,
            period_label=span_of(code).label,
            bound=tuple(sorted(self._partners.of(alone, self._held))),
        )

    def _said(self) -> tuple[PartnerSays, ...]:
        names = {partner.code: partner.name for partner in self._structure.partners}
        said = []
        for code in sorted(self._partners.of(self._state.changes, self._held)):
            consent, objection = self._state.consents.get(code), self._state.objections.get(code)
            voice = consent or objection
            says = "consented" if consent else "objected" if objection else "awaited"
            said.append(
                PartnerSays(
                    partner=code,
                    name=names.get(code, code),
                    says=says,
                    said=self._acted(voice.step, voice.text) if voice else None,
                )
            )
        return tuple(said)

    def _bodies(self) -> tuple[BodyDecides, ...]:
        of_body = {body.code: body.kind for body in self._structure.bodies}
        made = {of_body.get(each.event.body, ""): each for each in self._state.verdicts}
        needed = bodies_needed(
            kind for each in kinds_of(self._state.changes, self._held) for kind in each
        )
        shown = dict.fromkeys((*needed, *(kind for kind in made if kind)))
        return tuple(self._decides(kind, made.get(kind)) for kind in shown)

    def _decides(self, kind: str, made: Verdict | None) -> BodyDecides:
        event = made.event if made else None
        return BodyDecides(
            kind=kind,
            decision=event.decision if event else None,
            body=event.body if event else None,
            minute_reference=event.minute_reference if event else None,
            rehearsal=(event.rehearsal or None) if event else None,
            decided=self._acted(made.step, made.event.reason) if made else None,
        )

    def _rehearsal(self) -> RehearsalAnswer | None:
        found = self._state.rehearsal
        if found is None:
            return None
        return RehearsalAnswer(
            position=found.event.position,
            digest=found.event.digest,
            summary=found.event.summary,
            rehearsed=self._acted(found.step, ""),
        )

    def _acted(self, step: Step, text: str) -> Acted:
        return acted(step, self._texts.get(text))


def acted(step: Step, text: str | None) -> Acted:
    """A step as the answers show it."""
    return Acted(by=step.by, at=step.at, position=step.position, text=text)


def closed_of(state: Amendment, texts: Mapping[str, str]) -> Acted | None:
    """The step that closed an amendment, and the reason that was given for it."""
    if state.ended is None:
        return None
    event = state.withdrawn or state.verdicts[-1].event
    return acted(state.ended, texts.get(event.reason))


def _listed(state: Amendment, texts: Mapping[str, str]) -> AmendmentListed:
    proposed, began, stage = state.proposed, state.began, state.stage
    assert proposed is not None
    assert began is not None
    assert stage is not None
    return AmendmentListed(
        number=state.number,
        title=proposed.title,
        state=stage.value,
        refresh=proposed.refresh or None,
        effective_from=state.changes.effective_from,
        proposed=acted(began, texts.get(proposed.reason)),
        closed=closed_of(state, texts),
        indicators=indicators_of(state.changes),
        policies=tuple(one.kind for one in state.changes.policies),
    )


def _retired_by(
    connection: Connection, structure: Structure, state: Amendment
) -> Mapping[str, str]:
    """From which period the indicators are retired that an amendment retired when it was approved.

    What was approved together with it may have given them other periods than they had before.
    """
    if state.stage is not Stage.APPROVED or state.ended is None or not state.changes.retirements:
        return {}
    after = read_indicators(connection, structure, state.ended.position)
    return {code: known.retired_from for code, known in after.items() if known.retired_from}


def _just_before(connection: Connection, state: Amendment, known: int) -> int:
    """The position up to which things stood as before: of a closed amendment, before its commit."""
    if state.ended is None:
        return known
    row = connection.execute(
        "SELECT first_position FROM ledger.commits WHERE last_position >= %s"
        " ORDER BY last_position LIMIT 1",
        (state.ended.position,),
    ).fetchone()
    assert row is not None
    return int(row[0]) - 1
