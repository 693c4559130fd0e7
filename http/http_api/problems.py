"""Every way to say no over HTTP: our codes, their statuses and sentences.

Nothing here needs the web framework, which a command would import in a third of its time.
"""

import msgspec

PROBLEM_JSON = "application/problem+json"

CHANGE_CONTROL: dict[str, int] = {
    "own-proposal": 403,
    "not-the-proposer": 403,
    "agreement-not-sealed": 409,
    "already-sealed": 409,
    "bad-refresh": 422,
    "unknown-refresh": 404,
    "refresh-closed": 409,
    "refresh-open": 409,
    "nothing-to-decide": 409,
    "amendments-collide": 409,
    "unknown-amendment": 404,
    "bad-changes": 422,
    "before-effective": 422,
    "changes-nothing": 422,
    "stretch-performances": 422,
    "series-break-needed": 422,
    "version-adopted": 422,
    "amendment-closed": 409,
    "amendment-open": 409,
    "not-bound": 422,
    "body-decided": 409,
    "consents-missing": 409,
    "frozen": 409,
    "not-rehearsed": 409,
    "rehearsal-stale": 409,
    "changes-earlier": 422,
}

# One status for each code; a test holds this table and the catalogue of refusals together.
STATUS: dict[str, int] = {
    "self-sign-off": 403,
    "no-role": 403,
    "other-partner": 403,
    "unknown-agreement": 404,
    "unknown-indicator": 404,
    "unknown-scorecard": 404,
    "unknown-block": 404,
    "unknown-outcome": 404,
    "unsuitable-cube": 422,
    "unknown-area": 422,
    "unknown-comparator-group": 404,
    "own-area": 422,
    "unknown-event": 404,
    "unknown-kind": 422,
    "unknown-entry": 404,
    "not-a-number": 422,
    "too-many-decimals": 422,
    "ratio-mismatch": 422,
    "parts-missing": 422,
    "zero-denominator": 422,
    "limit-missing": 422,
    "limits-astray": 422,
    "no-value": 422,
    "unknown-period": 422,
    "wrong-interval": 422,
    "period-not-begun": 422,
    "unknown-breakdown": 422,
    "no-entries": 422,
    "too-many-entries": 422,
    "duplicate-entry": 422,
    "value-exists": 409,
    "nothing-changed": 409,
    "reason-required": 422,
    "not-current": 409,
    "nothing-to-correct": 409,
    "wrong-standing": 409,
    "already-signed-off": 409,
    "sign-off-stale": 409,
    "unknown-assurance": 422,
    "retired": 409,
    "relative-basis-zero-target": 422,
    "unordered-limits": 422,
    "bad-policy": 422,
    "conflict": 409,
    "version-moved": 412,
    "idempotency-key-reused": 422,
    "sealed": 409,
    "not-a-demonstration": 409,
    "bad-clock": 400,
    "from-after-to": 400,
    "bad-cursor": 400,
    "bad-setup": 422,
    "bad-mapping": 422,
    "bad-file": 422,
    "unit-changed": 409,
    "unknown-load": 404,
    "load-wrong-stage": 409,
    "load-stale": 409,
    "own-plan": 403,
    "unknown-plan": 404,
    "unknown-body": 422,
    "unknown-person": 422,
    "unknown-stage": 422,
    "unknown-decision": 422,
    "text-required": 422,
    "no-steps": 422,
    "too-many-steps": 422,
    "dates-out-of-order": 422,
    "day-in-future": 422,
    "no-escalation-rules": 409,
    "never-escalates": 409,
    "no-stage-open": 409,
    "wrong-stage": 409,
    "stage-not-higher": 409,
    "plan-not-waiting": 409,
    "no-value-yet": 409,
    "own-role": 403,
    "own-account": 403,
    "unknown-scope": 422,
    "role-not-held": 409,
    "role-held": 409,
    "roles-remain": 409,
    "too-many-refused": 429,
    "closed-account": 409,
    "account-open": 409,
    "sign-in-failed": 401,
    "too-many-tries": 429,
    "weak-password": 422,
    "link-spent": 410,
    "no-such-token": 404,
    "bad-token": 422,
    "bad-view": 422,
    "bad-person": 422,
    "other-agreement": 403,
    "sign-in-not-begun": 400,
    "provider-refused": 401,
    "unknown-here": 403,
    "other-account": 403,
    "attachment-kind": 422,
    "attachment-macros": 422,
    "attachment-size": 413,
    "too-many-attachments": 422,
    "no-attachments": 422,
    "already-attached": 409,
    "unknown-attachment": 404,
    **CHANGE_CONTROL,
}

# What HTTP itself refuses, before any rule is asked: the code of each status, and what it says.
HTTP_CODES: dict[int, tuple[str, str]] = {
    400: ("malformed", "The request cannot be read as it is."),
    401: ("unauthenticated", "This needs an access token: send Authorization: Bearer TOKEN."),
    403: ("forbidden", "This is not allowed here."),
    404: ("not-found", "There is nothing at this address."),
    405: ("method-not-allowed", "This address does not take this method."),
    413: ("body-too-large", "The body is larger than this address takes."),
    415: ("wrong-content-type", "The body is of another type than this address takes."),
    429: ("too-many-requests", "Too many requests: wait a little."),
    500: ("internal-error", "Something went wrong on our side; nothing was recorded."),
    503: ("unavailable", "The service cannot answer right now: try again in a moment."),
}

# The other codes of a request that no rule was asked about: their status, and what they mean.
REQUEST_CODES: dict[str, tuple[int, str]] = {
    **{code: (status, said) for status, (code, said) in HTTP_CODES.items()},
    "not-json": (400, "The body is missing, or cannot be read as JSON in UTF-8."),
    "too-deep": (400, "The body is nested deeper than any request needs."),
    "duplicate-name": (400, "A name comes twice in one object, so it is not clear which counts."),
    "sign-in-needed": (401, "This page is for people who signed in."),
    "too-slow": (408, "The request was too long in coming."),
    "other-site": (403, "With a session, changes are taken only from the service's own pages."),
    "token-scope": (403, "This access token was not made for this."),
    "provider-away": (503, "The provider people sign in with does not answer: try again later."),
    "plain-connection": (403, "Over a connection that others can read nobody signs in."),
    "unknown-token": (401, "This access token is unknown or was revoked: ask for a new one."),
    "projection-behind": (503, "The answers have not reached the position asked for: ask again."),
    "not-migrated": (503, "The database's schema is not current: run outturn migrate."),
    "no-such-position": (
        404,
        "The ledger counts from 1 to its last event and has no such position.",
    ),
    "attachment-altered": (500, "What is kept of this file is not what the record names."),
    "not-sealed": (503, "This is recorded, and not signed yet: ask again in a second."),
    "bad-proof": (400, "No proof leads from that size or position to this one."),
    "database-away": (503, "The database cannot be reached: try again in a moment."),
    "busy": (503, "Others are writing and the record was not free in time: try again."),
}


class ProblemError(msgspec.Struct, frozen=True):
    """One thing that is wrong, and where."""

    field: str
    code: str
    detail: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[ProblemError, ...] = ()


class HttpProblem(Exception):
    """A problem of the request itself rather than of a rule; ``errors`` where it has several."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        field: str = "",
        errors: tuple[ProblemError, ...] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors or (ProblemError(field, code, detail),)
