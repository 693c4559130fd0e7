"""Whether the targets that will stand can be judged and paid on, under what a set-up says."""

from collections.abc import Mapping

from ledger.agreement.events import RagPolicyAdopted
from ledger.agreement.state import Adopted, Agreement, in_force
from ledger.indicator.state import Indicator
from ledger.setting_up.problems import Place, Problems
from ledger.setting_up.sheets import SetUp
from policies.periods import parse_code
from policies.rag import RagSettings, check_target
from policies.refusals import Refusal
from policies.retirement import is_retired
from policies.reward import turns_round


def check_targets(
    set_up: SetUp, held: Agreement, retirements: Mapping[str, str | None], problems: Problems
) -> None:
    """Note each target that the status policy governing its period could never judge.

    Those of retired periods are judged by none. ``retirements`` are from when, by indicator code.
    """
    definitions = {sheet.code: sheet.definition for sheet in set_up.indicators}
    adopted = _adopted(set_up, held)
    after = held.position + len(adopted)
    for sheet in set_up.targets:
        period = parse_code(sheet.target.period)
        if is_retired(retirements[sheet.indicator], period):
            continue
        governing = in_force(adopted, period.start, after)
        if governing is None or not isinstance(governing.event.settings, RagSettings):
            continue
        try:
            settings = governing.event.settings
            check_target(sheet.target.level, definitions[sheet.indicator], settings)
        except Refusal as refusal:
            code = f"{sheet.indicator} {sheet.target.area} {sheet.target.period}"
            place = Place(f"[[targets]] {code}", f"targets[{code}]")
            problems.add(place, "level", refusal.detail)


def check_held_stretches(
    set_up: SetUp,
    indicators: Mapping[str, Indicator],
    retirements: Mapping[str, str | None],
    problems: Problems,
) -> None:
    """Note each definition that would turn round a stretch target that stands.

    Targets of the file were held against its definitions when it was read. ``indicators`` are the
    folds of what is recorded. Of a sealed agreement change control decides, which looks at it too.
    """
    given = {(one.indicator, one.target.area, one.target.period) for one in set_up.targets}
    for sheet in set_up.indicators:
        state = indicators.get(sheet.code)
        if state is None or state.definition is None:
            continue
        for (area, period), held in state.targets.items():
            without, with_ = held.target.performance_without, held.target.performance_with
            if (sheet.code, area, period) in given:
                continue
            if not turns_round(without, with_, state.definition, sheet.definition) or is_retired(
                retirements[sheet.code], parse_code(period)
            ):
                continue
            sentence = (
                f"so the stretch target of {area} for {period}, from {without} to {with_}, would"
                " pay for falling back: give it anew in this file."
            )
            place = Place(f"[[indicators]] {sheet.code}", f"indicators[{sheet.code}]")
            problems.add(place, "polarity", sentence)


def _adopted(set_up: SetUp, held: Agreement) -> list[Adopted]:
    """The status policies as they will stand: those recorded, then those the set-up brings."""
    versions = {one.event.version for one in held.policies["rag"]}
    new = [
        policy
        for policy in set_up.policies
        if isinstance(policy, RagPolicyAdopted) and policy.version not in versions
    ]
    places = range(held.position + 1, held.position + 1 + len(new))
    return [*held.policies["rag"], *map(Adopted, new, places)]
