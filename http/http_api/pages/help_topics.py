"""Which topic of the help belongs to which page.

A page is known by its template: whatever is shown through one is of one kind. A kind that is not
named here leads to the contents of the help, and fails a test.
"""

from collections.abc import Mapping

from http_api.pages.help_texts import CONTENTS

TOPIC_OF: Mapping[str, str] = {
    "account.html": "account",
    "act.html": "acting",
    "agreements.html": "agreements",
    "amendment.html": "amendment",
    "amendments.html": "change-register",
    "audit.html": "audit",
    "audit_event.html": "audit",
    "audit_events.html": "audit",
    "audit_refusals.html": "audit",
    "audit_roles.html": "audit",
    "audit_rules.html": "audit",
    "board.html": "board",
    "bodies.html": "bodies",
    "body.html": "bodies",
    "changes.html": "changes",
    "charts.html": "charts",
    "chase.html": "collection",
    "collection.html": "collection",
    "comparator_difference.html": "comparators",
    "comparators.html": "comparators",
    "entry.html": "entry",
    "entry_act.html": "corrections",
    "entry_check.html": "entry",
    "entry_grid.html": "entry",
    "entry_grid_check.html": "entry",
    "entry_grid_result.html": "entry",
    "entry_receipt.html": "entry",
    "cube.html": "cube",
    "drill_down.html": "drill-down",
    "error.html": "errors",
    "escalation.html": "escalation",
    "escalations.html": "escalation",
    "evidence.html": "evidence",
    "examinations.html": "examinations",
    "exceptions.html": "exceptions",
    "help.html": CONTENTS,
    "indicator.html": "indicator",
    "league.html": "comparators",
    "load.html": "loads",
    "loads.html": "loads",
    "memorandum.html": "memorandum",
    "pairs.html": "pairs",
    "people.html": "people",
    "people_accounts.html": "people",
    "proof.html": "proof",
    "restatements.html": "restatements",
    "rewards.html": "rewards",
    "scorecard.html": "scorecard",
    "set_password.html": "sign-in",
    "sign_in.html": "sign-in",
    "sign_off.html": "sign-off",
    "sign_off_confirm.html": "sign-off",
    "sign_off_done.html": "sign-off",
    "tasks.html": "tasks",
    "why.html": "why",
}


def topic_of(template: str) -> str:
    """The topic of a page, by its template."""
    return TOPIC_OF.get(template, CONTENTS)
