"""Who is who on the built board, as somebody sees it who may give and end roles."""

from collections.abc import Collection
from datetime import date
from typing import Any

from browser.built import BuiltReader
from browser.built_desk import ENTRY, READER, SIGNER, BuiltDesk
from browser.indicators import PEOPLE
from browser.judged import CODE, NOW, clocks
from litestar import MediaType, get
from litestar.di import Provide
from litestar.params import FromQuery

from http_api.pages.people import Filled, Staff, people_page
from http_api.pages.reader import ClocksAsked
from http_api.pages.routes import GivenClocks, clocks_asked
from ledger.agreement.assigning import By
from ledger.agreement.state import Agreement
from ledger.person import Person
from policies.permissions import Grant, Role
from policies.refusals import FieldProblem
from projections.audit_answers import RoleSpan, RoleSpans

OFFICER = "p-officer"
MISTAKES = tuple(
    FieldProblem(field, "malformed", f"This cannot be ({field}).")
    for field in ("person", "role", "scope", "valid_from", "valid_to")
)
TYPED = {"person": ENTRY, "role": "lead-officer", "scope": "early-years", "valid_to": "2030-03-31"}


class StaffReader(BuiltReader):
    """The built board with roles that count today, later, no longer, and for no partner."""

    def roles(self, agreement: str, asked: ClocksAsked) -> RoleSpans:
        """One of each."""
        given: dict[str, Any] = {"since": NOW, "since_position": 300, "given_by": "operator"}
        held: dict[str, Any] = {"until": None, "until_position": None, "ended_by": None, **given}
        later: dict[str, Any] = {"valid_from": date(2099, 4, 1)}
        over: dict[str, Any] = {"valid_to": date(2020, 3, 31)}
        wcc: dict[str, Any] = {"partner": "wcc", **held}
        return RoleSpans(
            clocks=clocks(asked),
            roles=(
                RoleSpan(person=ENTRY, role="entry-officer", scope=CODE, **wcc),
                RoleSpan(person=READER, role="lead-officer", scope="early-years", **wcc, **later),
                RoleSpan(person=OFFICER, role="performance-officer", scope=CODE, **wcc),
                RoleSpan(person="p-erased", role="auditor", scope=CODE, **held),
                RoleSpan(person=SIGNER, role="sign-off-officer", scope="absence", **held, **over),
            ),
        )


def staff(
    by: str,
    role: Role = Role.PERFORMANCE_OFFICER,
    scope: str = CODE,
    closed: Collection[str] = (),
) -> Staff:
    """The built agreement, its people, and who looks at it, by the role of an officer."""
    body: Agreement = BuiltDesk().body
    people = {
        one: Person(id=one, name=name, email="", partner="wcc") for one, name in PEOPLE.items()
    }
    grants = (Grant(OFFICER, role, scope, "wcc"),)
    return Staff(body, people, By(by, grants, NOW.date()), closed)


def drawn(asked: ClocksAsked, *, by: str = OFFICER, wrong: bool = False, **held: Any) -> str:
    """The page as it opens, or with something wrong everywhere."""
    filled = Filled(key="k", typed=TYPED, problems=MISTAKES) if wrong else Filled(key="k")
    return people_page(StaffReader(), asked, staff(by, **held), CODE, filled)


@get(
    f"/agreements/{CODE}/people",
    media_type=MediaType.HTML,
    sync_to_thread=True,
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
)
def staff_page(asked: GivenClocks, wrong: FromQuery[str] = "") -> str:
    """The page on its address."""
    return drawn(asked, wrong=bool(wrong))
