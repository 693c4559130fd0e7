"""What can be wrong in a body, and what it must be answered with."""

from typing import Any, NamedTuple

from journeys.asking import SIGNER, entry
from services import ENTRY_OFFICER, HOME

REASON = {"reason": "The return came late."}


class Sent(NamedTuple):
    """Something wrong, and what it must be answered with. ``field`` None: whichever."""

    body: Any
    status: int
    code: str
    field: str | None = None
    act: str = "submissions"
    by: str = ENTRY_OFFICER
    recorded: int = 0  # refused duties are events


def one(**fields: Any) -> dict[str, Any]:
    """A submission of one entry for a year that has no value, changed as asked."""
    return {"entries": [entry("5", "FY2010") | fields]}


RULES = {
    "no entries": Sent({"entries": []}, 422, "no-entries", "entries"),
    "unknown area": Sent(one(area="E99999999"), 422, "unknown-area", "entries[0].area"),
    "empty area": Sent(one(area=""), 400, "malformed", "entries[0].area"),
    "unknown period": Sent(one(period="2010"), 422, "unknown-period", "entries[0].period"),
    "full-width period": Sent(one(period="FY２０１０"), 422, "unknown-period", "entries[0].period"),
    "period in lower case": Sent(one(period="fy2010"), 422, "unknown-period", "entries[0].period"),
    "another interval": Sent(one(period="FY2010-Q1"), 422, "wrong-interval", "entries[0].period"),
    "another calendar": Sent(one(period="CY2010"), 422, "wrong-interval", "entries[0].period"),
    "not begun": Sent(one(period="FY2099"), 422, "period-not-begun", "entries[0].period"),
    "too many decimals": Sent(one(value="5.1234"), 422, "too-many-decimals", "entries[0].value"),
    "no value": Sent(one(value=None), 422, "no-value", "entries[0].value"),
    "a part of a ratio": Sent(one(numerator="1"), 422, "parts-missing"),
    "parts that are not asked for": Sent(one(numerator="1", denominator="2"), 422, "parts-missing"),
    "one confidence limit": Sent(
        one(confidence_low="4"), 422, "limit-missing", "entries[0].confidence_high"
    ),
    "confidence limits of another figure": Sent(
        one(confidence_low="1", confidence_high="2"),
        422,
        "limits-astray",
        "entries[0].confidence_high",
    ),
    "twice the same key": Sent(
        {"entries": [entry("5", "FY2010"), entry("6", "FY2010")]}, 422, "duplicate-entry"
    ),
    "a dimension with a blank": Sent(one(breakdown={"sex": "F "}), 422, "unknown-breakdown"),
    "an empty dimension": Sent(one(breakdown={"": "F"}), 422, "unknown-breakdown"),
    "a dimension with a sign": Sent(one(breakdown={"a=b": "F"}), 422, "unknown-breakdown"),
    "dimensions without end": Sent(
        one(breakdown={f"dimension {n}": "é" * 100 for n in range(10)}),
        422,
        "unknown-breakdown",
        "entries[0].breakdown",
    ),
    "a key with another value": Sent(one(period="FY2020"), 409, "value-exists", "entries[0]"),
    "too many entries": Sent(
        {"entries": [entry("5", "FY2010", breakdown={"n": str(n)}) for n in range(10_001)]},
        422,
        "too-many-entries",
        "entries",
    ),
    "correction without reason": Sent(
        one(period="FY2020"), 422, "reason-required", "reason", "corrections"
    ),
    "correction with a blank reason": Sent(
        one(period="FY2020") | {"reason": " \n "}, 422, "reason-required", "reason", "corrections"
    ),
    "correction of nothing": Sent(
        one() | REASON, 409, "nothing-to-correct", "entries[0]", "corrections"
    ),
    "what a submission replaces": Sent(
        one(replaces="1.0"), 400, "malformed", "entries[0].replaces"
    ),
    "correction of another's entry": Sent(
        one(period="FY2020", replaces="1.0") | REASON,
        409,
        "not-current",
        "entries[0].replaces",
        "corrections",
    ),
    "correction that changes nothing": Sent(
        one(period="FY2020", value="9") | REASON,
        409,
        "nothing-changed",
        "entries[0]",
        "corrections",
    ),
    "return without reason": Sent(
        {"entries": ["1.0"]}, 422, "reason-required", "reason", "returns", SIGNER
    ),
    "return of no entry": Sent(
        {"entries": ["1.0"], **REASON}, 404, "unknown-entry", "entries[0]", "returns", SIGNER
    ),
    "return of a strange name": Sent(
        {"entries": ["../../etc"], **REASON}, 404, "unknown-entry", "entries[0]", "returns", SIGNER
    ),
    "withdrawal without reason": Sent(
        {"entries": ["1.0"]}, 422, "reason-required", "reason", "withdrawals"
    ),
    "withdrawal of no entry": Sent(
        {"entries": ["1.0"], **REASON}, 404, "unknown-entry", "entries[0]", "withdrawals"
    ),
    "sign-off of no entry": Sent(
        {"entries": [{"name": "1.0", "digest": "00"}]},
        404,
        "unknown-entry",
        "entries[0]",
        "sign-offs",
        SIGNER,
    ),
    "sign-off of nothing": Sent({"entries": []}, 422, "no-entries", "entries", "sign-offs", SIGNER),
    "sign-off with a grade there is not": Sent(
        {"entries": [{"name": "1.0", "digest": "00"}], "assurance": "sure"},
        422,
        "unknown-assurance",
        "assurance",
        "sign-offs",
        SIGNER,
    ),
    "role missing": Sent(one(), 403, "no-role", "", "submissions", "auditor", recorded=1),
}
SHAPES = {
    "unknown field": Sent(one(valeu="5"), 400, "malformed", "entries[0].valeu"),
    "unknown field at the top": Sent(one() | {"entry": 1}, 400, "malformed", "entry"),
    "not an object": Sent([], 400, "malformed", ""),
    "a text": Sent("entries", 400, "malformed", ""),
    "entries is a text": Sent({"entries": "x"}, 400, "malformed", "entries"),
    "an entry is a number": Sent({"entries": [1]}, 400, "malformed", "entries[0]"),
    "entries is missing": Sent({}, 400, "malformed", "entries"),
    "period is missing": Sent({"entries": [{"area": HOME}]}, 400, "malformed", "entries[0].period"),
    "period is a number": Sent(one(period=2010), 400, "malformed", "entries[0].period"),
    "period is very long": Sent(one(period="F" * 101), 400, "malformed", "entries[0].period"),
    "note is very long": Sent(one(note="n" * 10_001), 400, "malformed", "entries[0].note"),
    "standing is no standing": Sent(one(standing="sure"), 400, "malformed", "entries[0].standing"),
    "date is no date": Sent(
        one() | {"data_available_on": "2025-02-30"}, 400, "malformed", "data_available_on"
    ),
    "breakdown is a list": Sent(one(breakdown=["F"]), 400, "malformed", "entries[0].breakdown"),
    "breakdown is nested": Sent(one(breakdown={"sex": {"a": "F"}}), 400, "malformed", None),
    "value is true": Sent(one(value=True), 400, "malformed", "entries[0].value"),
    "value is a list": Sent(one(value=["5"]), 400, "malformed", "entries[0].value"),
    "value is an object": Sent(one(value={"a": 1}), 400, "malformed", "entries[0].value"),
    "NUL in the area": Sent(one(area="E1\0"), 400, "malformed", "entries[0].area"),
    "NUL in the period": Sent(one(period="FY2010\0"), 400, "malformed", "entries[0].period"),
    "NUL in a note": Sent(one(note="a\0b"), 400, "malformed", "entries[0].note"),
    "a long dimension": Sent(one(breakdown={"a" * 101: "F"}), 400, "malformed", None),
    "a long code": Sent(one(breakdown={"a": "F" * 101}), 400, "malformed", None),
    "many dimensions": Sent(
        one(breakdown={f"{n}": "F" for n in range(21)}), 400, "malformed", None
    ),
    "NUL in a dimension": Sent(one(breakdown={"a\0": "b"}), 400, "malformed", None),
    "NUL in a dimension's code": Sent(one(breakdown={"a": "b\0"}), 400, "malformed", None),
    "a line's end in a dimension": Sent(one(breakdown={"a": "b\n"}), 400, "malformed", None),
    "a line's end after the area": Sent(one(area=HOME + "\n"), 400, "malformed", "entries[0].area"),
    "NUL in what is replaced": Sent(
        one(replaces="1\0") | REASON, 400, "malformed", "entries[0].replaces", "corrections"
    ),
    "NUL in a reason": Sent(one() | {"reason": "\0"}, 400, "malformed", "reason", "corrections"),
    "NUL in a name": Sent(
        {"entries": ["1.0\0"], **REASON}, 400, "malformed", "entries[0]", "withdrawals"
    ),
}

