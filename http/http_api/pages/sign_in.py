"""The pages of signing in and of one's own account."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from urllib.parse import parse_qs, urlsplit

from http_api.pages.render import Crumb, Frame, render
from http_api.problem_documents import problem_of
from http_api.problems import HttpProblem
from http_api.service import Service
from ledger.accounts import Visitor
from ledger.event import LONDON
from ledger.tokens import Token
from policies.sign_in import LONGEST_PASSWORD, SHORTEST_PASSWORD, Scope

SCOPES_MEAN = {
    Scope.READ: "read what you may read",
    Scope.SUBMIT: "submit, correct and sign off values, and all else you may record",
    Scope.LOAD: "load files",
    Scope.ADMINISTER: "assign roles and enter people",
}


def sign_in_page(
    service: Service,
    *,
    going_on: str,
    openid: str,
    name: str = "",
    password_set: bool = False,
    wrong: Exception | None = None,
) -> str:
    """The form to sign in with; ``going_on`` is where to go afterwards, ``openid`` the provider's
    name, "" for none; ``password_set`` says that the password was set a moment ago."""
    return render(
        "sign_in.html",
        Frame(title="Sign in", path="/sign-in", section="sign-in"),
        going_on=going_on,
        of_another_day="known_at" in parse_qs(urlsplit(going_on).query),
        name=name,
        demonstration=service.demonstration,
        openid=openid,
        password_set=password_set,
        wrong=_said(wrong),
    )


def link_page(
    service: Service, holder: Visitor, secret: str, wrong: Exception | None = None
) -> str:
    """The form to set a password with."""
    return render(
        "set_password.html",
        Frame(title="Set your password", path="/sign-in", section="sign-in"),
        holder=holder,
        secret=secret,
        shortest=SHORTEST_PASSWORD,
        longest=LONGEST_PASSWORD,
        wrong=_said(wrong),
    )


def account_page(
    service: Service,
    who: Visitor,
    *,
    sessions: Sequence[Mapping[str, datetime]],
    tokens: Sequence[Token],
    usual: Sequence[Scope],
    at: datetime,
    wrong: Exception | None,
    made: str,
    own_password: bool,
) -> str:
    """One's own account; ``made`` is a token just made, which is shown this once.

    ``own_password`` where the person has one, which is then asked for.
    """
    return render(
        "account.html",
        Frame(
            title="Your account",
            path="/account",
            crumbs=(Crumb("Agreements", "/"), Crumb("Your account")),
            section="account",
        ),
        who=who,
        sessions=sessions,
        tokens=[token for token in tokens if token.revoked_at is None],
        usual=usual,
        scopes=SCOPES_MEAN,
        at=at,
        shortest=SHORTEST_PASSWORD,
        wrong=_said(wrong),
        made=made,
        own_password=own_password,
    )


def end_of(text: str) -> datetime | None:
    """The end of the day somebody typed; None for no end. Raises a 422 problem."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise HttpProblem(
            422,
            "malformed",
            "The last day of a token is a date, such as 2026-10-20.",
            field="until",
        ) from None
    return datetime.combine(day, time(23, 59, 59), LONDON)


def _said(wrong: Exception | None) -> tuple[tuple[str, str], ...]:
    """What is wrong, by the field it is about."""
    if wrong is None:
        return ()
    problem, _ = problem_of(wrong)
    return tuple((error.field, error.detail) for error in problem.errors)
