"""What each kind of event is in words: what somebody did, to what, and how it ended."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from http_api.pages import vocabulary
from http_api.pages.words import capital, counted, day, name_of, period_label
from ledger.amending.assigning import END
from policies.permissions import Action
from projections.answers import HistoryEvent

Data = Mapping[str, Any]
People = Mapping[str, str]


class Deed(msgspec.Struct, frozen=True):
    """A sentence without its actor and its object: ``verb``, preposition, object, ``tail``."""

    verb: str
    preposition: str = "of"
    tail: str = ""

    @property
    def alone(self) -> str:
        """The deed where everybody can see what it is done to."""
        return capital(self.verb + self.tail)


def deed(event: HistoryEvent, people: People) -> Deed:
    """What an event says that somebody did; its kind in words where it is of no kind known here."""
    if event.type in _WITH_PEOPLE:
        return Deed(_WITH_PEOPLE[event.type](event.data, people), "")
    does = _DEEDS.get(event.type)
    return does(event.data) if does else Deed(vocabulary.word(event.type))


def _count(field: str, noun: str) -> Callable[[Data], str]:
    return lambda data: counted(len(data.get(field, ())), noun)


def _named(verb: str, field: str = "title") -> Callable[[Data], Deed]:
    return lambda data: Deed(f"{verb} {data.get(field, '')}".strip(), "")


def _of(verb: str) -> Callable[[Data], Deed]:
    values = _count("entries", "value")
    return lambda data: Deed(f"{verb} {values(data)}")


def _just(verb: str, preposition: str = "") -> Callable[[Data], Deed]:
    return lambda _: Deed(verb, preposition)


def _adopted(what: str) -> Callable[[Data], Deed]:
    def does(data: Data) -> Deed:
        begins = data.get("effective_from")
        since = f", for periods from {day(date.fromisoformat(str(begins)))}" if begins else ""
        return Deed(f"adopted version {data.get('version', '')} of the rules of {what}{since}", "")

    return does


def _retired(data: Data) -> Deed:
    since, amendment = data.get("from_period"), data.get("amendment")
    tail = f" from {period_label(str(since))}" if since else ""
    tail += f" by amendment {amendment}" if amendment else ""
    return Deed("retired the indicator", "", tail)


def _signed(data: Data) -> Deed:
    grade = vocabulary.ASSURANCE.get(data.get("assurance", ""), "")
    values = _count("entries", "value")(data)
    return Deed(f"signed off {values}", tail=f" as {grade}" if grade else "")


def _refused(data: Data) -> Deed:
    action = vocabulary.word(str(data.get("action", "act")))
    return Deed(f"tried to {action}", "for", ", and was refused")


def _gave(data: Data, people: People) -> str:
    person = name_of(str(data.get("person", "")), people)
    return f"gave {person} the role of {_role(data)}{_days(data)}"


def _ended(data: Data, people: People) -> str:
    person = name_of(str(data.get("person", "")), people)
    return f"took from {person} the role of {_role(data)}"


def _tried_with_role(data: Data, people: People) -> str:
    """What somebody tried and may not do: of a role it says which, and of both whose."""
    action = str(data.get("action", "act"))
    tried = "attach evidence" if action == Action.ATTACH else vocabulary.word(action)
    named = data.get("person")
    person = name_of(str(named), people) if named else "somebody unknown"
    if action == Action.MANAGE_PEOPLE:
        tried = f"see to the account of {person}"
    if data.get("role"):
        does = "take from" if action == END else "give"
        tried = f"{does} {person} the role of {_role(data)}"
    elif data.get("scope"):  # of an indicator, by somebody without a part in its agreement
        tried = f"{tried} for {data['scope']}"
    return f"tried to {tried}, and was refused"


def _days(data: Data) -> str:
    """The days on which a role counts."""
    begins, ends = (data.get(field) for field in ("valid_from", "valid_to"))
    since = f" from {day(date.fromisoformat(str(begins)))}" if begins else ""
    until = f" to {day(date.fromisoformat(str(ends)))}" if ends else ""
    return f",{since}{until}" if since or until else ""


def _role(data: Data) -> str:
    over = f" for {data['scope']}" if data.get("scope") else ""
    return f"{vocabulary.word(str(data.get('role', '')))}{over}"


def _for_period(verb: str, preposition: str = "of") -> Callable[[Data], Deed]:
    return lambda data: Deed(
        verb, preposition, f", for {period_label(str(data.get('period', '')))}"
    )


def _day_of(data: Data, field: str, before: str) -> str:
    return f"{before}{day(date.fromisoformat(str(data[field])))}" if field in data else ""


def _plan_accepted(data: Data) -> Deed:
    review = _day_of(data, "review_on", ", to be reviewed on ")
    return Deed(f"accepted action plan {data.get('plan', '')}", "for", review)


def _intervened(data: Data) -> Deed:
    decision = vocabulary.word(str(data.get("decision", "")))
    return Deed("decided on an intervention", "for", f": {decision}" if decision else "")


def _examined(data: Data) -> Deed:
    period = period_label(str(data.get("period", "")))
    return Deed(f"examined the value for {period}", tail=_day_of(data, "on", ", on "))


def _spoke(verb: str) -> Callable[[Data], Deed]:
    return lambda data: Deed(f"{verb} for {data.get('partner', '')}", "")


def _decided(data: Data) -> Deed:
    tail = f" for {data.get('body', '')} by minute {data.get('minute_reference', '')}"
    last = "" if data.get("final") else "; another body decides too"
    return Deed(f"{data.get('decision', 'decided')} the amendment", "", tail + last)


def _withdrew(data: Data) -> Deed:
    went = counted(data.get("withdrawn", 0), "value")
    back = counted(data.get("restored", 0), "earlier value")
    return Deed("took back", "", f": {went} went, {back} came back")


_WITH_PEOPLE: dict[str, Callable[[Data, People], str]] = {
    "role-assigned": _gave,
    "role-ended": _ended,
    "amendment-action-refused": _tried_with_role,
}
_DEEDS: dict[str, Callable[[Data], Deed]] = {
    "demonstration-declared": _just("declared this ledger a demonstration"),
    "agreement-defined": _named("set the sheet of the agreement:"),
    "partner-joined": _named("entered the partner", "name"),
    "person-entered": _named("entered the person", "person"),
    "sign-in-link-given": _named("made a sign-in link for", "person"),
    "account-closed": _named("closed the account of", "person"),
    "account-reopened": _named("opened again the account of", "person"),
    "body-formed": _named("entered the body", "name"),
    "block-set": _named("set the block"),
    "priority-set": _named("set the priority"),
    "outcome-set": _named("set the outcome"),
    "indicator-placed": lambda data: Deed(
        "placed the indicator", "", f" under the outcome {data.get('outcome', '')}"
    ),
    "code-map-set": lambda data: Deed(
        f"set the code map {data.get('name', '')}: {_count('entries', 'code')(data)}", ""
    ),
    "rag-policy-adopted": _adopted("status"),
    "travel-policy-adopted": _adopted("direction of travel"),
    "due-policy-adopted": _adopted("lateness"),
    "escalation-policy-adopted": _adopted("escalation"),
    "reward-policy-adopted": _adopted("reward"),
    "comparators-policy-adopted": _adopted("comparison"),
    "basket-policy-adopted": _adopted("judging together"),
    "basket-set": lambda data: Deed(
        f"set the basket {data.get('code', '')}: {_count('indicators', 'indicator')(data)}"
    ),
    "comparator-group-set": lambda data: Deed(
        f"set the comparator group {data.get('code', '')}: {_count('members', 'area')(data)},"
        f" version {data.get('version', '')}"
    ),
    "comparators-released": lambda data: Deed(
        f"took in {_count('entries', 'value')(data)} of other areas for {data.get('indicator', '')}"
    ),
    "comparators-withdrawn": lambda data: Deed(
        f"took back values of other areas for {data.get('indicator', '')}"
    ),
    "indicator-defined": _just("set up the indicator"),
    "indicator-redefined": _just("changed the definition", "of"),
    "indicator-retired": _retired,
    "targets-set": lambda data: Deed(f"set {_count('targets', 'target')(data)}"),
    "targets-amended": lambda data: Deed(
        f"moved {_count('targets', 'target')(data)} by amendment {data.get('amendment', '')}"
    ),
    "agreement-sealed": lambda data: Deed(
        "sealed the agreement", "", f" by minute {data.get('minute_reference', '')}"
    ),
    "refresh-opened": _named("opened the refresh"),
    "figures-published": _named("published figures:"),
    "amendment-proposed": lambda data: Deed(
        f"proposed amendment {data.get('number', '')}:", "", f" {data.get('title', '')}"
    ),
    "amendment-revised": _just("revised the proposal"),
    "amendment-consented": _spoke("consented"),
    "amendment-objected": _spoke("objected"),
    "amendment-rehearsed": lambda data: Deed(
        "rehearsed the amendment:", "", f" {data.get('summary', '')}"
    ),
    "amendment-decided": _decided,
    "amendment-withdrawn": _just("withdrew the proposal"),
    "values-submitted": _of("submitted"),
    "values-corrected": _of("corrected"),
    "values-returned": _of("returned"),
    "values-withdrawn": _of("withdrew"),
    "values-restored": _of("put back"),
    "values-signed-off": _signed,
    "evidence-attached": lambda data: Deed(
        f"attached {_count('attachments', 'file')(data)} to {_count('entries', 'value')(data)}"
    ),
    "action-refused": _refused,
    "remedial-action-recorded": _for_period("recorded a remedial action", "for"),
    "action-plan-submitted": lambda data: Deed(
        f"submitted action plan {data.get('number', '')}", "for"
    ),
    "action-plan-accepted": _plan_accepted,
    "action-plan-sent-back": lambda data: Deed(
        f"sent action plan {data.get('plan', '')} back", "for"
    ),
    "intervention-decided": _intervened,
    "fast-tracked": lambda data: Deed(
        "moved", "", f" to stage {data.get('stage', '')} by fast track"
    ),
    "escalation-closed": _just("closed the escalation", "of"),
    "performance-commended": _for_period("commended the performance"),
    "value-examined": _examined,
    "load-received": _just("sent the file"),
    "load-checked": lambda data: Deed(
        "had", "", f" checked: {counted(data.get('rows', 0), 'row')}"
    ),
    "load-part-committed": lambda data: Deed(
        f"recorded part {data.get('part', '')} of {data.get('of', '')}", "of"
    ),
    "load-committed": lambda data: Deed(
        "recorded", "", f": {counted(data.get('written', 0), 'value')}"
    ),
    "load-abandoned": _just("gave up"),
    "load-withdrawn": _withdrew,
    "load-refused": _just("sent a file that was refused:"),
    "load-action-refused": lambda data: Deed(
        f"tried to {vocabulary.word(str(data.get('action', 'act')))}", "", ", and was refused"
    ),
}
KNOWN = frozenset({*_DEEDS, *_WITH_PEOPLE})
