"""Whether the targets of a set-up can be judged at all, under the rules that will hold."""

from collections.abc import Mapping

from ledger.agreement.events import RagPolicyAdopted
from ledger.agreement.state import Adopted, Agreement, in_force
from ledger.setting_up.problems import Place, Problems
from ledger.setting_up.sheets import SetUp
from policies.periods import parse_code
from policies.rag import RagSettings, check_target
from policies.refusals import Refusal
from policies.retirement import is_retired


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
