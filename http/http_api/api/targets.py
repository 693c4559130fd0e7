"""The reading of targets: whether those proposed are SMART, and what is paid on stretch targets."""

from litestar import Router, get
from litestar.di import Provide
from litestar.params import FromPath

from http_api.api.reads import PROBLEMS, Api, GivenClocks, GivenService, clocks_asked, reader_of
from http_api.rights import RIGHT
from policies.permissions import Action
from projections.reading.rewards import read_rewards
from projections.reading.smart import read_smart
from projections.rewards import Rewards
from projections.smart_answers import SmartTargets


@get(
    "/agreements/{agreement:str}/amendments/{number:int}/smart",
    sync_to_thread=True,
    responses=PROBLEMS,
)
def smart_targets(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    number: FromPath[int],
) -> SmartTargets:
    """Whether the targets that an amendment proposes are SMART, and what is missing."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_smart(connection, agreement, number, clocks)


@get("/agreements/{agreement:str}/rewards", sync_to_thread=True, responses=PROBLEMS)
def rewards(
    request: Api, service: GivenService, asked: GivenClocks, agreement: FromPath[str]
) -> Rewards:
    """What is earned and paid on stretch targets, under every adopted version of its rules."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_rewards(connection, agreement, clocks)


TARGETS = Router(
    path="/",
    route_handlers=[smart_targets, rewards],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    opt={RIGHT: Action.READ},
    tags=["answers"],
)
