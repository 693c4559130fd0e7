"""What waits for whom, and what was expected and has been received."""

from typing import Annotated

from litestar import Router, get
from litestar.di import Provide
from litestar.params import FromPath, QueryParameter

from http_api.actors import tasks_of
from http_api.api.reads import PROBLEMS, Api, GivenClocks, GivenService, clocks_asked, reader_of
from http_api.chasing import check_may_chase
from http_api.visitors import person_of
from ledger.knowing import is_known
from policies.permissions import Access, Action
from policies.refusals_escalation import UnknownPerson
from projections.reading.collection import read_collection
from projections.reading.tasks import read_agreement_tasks
from projections.task_answers import Collection, Tasks

OF = "/agreements/{agreement:str}"


@get("/tasks", right=Access.A_PERSON, sync_to_thread=True, responses=PROBLEMS)
def tasks(request: Api, service: GivenService, asked: GivenClocks) -> Tasks:
    """What waits for the caller, in every agreement in which they hold a role."""
    return tasks_of(service, person_of(request), asked)


@get(f"{OF}/tasks", right=Action.CHASE, sync_to_thread=True, responses=PROBLEMS)
def agreement_tasks(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    person: Annotated[
        str | None, QueryParameter(description="Only what waits for this person.")
    ] = None,
) -> Tasks:
    """What waits in an agreement for everybody, and for nobody; for performance officers."""
    check_may_chase(person_of(request), service.agreement(agreement), service.today)
    with service.reading(asked) as (connection, clocks):
        answer = read_agreement_tasks(connection, agreement, clocks, person=person)
    if person is not None and not answer.tasks and not is_known(service.record, person):
        # So that a slip does not look like nothing to do.
        raise UnknownPerson(f"There is no person {person!r}: look for a slip.", field="person")
    return answer


@get(f"{OF}/collection", right=Action.READ, sync_to_thread=True, responses=PROBLEMS)
def collection(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    first: Annotated[
        str | None,
        QueryParameter(name="from", description="Only periods that end from its first day on."),
    ] = None,
    last: Annotated[
        str | None, QueryParameter(name="to", description="Only periods that end by its last day.")
    ] = None,
) -> Collection:
    """What was expected and has been received, by indicator, area and period, and from whom."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_collection(connection, agreement, clocks, first=first, last=last)


TASKS = Router(
    path="/",
    route_handlers=[tasks, agreement_tasks, collection],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    tags=["tasks"],
)
