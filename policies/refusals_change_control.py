"""Every way to say no of change control: sealing, amendments and refreshes.

Entered in the catalogue of refusals as that of all others is imported.
"""

from policies.refusing import DutyRefusal, Refusal

# Duties


class OwnProposal(DutyRefusal):
    """Nobody decides on an amendment that they proposed or revised themselves."""

    code = "own-proposal"


class NotTheProposer(DutyRefusal):
    """Only the person who proposed an amendment may revise or withdraw it."""

    code = "not-the-proposer"


# The agreement


class AgreementNotSealed(Refusal):
    """The agreement is not sealed yet: until then its targets are set freely, by its set-up."""

    code = "agreement-not-sealed"


class AlreadySealed(Refusal):
    """The agreement is sealed already."""

    code = "already-sealed"


class BadRefresh(Refusal):
    """A refresh needs a title, and a last day that is not before its first day or over by now."""

    code = "bad-refresh"


class UnknownRefresh(Refusal):
    """There is no refresh with this number in the agreement."""

    code = "unknown-refresh"


class RefreshClosed(Refusal):
    """The refresh does not gather amendments today."""

    code = "refresh-closed"


class RefreshOpen(Refusal):
    """The refresh still gathers amendments: they are decided together after its last day."""

    code = "refresh-open"


class NothingToDecide(Refusal):
    """No amendment of the refresh waits for a decision of this body."""

    code = "nothing-to-decide"


class AmendmentsCollide(Refusal):
    """Amendments that would be approved together change the same thing, or cannot all stand."""

    code = "amendments-collide"


# What a proposal says


class UnknownAmendment(Refusal):
    """There is no amendment with this number in the agreement."""

    code = "unknown-amendment"


class BadChanges(Refusal):
    """The proposed changes cannot be read, or do not fit together."""

    code = "bad-changes"


class BeforeEffective(Refusal):
    """An amendment changes nothing before the first day of its effective period."""

    code = "before-effective"


class ChangesNothing(Refusal):
    """The proposal equals what holds already."""

    code = "changes-nothing"


class StretchPerformances(Refusal):
    """A stretch target has two performances, better with it than without; no other has any."""

    code = "stretch-performances"


class SeriesBreakNeeded(Refusal):
    """A major change of a definition breaks the series at the first period it applies to."""

    code = "series-break-needed"


class VersionAdopted(Refusal):
    """Rules of this version were adopted before; a new version needs a name of its own."""

    code = "version-adopted"


# The way of an amendment


class AmendmentClosed(Refusal):
    """The amendment is decided or withdrawn; what was agreed since needs another one."""

    code = "amendment-closed"


class AmendmentOpen(Refusal):
    """The amendment is not decided yet, so there is no memorandum."""

    code = "amendment-open"


class NotBound(Refusal):
    """This partner is not bound by what the amendment changes."""

    code = "not-bound"


class BodyDecided(Refusal):
    """A body of this kind has decided already, or none needs to."""

    code = "body-decided"


class ConsentsMissing(Refusal):
    """Every bound partner has to consent first, and no objection may stand."""

    code = "consents-missing"


class Frozen(Refusal):
    """No local target moves during the freeze window of an agreement that was just sealed."""

    code = "frozen"


class NotRehearsed(Refusal):
    """The proposal has to be rehearsed as it is now, before it can be approved."""

    code = "not-rehearsed"


class RehearsalStale(Refusal):
    """Facts that matter were recorded after the rehearsal: rehearse again before deciding."""

    code = "rehearsal-stale"


class ChangesEarlier(Refusal):
    """The proposal would change periods before the one it applies from."""

    code = "changes-earlier"
