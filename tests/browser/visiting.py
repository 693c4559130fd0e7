"""The pages of the built board, and how a test asks for one."""

from weakref import WeakKeyDictionary

from browser.built_control import APPROVED, LARGE, STATES
from browser.built_loads import IDS
from browser.indicators import HOME
from browser.judged import CODE
from browser.parsed import Element, parsed
from litestar import Litestar
from litestar.testing import TestClient

BOARD = f"/agreements/{CODE}"
INDICATOR = f"{BOARD}/indicators/absence"
WHY = f"{BOARD}/indicators/gld/why?period=FY2025&area={HOME}"
PROOF = f"{BOARD}/indicators/gld/proof?period=FY2025&area={HOME}"
CHANGES = f"{BOARD}/changes"
RESTATEMENTS = f"{BOARD}/restatements"
EXCEPTIONS, ESCALATIONS, EXAMINATIONS = (
    f"{BOARD}/{part}" for part in ("exceptions", "escalations", "examinations")
)
ESCALATION = f"{INDICATOR}/escalation"
COMPARATORS, LEAGUE = f"{INDICATOR}/comparators", f"{BOARD}/comparators"
REGISTER, REWARD = f"{BOARD}/amendments", f"{BOARD}/rewards"
SCORECARD = f"{BOARD}/scorecard"
CUBE, PAIRS, BEHIND = f"{BOARD}/cube", f"{BOARD}/pairs", f"{BOARD}/drill-down"
CHARTS = f"{BOARD}/charts"
STAFF, BODIES = f"{BOARD}/people", f"{BOARD}/bodies"
MEMORANDUM = f"{REGISTER}/{APPROVED}/memorandum"  # of one moment for ever: no clock is asked for
SIGN_OFF = f"{BOARD}/sign-off"
COLLECTION, CHASE = f"{BOARD}/collection", f"{BOARD}/chase"
LEFT = "&".join(
    f"left={text}"
    for text in (
        "absence+1704.0+sign-off-stale",
        "absence+1703.0+not-current",
        "gld+1710.0+not-current",
        "gld+1711.0+wrong-standing",
    )
)
PAGES = {
    "agreements": "/",
    "board": BOARD,
    "board of a period": f"{BOARD}?period=FY2024&area=E07000220",
    "charts": CHARTS,
    "charts of an outcome": f"{CHARTS}?outcome=school&area=E07000220&scales=shared",
    "charts of nothing": f"{CHARTS}?outcome=none",
    "indicator": INDICATOR,
    "indicator without a value": f"{BOARD}/indicators/falls",
    "why": WHY,
    "why not": f"{BOARD}/indicators/falls/why?period=FY2026&area={HOME}",
    "proof": PROOF,
    "help": "/help",
    "help with the board": "/help/board",
    "words and shapes": "/help/words",
    "rights": "/help/rights",
    "glossary": "/help/glossary",
    "audit": f"{BOARD}/audit",
    "events": f"{BOARD}/audit/events",
    "events of an indicator": f"{BOARD}/audit/events?actor=p-entry&indicator=absence",
    "event": f"{BOARD}/audit/events/203",
    "event with a reason": f"{BOARD}/audit/events/204",
    "refusals": f"{BOARD}/audit/refusals",
    "roles": f"{BOARD}/audit/roles",
    "rules": f"{BOARD}/audit/rules",
    "rules of an indicator": f"{BOARD}/audit/rules?indicator=absence",
    "changes": CHANGES,
    "changes since a day": f"{CHANGES}?from=2024-01-31&area=all",
    "more changes": f"{CHANGES}?from=2024-01-31&after=more",
    "changes that go back": f"{CHANGES}?from=2027-01-31",
    "restatements": RESTATEMENTS,
    "restatements of an indicator": f"{RESTATEMENTS}?indicator=absence&area=all",
    "earlier restatements": f"{RESTATEMENTS}?after=more",
    "scorecard": SCORECARD,
    "scorecard of two indicators": f"{SCORECARD}?indicators=gld%2Cabsence",
    "scorecard of nothing": f"{SCORECARD}?by=none",
    "exceptions": EXCEPTIONS,
    "exceptions of an area": f"{EXCEPTIONS}?area=E07000220",
    "escalations": ESCALATIONS,
    "no escalation": f"{ESCALATIONS}?area=E07000220",
    "escalation": ESCALATION,
    "escalation of nothing": f"{BOARD}/indicators/jobs/escalation",
    "comparators": COMPARATORS,
    "league": LEAGUE,
    "league of two": f"{LEAGUE}?group=pair",
    "why a place differs": f"{COMPARATORS}/difference?from=2025-03-01",
    "why it cannot differ": f"{COMPARATORS}/difference?from=2030-01-01",
    "comparators of two": f"{COMPARATORS}?group=pair&area=E07000220",
    "comparators of no value": f"{BOARD}/indicators/absence/comparators?period=FY2030",
    "cube": f"{CUBE}?totals=true",
    "cube of statuses": f"{CUBE}?rows=outcome&measure=status&totals=true",
    "cube wider than a sheet": f"{CUBE}?columns=period&totals=true",
    "cube that cannot be": f"{CUBE}?rows=outcome&columns=outcome",
    "cube of nothing": f"{CUBE}?blocks=none",
    "pairs": f"{PAIRS}?across=gld&up=absence",
    "pairs over periods": f"{PAIRS}?across=gld&up=absence&over=period",
    "pairs of nothing": f"{PAIRS}?across=gld&up=absence&period=FY2014",
    "pairs to choose": PAIRS,
    "what lies behind": BEHIND,
    "what lies behind a block": f"{BEHIND}?block=children",
    "what lies behind an outcome": f"{BEHIND}?outcome=care",
    "what lies behind an indicator": f"{BEHIND}?indicator=gld",
    "what lies behind a part": f"{BEHIND}?indicator=absence&breakdown=sex%3DF",
    "what lies behind a district": f"{BEHIND}?indicator=gld&area=E07000220",
    "examinations": EXAMINATIONS,
    "examinations of a period": f"{EXAMINATIONS}?period=FY2025",
    "register": REGISTER,
    "earlier amendments": f"{REGISTER}?after=1",
    **{f"amendment {state}": f"{REGISTER}/{number}" for number, state in STATES.items()},
    "amendment of many targets": f"{REGISTER}/{LARGE}",
    "amendment, further on": f"{REGISTER}/{LARGE}?targets=40&periods=20&checks=90",
    "reward": REWARD,
    "people": STAFF,
    "body": f"{BODIES}/board",
    "sign-off": SIGN_OFF,
    "sign-off of an indicator": f"{SIGN_OFF}?indicator=gld",
    "further sign-off": f"{SIGN_OFF}?after=more",
    "no sign-off": f"{SIGN_OFF}?area=E07000220",
    "tasks": "/tasks",
    "collection": COLLECTION,
    "collection of some periods": f"{COLLECTION}?from=FY2022&to=FY2024",
    "chase": CHASE,
    "loads": f"{BOARD}/loads",
    "earlier loads": f"{BOARD}/loads?after=5",
    **{f"load {state}": f"{BOARD}/loads/{load}" for state, load in IDS.items()},
}
PAST = "known_at=2025-01-31&policy_at=2024-05-01"


def at(path: str, clocks: str) -> str:
    """An address with clocks."""
    return f"{path}{'&' if '?' in path else '?'}{clocks}" if clocks else path


_SEEN: WeakKeyDictionary[TestClient[Litestar], dict[str, Element]] = WeakKeyDictionary()


def visit(client: TestClient[Litestar], path: str) -> Element:
    """A page as a tree; it must be there.

    The built pages stay as they are, so a client looks at each only once: many tests ask for the
    same ones.
    """
    seen = _SEEN.setdefault(client, {})
    if path not in seen:
        seen[path] = _visited(client, path)
    return seen[path]


def _visited(client: TestClient[Litestar], path: str) -> Element:
    answer = client.get(path)
    assert 200 == answer.status_code, answer.text
    assert "text/html; charset=utf-8" == answer.headers["content-type"]
    return parsed(answer.text)
