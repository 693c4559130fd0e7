"""Every way to say no. The code is stable; the docstring is the sentence the user reads.

Raise with a detail that names the field, row or figure at hand where there is one; without it the
docstring speaks. One table elsewhere maps codes to HTTP statuses.
"""

import policies.refusals_attachments
import policies.refusals_change_control
import policies.refusals_comparators
import policies.refusals_escalation
import policies.refusals_roles
import policies.refusals_sign_in  # noqa: F401 - to enter their refusals in the catalogue too
from policies.refusing import DutyRefusal, FieldProblem, Refusal, all_refusals, sentence

__all__ = ["DutyRefusal", "FieldProblem", "Refusal", "all_refusals", "sentence"]  # handed on

# Duties and roles


class SelfSignOff(DutyRefusal):
    """The person who submitted or last corrected a value cannot sign it off."""

    code = "self-sign-off"


class NoRole(DutyRefusal):
    """This person holds no role that may do this here."""

    code = "no-role"


class OtherPartner(DutyRefusal):
    """This belongs to another partner, so only a person of that partner may act on it."""

    code = "other-partner"


# What a request names


class UnknownAgreement(Refusal):
    """There is no agreement with this code."""

    code = "unknown-agreement"


class UnknownBody(Refusal):
    """The agreement has no such body, or not one that may do this."""

    code = "unknown-body"


class UnknownIndicator(Refusal):
    """There is no indicator with this code in the agreement."""

    code = "unknown-indicator"


class UnknownScorecard(Refusal):
    """There is no such way to group the indicators of the agreement."""

    code = "unknown-scorecard"


class UnknownBlock(Refusal):
    """The agreement has no block with this code."""

    code = "unknown-block"


class UnknownOutcome(Refusal):
    """The agreement has no outcome with this code."""

    code = "unknown-outcome"


class UnsuitableCube(Refusal):
    """These figures cannot be laid out in this way."""

    code = "unsuitable-cube"


class UnknownArea(Refusal):
    """This area is not one of the agreement's areas."""

    code = "unknown-area"


class OwnArea(Refusal):
    """This area is the agreement's own: its figures are values, and no comparators."""

    code = "own-area"


class UnknownEvent(Refusal):
    """There is no event of this agreement at this position, as known then."""

    code = "unknown-event"


class UnknownKind(Refusal):
    """There is no such kind of event."""

    code = "unknown-kind"


class UnknownEntry(Refusal):
    """There is no entry with this name; an entry is named by position and index, as 1742.3."""

    code = "unknown-entry"


# Numbers and parts


class NotANumber(Refusal):
    """A number is written in decimal notation: digits, at most one point, at most 30 digits."""

    code = "not-a-number"


class TooManyDecimals(Refusal):
    """The number has more decimal places than the indicator accepts."""

    code = "too-many-decimals"


class RatioMismatch(Refusal):
    """The value does not agree with its numerator and denominator after rounding."""

    code = "ratio-mismatch"


class PartsMissing(Refusal):
    """Give a value, or numerator and denominator together where the indicator has them."""

    code = "parts-missing"


class ZeroDenominator(Refusal):
    """The denominator is not above zero, so there is no value to work out."""

    code = "zero-denominator"


class LimitMissing(Refusal):
    """Give both confidence limits, the low and the high one, or neither."""

    code = "limit-missing"


class LimitsAstray(Refusal):
    """The figure does not lie between its confidence limits."""

    code = "limits-astray"


class NoValue(Refusal):
    """The entry has neither a value nor a numerator and denominator."""

    code = "no-value"


# Periods and breakdowns


class UnknownPeriod(Refusal):
    """This is not a period; write one as FY2007, FY2007-Q1, 2007-04, CY2007, AY2007 or FY2020+3."""

    code = "unknown-period"


class WrongInterval(Refusal):
    """The period has another length or calendar than the indicator's periods."""

    code = "wrong-interval"


class PeriodNotBegun(Refusal):
    """The period has not begun, so it can have no value yet."""

    code = "period-not-begun"


