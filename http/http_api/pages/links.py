"""Addresses of pages. Every one carries the clocks and the choices it was followed under."""

from urllib.parse import quote, quote_plus

import msgspec

from http_api.pages.reader import NOW, ClocksAsked
from policies.permissions import Action

# Where the form of each act is, below the page of an indicator.
ACTS: dict[str, str] = {
    Action.RECORD_REMEDIAL_ACTION: "remedial-actions",
    Action.SUBMIT_PLAN: "action-plans",
    Action.ACCEPT_PLAN: "action-plans/{plan}/acceptance",
    Action.SEND_BACK_PLAN: "action-plans/{plan}/return",
    Action.DECIDE_INTERVENTION: "interventions",
    Action.FAST_TRACK: "fast-tracks",
    Action.CLOSE_ESCALATION: "closures",
    Action.COMMEND: "commendations",
    Action.EXAMINE: "examinations",
}


OF_AN_AGREEMENT = "/agreements/"  # how the address of whatever has areas and periods begins


class Links(msgspec.Struct, frozen=True):
    """Addresses under one pair of clocks and one choice of area and period.

    A clock left at now is not written.
    """

    asked: ClocksAsked

    def to(self, path: str, **query: str) -> str:
        """An address with the clocks, what was chosen, and what ``query`` says."""
        said = {name: value for name, value in query.items() if value}
        chosen = self.chosen if path.startswith(OF_AN_AGREEMENT) else {}
        written = {**said, **{**chosen, **said}, **self.clocks}
        return f"{path}?{_query(written)}" if written else path

    @property
    def chosen(self) -> dict[str, str]:
        """The area and period that were chosen, by the name of their query parameter."""
        given = {"area": self.asked.area, "period": self.asked.period}
        return {name: value for name, value in given.items() if value}

    @property
    def clocks(self) -> dict[str, str]:
        """The clocks that are not at now, by the name of their query parameter."""
        given = {"known_at": self.asked.known_at, "policy_at": self.asked.policy_at}
        return {name: value for name, value in given.items() if value != NOW}

    def home(self) -> str:
        """The list of agreements."""
        return self.to("/")

    def help(self, topic: str = "") -> str:
        """The help on a topic; without one, what there is help on."""
        return self.to(f"/help/{quote(topic, safe='')}" if topic else "/help")

    def glossary(self, word: str) -> str:
        """A word of the glossary, by its anchor."""
        return f"{self.help('glossary')}#{quote(word, safe='')}"

    def board(self, agreement: str, *, period: str = "", area: str = "") -> str:
        """The board page of an agreement."""
        return self.to(f"/agreements/{quote(agreement, safe='')}", period=period, area=area)

    def changes(
        self, agreement: str, *, begin: str = "", area: str = "", after: str = "", part: str = ""
    ) -> str:
        """What changed since ``begin``; ``part`` is ".csv" for the download."""
        path = f"/agreements/{quote(agreement, safe='')}/changes{part}"
        return self.to(path, **{"from": begin}, area=area, after=after)

    def restatements(
        self, agreement: str, *, indicator: str = "", area: str = "", after: str = ""
    ) -> str:
        """The register of restatements; of one indicator where it is named."""
        path = f"/agreements/{quote(agreement, safe='')}/restatements"
        return self.to(path, indicator=indicator, area=area, after=after)

    def rewards(self, agreement: str) -> str:
        """What is paid on stretch targets."""
        return self.to(f"/agreements/{quote(agreement, safe='')}/rewards")

    def amendments(self, agreement: str, *, after: str = "") -> str:
        """The change register; ``after`` is where the list goes on."""
        return self.to(f"/agreements/{quote(agreement, safe='')}/amendments", after=after)

    def amendment(self, agreement: str, number: int, part: str = "", **query: str) -> str:
        """One amendment; ``part`` is ``memorandum``, ``targets.csv`` or another download."""
        path = f"/agreements/{quote(agreement, safe='')}/amendments/{number}"
        return self.to(f"{path}/{part}" if part else path, **query)

    def loads(self, agreement: str, *, after: str = "") -> str:
        """The loads of an agreement; ``after`` is where the list goes on."""
        return self.to(f"/agreements/{quote(agreement, safe='')}/loads", after=after)

    def load(self, agreement: str, load: str, part: str = "") -> str:
        """One load; ``part`` is ``rows.csv``, ``file`` or ``mapping`` for what is downloaded."""
        path = f"/agreements/{quote(agreement, safe='')}/loads/{load}"
        return self.to(f"{path}/{part}" if part else path)

    def attachment(self, agreement: str, digest: str) -> str:
        """A file that is evidence, to be saved: it is the same at every moment."""
        return f"/agreements/{quote(agreement, safe='')}/attachments/{digest}"

    def audit(self, agreement: str, part: str = "", **query: str) -> str:
        """The auditor's pages; ``part`` is ``events``, ``events/309``, ``refusals`` and so on."""
        path = f"/agreements/{quote(agreement, safe='')}/audit"
        return self.to(f"{path}/{part}" if part else path, **query)

    def indicator(self, agreement: str, indicator: str, *, area: str = "", events: str = "") -> str:
        """The page of an indicator; ``events`` is the position that its history is before."""
        return self.to(_indicator(agreement, indicator), area=area, events=events)

    def definition(self, agreement: str, indicator: str, *, area: str = "") -> str:
        """The definition of an indicator, on its page."""
        return f"{self.indicator(agreement, indicator, area=area)}#definition"

    def part(self, agreement: str, part: str, **query: str) -> str:
        """A page beside the board, such as ``exceptions`` or ``scorecard``."""
        return self.to(f"/agreements/{quote(agreement, safe='')}/{part}", **query)

    def below(self, agreement: str) -> str:
        """Where what can be done with an agreement lies: to be followed by the act's own address,
        whatever area or moment somebody comes from."""
        return f"/agreements/{_quoted(agreement)}/"

    def escalation(self, agreement: str, indicator: str, *, area: str = "") -> str:
        """The story of an indicator's escalation."""
        return self.to(f"{_indicator(agreement, indicator)}/escalation", area=area)

    def comparators(self, agreement: str, indicator: str, part: str = "", **query: str) -> str:
        """An area among others; ``part`` is ``chart.svg`` or ``table.csv`` for a file of it."""
        path = f"{_indicator(agreement, indicator)}/comparators"
        return self.to(f"{path}/{part}" if part else path, **query)

    def league(self, agreement: str, part: str = "", **query: str) -> str:
        """Where an area is best and worst; ``part`` is ".csv" for the file of it."""
        return self.to(f"/agreements/{_quoted(agreement)}/comparators{part}", **query)

    def drill_down(self, agreement: str, **query: str | None) -> str:
        """What lies behind: the narrowest of ``block``, ``outcome`` and ``indicator`` named."""
        said = {name: value for name, value in query.items() if value}
        return self.to(f"/agreements/{_quoted(agreement)}/drill-down", **said)

    def cube(self, agreement: str, **query: str) -> str:
        """Figures laid out by two dimensions."""
        return self.to(f"/agreements/{_quoted(agreement)}/cube", **query)

    def pairs(self, agreement: str, **query: str) -> str:
        """Two indicators against each other."""
        return self.to(f"/agreements/{_quoted(agreement)}/pairs", **query)

    def act(self, agreement: str, indicator: str, action: str, plan: int, **query: str) -> str:
        """The form of an act on an indicator's performance."""
        path = ACTS[action].format(plan=plan)
        return self.to(f"{_indicator(agreement, indicator)}/{path}", **query)

    def chart(self, agreement: str, indicator: str, *, area: str, size: str = "") -> str:
        """The chart of an indicator as a file; ``size`` is "narrow" for a telephone."""
        return self.to(f"{_indicator(agreement, indicator)}/chart.svg", area=area, size=size)

    def small_chart(
        self, agreement: str, indicator: str, *, area: str, low: str = "", high: str = ""
    ) -> str:
        """The same chart in little, on a scale from ``low`` to ``high`` where it is shared."""
        path = f"{_indicator(agreement, indicator)}/chart.svg"
        return self.to(path, area=area, size="small", low=low, high=high)

    def charts(self, agreement: str, *, outcome: str = "", area: str = "") -> str:
        """The small charts of an outcome, or of the whole agreement."""
        return self.to(f"/agreements/{_quoted(agreement)}/charts", outcome=outcome, area=area)

    def why(self, agreement: str, indicator: str, *, period: str, area: str) -> str:
        """The derivation of one judgement."""
        return self.to(f"{_indicator(agreement, indicator)}/why", period=period, area=area)

    def proof(self, agreement: str, indicator: str, *, period: str, area: str) -> str:
        """What proves the figure of one judgement."""
        return self.to(f"{_indicator(agreement, indicator)}/proof", period=period, area=area)

    def receipt(self, agreement: str, indicator: str, *, period: str, area: str) -> str:
        """The same as a file."""
        path = f"{_indicator(agreement, indicator)}/receipt.json"
        return self.to(path, period=period, area=area)


def _indicator(agreement: str, indicator: str) -> str:
    return f"/agreements/{_quoted(agreement)}/indicators/{_quoted(indicator)}"


# A page has hundreds of addresses, and most of what they hold are plain codes: what the library
# does for every one of them takes as long as a tenth of the page.


def _query(query: dict[str, str]) -> str:
    return "&".join(f"{name}={_plain(text) or quote_plus(text)}" for name, text in query.items())


def _quoted(text: str) -> str:
    return _plain(text) or quote(text, safe="")


def _plain(text: str) -> str:
    """The same text where nothing in it needs to be written otherwise, else ""."""
    return text if text.isascii() and text.isalnum() else ""
