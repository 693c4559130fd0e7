"""What to say of a set-up beside what it changes: that it may not do what it was meant to."""

from collections.abc import Iterable, Iterator, Mapping

from ledger.agreement.state import Agreement
from ledger.person import Person
from ledger.setting_up.adopted import kind_of
from ledger.setting_up.changes import Changes
from ledger.setting_up.sheets import SetUp
from policies.definition import Definition, Polarity


def notes(
    set_up: SetUp, agreement: Agreement | None, found: Changes, people: Mapping[str, Person]
) -> list[str]:
    """Sentences for whoever applies the set-up; none of them keeps it from being applied.

    ``agreement`` and ``people`` are what is recorded, ``found`` what the set-up changes of it.
    """
    earlier = _earlier_policies(set_up, agreement) if agreement else ()
    shares = (each for one in found.each for each in _of_definition(one.indicator, one.new))
    return [*earlier, *shares, *_shared_addresses(found.people, people)]


def _earlier_policies(set_up: SetUp, held: Agreement) -> Iterator[str]:
    """A version that is recorded is not adopted again, though another came after it."""
    for policy in set_up.policies:
        kind = kind_of(policy)
        versions = [one.event.version for one in held.policies[kind]]
        if policy.version in versions[:-1]:
            yield (
                f"policy {kind} {policy.version} was adopted before, and {versions[-1]} after it,"
                " which stays: to go back, give these settings under a version of their own."
            )


def _of_definition(code: str, new: object) -> Iterator[str]:
    """Parts that are divided as they are, where the unit says they are hundredths; and what a
    definition says that nothing of it is judged by."""
    if not isinstance(new, Definition):
        return
    if new.has_parts and "%" in new.unit and new.multiplier == 1:
        yield (
            f"indicator {code} is in {new.unit}, and its parts are divided as they are, so that 41"
            " of 50 is 0.82: give multiplier = 100 where 82 is meant."
        )
    if not new.has_parts and new.multiplier != 1:
        yield (
            f"indicator {code} has a multiplier and no parts to be divided: its values are taken as"
            " they are given."
        )
    if new.limits is not None and new.polarity is not Polarity.PLAN:
        yield f"indicator {code} has limits, and is {new.polarity}: {_judged(new)}."
    if new.margins is not None and new.polarity in (Polarity.PLAN, Polarity.NEUTRAL):
        yield f"indicator {code} has margins, and is {new.polarity}: {_judged(new)}."


def _judged(definition: Definition) -> str:
    match definition.polarity:
        case Polarity.PLAN:
            return "it is judged by its limits"
        case Polarity.NEUTRAL:
            return "it is not judged"
        case _:
            return "it is judged by its targets"


def _shared_addresses(new: Iterable[Person], known: Mapping[str, Person]) -> Iterator[str]:
    """An address of several signs none of them in."""
    new = list(new)
    everybody = {**known, **{one.id: one for one in new}}
    by_address: dict[str, list[str]] = {}
    for one in everybody.values():
        by_address.setdefault(one.email.lower(), []).append(one.id)
    for address in dict.fromkeys(one.email.lower() for one in new if one.email):
        if len(ids := sorted(by_address[address])) > 1:
            yield (
                f"{address} is the address of {', '.join(ids[:-1])} and {ids[-1]}: each of them"
                " signs in with their id, and none with the address."
            )
