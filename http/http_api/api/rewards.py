"""The reading of reward: what each policy pays on the same stretch targets."""

from litestar import Router, get
from litestar.di import Provide
from litestar.params import FromPath

from http_api.api.reads import PROBLEMS, Api, GivenClocks, GivenService, clocks_asked, reader_of
from projections.reading.rewards import read_rewards
from projections.rewards import Rewards


@get("/agreements/{agreement:str}/rewards", sync_to_thread=True, responses=PROBLEMS)
def rewards(
    request: Api, service: GivenService, asked: GivenClocks, agreement: FromPath[str]
) -> Rewards:
    """What is earned and paid on stretch targets, under every adopted version of its rules."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_rewards(connection, agreement, clocks)


REWARDS = Router(
    path="/",
    route_handlers=[rewards],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    tags=["answers"],
)
