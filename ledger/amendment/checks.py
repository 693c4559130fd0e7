"""Whether a proposal could stand: each change by itself, and all of them beside what holds.

Checked when it is made, and again when it is approved, since others may have changed things.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from ledger.agreement.events import POLICIES
from ledger.agreement.state import Adopted, Agreement, in_force
from ledger.amendment.adopting import adoption_of, definitions_after, first_of
from ledger.amendment.events import (
    Changes,
    DefinitionChange,
    PolicyChange,
    RetirementChange,
    TargetChange,
)
from ledger.indicator.events import Target
from ledger.indicator.state import Indicator
from policies.definition import Definition, checked
from policies.fitting import check_own
from policies.period import day_text
from policies.periods import Period, parse_code
from policies.rag import RagSettings, check_target
from policies.refusals import (
    BadSetup,
    FieldProblem,
    Refusal,
    Retired,
    UnknownArea,
    UnknownPeriod,
)
from policies.refusals_change_control import (
    BadChanges,
    BeforeEffective,
    ChangesNothing,
    SeriesBreakNeeded,
    StretchPerformances,
    VersionAdopted,
)
from policies.retirement import is_retired, words_of
from policies.reward import is_stretch, turns_round
from policies.weights import unknown_weights

Indicators = Mapping[str, Indicator]
Ends = Mapping[str, date]  # by indicator, the first day of the first period it would be retired for


def check_changes(changes: Changes, agreement: Agreement, indicators: Indicators) -> None:
    """Refuse changes that could not stand, naming every field.

    ``indicators`` are those concerned; all of the agreement where rules change. Raises the first
    refusal found, which carries the others: BadChanges, UnknownArea, UnknownPeriod, WrongInterval,
    Retired, BeforeEffective, ChangesNothing, StretchPerformances, SeriesBreakNeeded,
    VersionAdopted, RelativeBasisZeroTarget and BadPolicy.
    """
    begins = _begins(changes)
    if not (changes.targets or changes.definitions or changes.policies or changes.retirements):
        raise ChangesNothing(
            "The proposal changes nothing: name a target, definition, policy or retirement."
        )
    proposal = _Proposal(changes, agreement, indicators, begins)
    problems = [*proposal.twice()]
    for field, check in proposal.checks():
        try:
            check()
        except Refusal as refusal:
            problems.append(_placed(refusal, field))
    if not problems:
        ends = _ends([changes], indicators)
        problems = [
            *_ended(changes, ends),
            *proposal.unjudgeable(ends),
            *proposal.turned_round(ends),
        ]
    if problems:
        first = problems[0]
        errors = tuple(FieldProblem(one.field, one.code, one.detail) for one in problems)
        raise type(first)(first.detail, field=first.field, errors=errors)


def check_known(changes: Changes, indicators: Indicators) -> None:
    """Refuse changes of indicators that are not there, naming every field. Raises BadChanges."""
    named = {
        "targets": [one.indicator for one in changes.targets],
        "definitions": [one.indicator for one in changes.definitions],
        "retirements": [one.indicator for one in changes.retirements],
    }
    problems = [
        FieldProblem(f"{kind}[{n}].indicator", BadChanges.code, _unknown(code))
        for kind, codes in named.items()
        for n, code in enumerate(codes)
        if _known(code, indicators) is None
    ]
    if problems:
        raise BadChanges(problems[0].detail, field=problems[0].field, errors=tuple(problems))


def _known(code: str, indicators: Indicators) -> Indicator | None:
    state = indicators.get(code)
    return None if state is None or state.definition is None else state


def _unknown(code: str) -> str:
    return f"The agreement has no indicator {code!r}."


def check_together(
    several: Sequence[Changes], agreement: Agreement, indicators: Indicators
) -> None:
    """Refuse changes that could each stand alone, and that do not all stand at once.

    Raises the first refusal found: BadChanges, WrongInterval, RelativeBasisZeroTarget, BadPolicy
    or StretchPerformances.
    """
    ends = _ends(several, indicators)
    for changes in several:
        for problem in _ended(changes, ends):
            raise problem
    first = min(several, key=_begins)
    union = Changes(
        effective_from=first.effective_from,
        targets=tuple(one for changes in several for one in changes.targets),
        definitions=tuple(one for changes in several for one in changes.definitions),
        policies=tuple(one for changes in several for one in changes.policies),
    )
    proposal = _Proposal(union, agreement, indicators, _begins(first))
    for target in union.targets:
        proposal.check_target(target)
    for problem in (*proposal.unjudgeable(ends), *proposal.turned_round(ends)):
        raise problem


def _begins(changes: Changes) -> date:
    """The first day of the effective period. Raises UnknownPeriod."""
    try:
        return parse_code(changes.effective_from).start
    except UnknownPeriod as unknown:
        raise UnknownPeriod(unknown.detail, field="effective_from") from None


def _ends(several: Sequence[Changes], indicators: Indicators) -> Ends:
    """When each indicator would be retired. All of the changes must be sound by themselves."""
    definitions = definitions_after(several, indicators)
    return {
        one.indicator: first_of(changes, definitions[one.indicator]).start
        for changes in several
        for one in changes.retirements
    }


def _ended(changes: Changes, ends: Ends) -> Iterator[Refusal]:
    """What is changed of periods that its indicator would be retired for, and of no other."""
    changed = [
        (f"targets[{n}]", one.indicator, parse_code(one.target.period).start)
        for n, one in enumerate(changes.targets)
    ]
    changed += [
        (f"definitions[{n}]", one.indicator, first_of(changes, one.definition).start)
        for n, one in enumerate(changes.definitions)
    ]
    for field, code, begins in changed:
        if code in ends and begins >= ends[code]:
            sentence = f"{code} would be retired from {day_text(ends[code])}: leave this out."
            yield BadChanges(sentence, field=field)


class _Proposal:
    """Changes beside what holds. Lives for one check."""

    def __init__(
        self, changes: Changes, agreement: Agreement, indicators: Indicators, begins: date
    ) -> None:
        self._changes, self._agreement = changes, agreement
        self._indicators, self._begins = indicators, begins
        self._redefined = {one.indicator: one.definition for one in changes.definitions}

    def twice(self) -> Iterator[Refusal]:
        """What is changed twice by one proposal."""
        seen = set()
        for field, key in things(self._changes):
            if key in seen:
                yield BadChanges("This is changed twice in the same proposal.", field=field)
            seen.add(key)

    def checks(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Each change with its place, and what is to be looked at."""
        for n, target in enumerate(self._changes.targets):
            yield f"targets[{n}]", partial(self.check_target, target)
        for n, definition in enumerate(self._changes.definitions):
            yield f"definitions[{n}]", partial(self._definition, definition)
        for n, policy in enumerate(self._changes.policies):
            yield f"policies[{n}]", partial(self._policy, policy)
        for n, retirement in enumerate(self._changes.retirements):
            yield f"retirements[{n}]", partial(self._retirement, retirement)

    def check_target(self, change: TargetChange) -> None:
        """Whether a target could stand. Raises its refusal."""
        state = self._known(change.indicator)
        definition = self._definition_of(state)
        target = change.target
        if target.area not in self._agreement.areas:
            raise UnknownArea(f"{target.area!r} is not an area of the agreement.", field="area")
        period = parse_code(target.period)
        check_own(period, definition)
        _check_not_retired(state, period)
        if period.start < self._begins:
            sentence = f"{target.period} begins before {self._changes.effective_from} does."
            raise BeforeEffective(sentence, field="period")
        without, with_ = target.performance_without, target.performance_with
        if without is None or with_ is None:
            fits = target.kind != "stretch" and without is with_
        else:
            fits = target.kind == "stretch" and is_stretch(without, with_, definition)
        if not fits:
            raise StretchPerformances(field="performance_with")
        held = state.targets.get((target.area, target.period))
        if held is not None and held.target == target:
            raise ChangesNothing("This target holds already.", field="level")

    def _definition(self, change: DefinitionChange) -> None:
        state = self._known(change.indicator)
        held = state.definition
        given = change.definition
        try:
            checked(given)
        except BadSetup as bad:
            raise BadChanges(bad.detail, field=f"definition.{bad.field}") from None
        if given.proxy and given.proxy not in self._agreement.placements:
            raise BadChanges(_unknown(given.proxy), field="definition.proxy")
        if given == held:
            raise ChangesNothing("This definition holds already.", field="definition")
        assert held is not None
        first = first_of(self._changes, given)
        _check_not_retired(state, first)
        wanted = first.code if change.kind == "major" else held.series_break_at
        if given.series_break_at != wanted:
            sentence = (
                f"A major change breaks the series at {wanted}, the first period it applies to."
                if change.kind == "major"
                else "A minor change leaves the series as it is: call it major to break it."
            )
            raise SeriesBreakNeeded(sentence, field="definition.series_break_at")

    def _policy(self, change: PolicyChange) -> None:
        settings = [name for name in POLICIES if getattr(change, name) is not None]
        if settings != [change.kind]:
            sentence = f"Give the settings of {change.kind}, and of nothing else."
            raise BadChanges(sentence, field="settings")
        known = {code for code in self._indicators if _known(code, self._indicators)}
        for code in unknown_weights(getattr(change, change.kind), known):
            raise BadChanges(_unknown(code), field="weights")
        adopted = self._agreement.policies[change.kind]
        if not change.version.strip():
            raise BadChanges("A version has a name.", field="version")
        if any(one.event.version == change.version for one in adopted):
            raise VersionAdopted(field="version")
        if change.effective_from < self._begins:
            raise BeforeEffective(field="effective_from")
        if change.kind == "reward":
            return  # versions stand side by side
        first = min((one.event.effective_from for one in adopted), default=None)
        if first is not None and change.effective_from < first:
            sentence = f"The first version also rules what is before {first}: begin after it."
            raise BeforeEffective(sentence, field="effective_from")
        now = in_force(adopted, change.effective_from, self._agreement.position)
        if now is not None and now.event.settings == getattr(change, change.kind):
            raise ChangesNothing("These settings are in force already.", field="settings")

    def _retirement(self, change: RetirementChange) -> None:
        since = self._known(change.indicator).retired_from
        if since is not None:
            raise Retired(
                f"{change.indicator} is retired{words_of(since)} already.", field="indicator"
            )

    def unjudgeable(self, ends: Ends) -> Iterator[Refusal]:
        """The targets, as they would stand, that could never be judged."""
        for field, definition, target in self._standing(ends):
            settings = self._governing(parse_code(target.period).start)
            try:
                if settings is not None:
                    check_target(target.level, definition, settings)
            except Refusal as refusal:
                yield _placed(refusal, field)

    def turned_round(self, ends: Ends) -> Iterator[Refusal]:
        """The definitions by which a stretch target that stands would pay for falling back."""
        proposed = {
            (one.indicator, one.target.area, one.target.period) for one in self._changes.targets
        }
        for n, one in enumerate(self._changes.definitions):
            state = self._known(one.indicator)
            assert state.definition is not None
            for (area, period), held in state.targets.items():
                if (one.indicator, area, period) in proposed:
                    continue
                without, with_ = held.target.performance_without, held.target.performance_with
                turned = turns_round(without, with_, state.definition, one.definition)
                if turned and self._judges(state, period, ends):
                    yield _turned(held.target, f"definitions[{n}].definition.polarity")

    def _standing(self, ends: Ends) -> Iterator[tuple[str, Definition, Target]]:
        """Targets whose judging the proposal changes, each with the field that does."""
        proposed = set()
        for n, change in enumerate(self._changes.targets):
            proposed.add((change.indicator, change.target.area, change.target.period))
            state = self._known(change.indicator)
            yield f"targets[{n}]", self._definition_of(state), change.target
        places = {
            one.indicator: f"definitions[{n}]" for n, one in enumerate(self._changes.definitions)
        }
        rag = [n for n, one in enumerate(self._changes.policies) if one.kind == "rag"]
        for code in self._indicators if rag else places:
            state = self._indicators[code]
            field = places.get(code) or f"policies[{rag[0]}]"
            for (area, period), held in state.targets.items():
                if self._judges(state, period, ends) and (code, area, period) not in proposed:
                    yield field, self._definition_of(state), held.target

    def _judges(self, state: Indicator, code: str, ends: Ends) -> bool:
        """Whether a target that stands for a period is judged by what the proposal says."""
        period = parse_code(code)
        retired = is_retired(state.retired_from, period)
        return self._begins <= period.start < ends.get(state.code, date.max) and not retired

    def _governing(self, begins_on: date) -> RagSettings | None:
        """The settings of status of a period, were the proposal approved."""
        adopted = list(self._agreement.policies["rag"])
        after = self._agreement.position
        for change in self._changes.policies:
            if change.kind == "rag":
                after += 1
                adopted.append(Adopted(adoption_of(change, 0), after))
        found = in_force(adopted, begins_on, after)
        settings = found.event.settings if found else None
        return settings if isinstance(settings, RagSettings) else None

    def _known(self, code: str) -> Indicator:
        state = _known(code, self._indicators)
        if state is None:
            raise BadChanges(_unknown(code), field="indicator")
        return state

    def _definition_of(self, state: Indicator) -> Definition:
        assert state.definition is not None
        return self._redefined.get(state.code, state.definition)


