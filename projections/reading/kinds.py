"""The kinds of events as an auditor asks for them: each by its topic, and in groups."""

from collections.abc import Iterable

from ledger.agreement.events import POLICIES
from ledger.event import CATALOGUE
from policies.refusals import UnknownKind

REFUSALS, ROLES, RULES = "refusals", "roles", "rules"
STRUCTURE = (
    "agreement-defined",
    "partner-joined",
    "body-formed",
    "block-set",
    "priority-set",
    "outcome-set",
    "indicator-placed",
)
GROUPS: dict[str, tuple[str, ...]] = {
    "values": (
        "values-submitted",
        "values-corrected",
        "values-returned",
        "values-withdrawn",
        "values-restored",
        "evidence-attached",
        "comparators-released",
        "comparators-withdrawn",
    ),
    "sign-offs": ("values-signed-off",),
    "publications": ("figures-published",),
    REFUSALS: (
        "action-refused",
        "load-refused",
        "load-action-refused",
        "amendment-action-refused",
    ),
    RULES: (
        *(event.TOPIC for event in POLICIES.values()),
        "indicator-defined",
        "indicator-redefined",
        "indicator-retired",
        "targets-set",
        "targets-amended",
        "code-map-set",
        "comparator-group-set",
        "basket-set",
        *STRUCTURE,
    ),
    ROLES: ("role-assigned", "role-ended"),
    "accounts": (
        "person-entered",
        "sign-in-link-given",
        "account-closed",
        "account-reopened",
    ),
    "escalation": (
        "remedial-action-recorded",
        "action-plan-submitted",
        "action-plan-accepted",
        "action-plan-sent-back",
        "intervention-decided",
        "fast-tracked",
        "escalation-closed",
        "performance-commended",
        "value-examined",
    ),
    "amendments": (
        "agreement-sealed",
        "refresh-opened",
        "amendment-proposed",
        "amendment-revised",
        "amendment-consented",
        "amendment-objected",
        "amendment-rehearsed",
        "amendment-decided",
        "amendment-withdrawn",
        "amendment-action-refused",
        "targets-amended",
    ),
    "loads": (
        "load-received",
        "load-checked",
        "load-part-committed",
        "load-committed",
        "load-abandoned",
        "load-withdrawn",
        "load-refused",
        "load-action-refused",
    ),
    "other": ("demonstration-declared",),
}


def topics_of(kinds: Iterable[str]) -> list[str]:
    """The topics of kinds, each a topic or a group; all there are for none. Raises UnknownKind."""
    wanted: set[str] = set()
    for kind in kinds:
        found = GROUPS.get(kind) or ((kind,) if kind in CATALOGUE else ())
        if not found:
            raise UnknownKind(
                f"{kind[:40]!r} is no kind of event: use a topic such as values-corrected, or one"
                f" of {', '.join(GROUPS)}.",
                field="kind",
            )
        wanted.update(found)
    return sorted(wanted or CATALOGUE)