class UnknownBreakdown(Refusal):
    """A breakdown is a flat set of dimensions, each with a code, both as text."""

    code = "unknown-breakdown"


# A submission and its entries


class NoEntries(Refusal):
    """The request has no entries."""

    code = "no-entries"


class TooManyEntries(Refusal):
    """One request carries at most 10,000 entries; split it, or load a file."""

    code = "too-many-entries"


class DuplicateEntry(Refusal):
    """The same area, period and breakdown stands twice in one request."""

    code = "duplicate-entry"


class ValueExists(Refusal):
    """There is already another value here; use a correction, with its reason."""

    code = "value-exists"


class NothingChanged(Refusal):
    """The correction equals what it corrects, in its note and its evidence too."""

    code = "nothing-changed"


class ReasonRequired(Refusal):
    """Say why: this needs a reason."""

    code = "reason-required"


# Standing and sign-off


class NotCurrent(Refusal):
    """The entry was replaced or withdrawn; look at the one that holds now."""

    code = "not-current"


class NothingToCorrect(NotCurrent):
    """There is no value here to correct; submit one."""

    code = "nothing-to-correct"


class WrongStanding(Refusal):
    """The entry's standing does not allow this."""

    code = "wrong-standing"


class AlreadySignedOff(WrongStanding):
    """The entry is already signed off."""

    code = "already-signed-off"


class SignOffStale(Refusal):
    """What was seen is no longer what is recorded; look again before signing off."""

    code = "sign-off-stale"


class UnknownAssurance(Refusal):
    """The grade of assurance is one of audited, own-audit, checked and unchecked."""

    code = "unknown-assurance"


class Retired(Refusal):
    """The indicator is retired for this period, which takes no values and no targets."""

    code = "retired"


# Targets and settings


class RelativeBasisZeroTarget(Refusal):
    """A target of zero cannot be judged by percentage; use an absolute basis for this indicator."""

    code = "relative-basis-zero-target"


class UnorderedLimits(Refusal):
    """The four limits must rise or stay level: low red, low amber, high amber, high red."""

    code = "unordered-limits"


class BadPolicy(Refusal):
    """The settings of this policy contradict each other."""

    code = "bad-policy"


# The ledger and its clocks


class Conflict(Refusal):
    """Another officer acted on this indicator at the same moment; look again and repeat."""

    code = "conflict"


class VersionMoved(Refusal):
    """The indicator has moved on from the version this request was made against."""

    code = "version-moved"


class IdempotencyKeyReused(Refusal):
    """This idempotency key was used before with another request."""

    code = "idempotency-key-reused"


class Sealed(Refusal):
    """The agreement is sealed: this moves only through change control."""

    code = "sealed"


class NotADemonstration(Refusal):
    """Only a demonstration ledger can be given a simulated time."""

    code = "not-a-demonstration"


class BadClock(Refusal):
    """A moment is a date, a time with its offset, position:N, or now."""

    code = "bad-clock"


class FromAfterTo(Refusal):
    """The moment to start from is later than the moment to end at."""

    code = "from-after-to"


class BadCursor(Refusal):
    """This is not a cursor that a list gave out as its next page."""

    code = "bad-cursor"


# Files


class BadSetup(Refusal):
    """The set-up cannot be used as it stands."""

    code = "bad-setup"


class BadMapping(Refusal):
    """The mapping cannot be used as it stands."""

    code = "bad-mapping"


class BadFile(Refusal):
    """The file cannot be read."""

    code = "bad-file"


class UnitChanged(Refusal):
    """Many values are about a hundred times those before: confirm the unit before loading."""

    code = "unit-changed"


class UnknownLoad(Refusal):
    """There is no load with this id in the agreement."""

    code = "unknown-load"


class LoadWrongStage(Refusal):
    """The load does not stand where this can be done with it."""

    code = "load-wrong-stage"


class LoadStale(Refusal):
    """The load was checked again since you saw it; look at the newer check first."""

    code = "load-stale"