def things(changes: Changes) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a proposal changes: the field that says so, and what tells one thing from another."""
    for n, one in enumerate(changes.targets):
        yield f"targets[{n}]", ("target", one.indicator, one.target.area, one.target.period)
    for n, change in enumerate(changes.definitions):
        yield f"definitions[{n}]", ("definition", change.indicator)
    for n, policy in enumerate(changes.policies):
        yield f"policies[{n}]", ("policy", policy.kind, policy.version)
    for n, retirement in enumerate(changes.retirements):
        yield f"retirements[{n}]", ("retirement", retirement.indicator)


def _check_not_retired(state: Indicator, period: Period) -> None:
    """Refuse a change of a period that the indicator is retired for."""
    since = state.retired_from
    if since is not None and is_retired(since, period):
        raise Retired(
            f"{state.code} is retired{words_of(since)}: {period.label} is not changed any more.",
            field="indicator",
        )


def _turned(target: Target, field: str) -> StretchPerformances:
    """The refusal of a definition that turns a stretch target round."""
    return StretchPerformances(
        f"By this definition the stretch target of {target.area} for {target.period}, from"
        f" {target.performance_without} to {target.performance_with}, would lead to a worse"
        " performance: amend the target as well.",
        field=field,
    )


def _placed(refusal: Refusal, field: str) -> Refusal:
    """A refusal of one change, at its place in the proposal."""
    inner = refusal.field
    return type(refusal)(refusal.detail, field=f"{field}.{inner}" if inner else field)
