"""What a person may do with the values of an indicator, as links: none that would be refused."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import NamedTuple
from urllib.parse import quote, urlencode

from http_api.pages.desk import Address, Desk
from http_api.pages.reader import NOW, ClocksAsked
from ledger.agreement.state import Agreement
from ledger.entering.offered import may_enter, offered
from ledger.indicator.state import Held, Indicator, Key
from policies.periods import parse_code
from policies.permissions import MAY, Action
from policies.retirement import is_retired

_PARTS = {
    Action.CORRECT: ("Correct", "correction"),
    Action.ATTACH: ("Attach evidence", "evidence"),
    Action.RETURN: ("Return", "return"),
    Action.WITHDRAW: ("Withdraw", "withdrawal"),
}


class Offer(NamedTuple):
    """Something that may be done, and where."""

    text: str
    href: str


# Of an area and its periods: what may be done with the value of each.
Offers = Callable[[str, Iterable[str]], Mapping[str, tuple[Offer, ...]]]


def none_offered(_: str, __: Iterable[str]) -> Mapping[str, tuple[Offer, ...]]:
    """Nothing: nobody signed in, or the page shows another moment."""
    return {}


def offers_at_now(desk: Desk, address: Address, person: str, asked: ClocksAsked) -> Offers:
    """What a person may do with the values of an indicator, on a page that shows them as now."""
    if not person or asked.known_at != NOW or asked.policy_at != NOW:
        return none_offered
    return partial(offers_by_period, desk, address, person)


def grid_offered(desk: Desk, agreement: str, person: str, asked: ClocksAsked) -> str:
    """Where a person enters many values of an agreement at once; "" for whoever enters none."""
    if not person or asked.known_at != NOW or asked.policy_at != NOW:
        return ""
    body, today = desk.agreement(agreement), desk.today
    enters = any(
        grant.person == person and grant.role in MAY[Action.SUBMIT] and grant.holds_on(today)
        for grant in body.grants.values()
    )
    return grid_path(agreement) if enters else ""


def grid_path(agreement: str) -> str:
    """Where the grids of an agreement are."""
    return f"/agreements/{quote(agreement, safe='')}/entry-grid"


def indicator_address(address: Address) -> str:
    """The page of an indicator."""
    agreement, indicator = (quote(code, safe="") for code in address)
    return f"/agreements/{agreement}/indicators/{indicator}"


def key_query(key: Key) -> dict[str, str]:
    """A cell as an address names it."""
    named = {"period": key.period, "area": key.area, "breakdown": key.breakdown}
    return {name: value for name, value in named.items() if value}


def entry_address(address: Address, key: Key) -> str:
    """Where a cell is entered."""
    return f"{indicator_address(address)}/entry?{urlencode(key_query(key))}"


def offers_of(
    address: Address, body: Agreement, state: Indicator, held: Held, person: str, on: date
) -> tuple[Offer, ...]:
    """What a person may do with an entry that holds."""
    may = offered(body, state, held, person, on)
    where = f"{indicator_address(address)}/entries/{held.name}"
    return tuple(
        Offer(text, f"{where}/{part}") for action, (text, part) in _PARTS.items() if action in may
    )


def offers_by_period(
    desk: Desk, address: Address, person: str, area: str, periods: Iterable[str]
) -> dict[str, tuple[Offer, ...]]:
    """What a person may do with the headline values of an area: with those there, and to give."""
    body, state = desk.agreement(address[0]), desk.indicator(address)
    enters = may_enter(body, state, person, desk.today)
    found: dict[str, tuple[Offer, ...]] = {}
    for code in periods:
        key = Key(area, code, "")
        held = state.entries.get(key)
        if held is not None:
            found[code] = offers_of(address, body, state, held, person, desk.today)
        elif enters and _takes_values(state, code, desk.today):
            found[code] = (Offer("Enter", entry_address(address, key)),)
    return found


def _takes_values(state: Indicator, code: str, today: date) -> bool:
    """Whether a period has begun, and is not retired."""
    period = parse_code(code)
    return period.start <= today and not is_retired(state.retired_from, period)