# As they stand in the body, of which only the well-formed ones are JSON at all.
NUMBERS = {
    '"1e5"': "not-a-number",
    '"NaN"': "not-a-number",
    '"Infinity"': "not-a-number",
    '"１２"': "not-a-number",
    '"٣"': "not-a-number",
    '"1,000"': "not-a-number",
    '"1 000"': "not-a-number",
    '"1_000"': "not-a-number",
    '" 5"': "not-a-number",
    '"5%"': "not-a-number",
    '"0x10"': "not-a-number",
    '"5."': "not-a-number",
    '".5"': "not-a-number",
    '"--5"': "not-a-number",
    '""': "not-a-number",
    '"12\\u0000"': "not-a-number",
    '"' + "1" * 400 + '"': "not-a-number",
    '"0.' + "1" * 400 + '"': "not-a-number",
    '"1e999999999"': "not-a-number",
    "1e5": "not-a-number",
    "1E5": "not-a-number",
    "1e400": "not-a-number",
    "1e-400": "not-a-number",
    "0.1000000000000000055511151231257827": "not-a-number",
    "1" * 31: "not-a-number",
    "1" * 400: "not-a-number",
    "-" + "1" * 400: "not-a-number",
    "1" * 5000: "not-json",
    "NaN": "not-json",
    "Infinity": "not-json",
    "-Infinity": "not-json",
    "01": "not-json",
    "+5": "not-json",
    "5.": "not-json",
    "0x10": "not-json",
    "１２": "not-json",
}
