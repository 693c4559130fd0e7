"""The reading of targets: whether those proposed are SMART, what is paid, and how parts do."""

from typing import Annotated

from litestar import Router, get
from litestar.di import Provide
from litestar.params import FromPath, FromQuery, QueryParameter

from http_api.api.described import TOO_LONG
from http_api.api.reads import PROBLEMS, Api, GivenClocks, GivenService, clocks_asked, reader_of
from http_api.rights import RIGHT
from policies.permissions import Action
from projections.reading.rewards import read_rewards
from projections.reading.scorecard import BLOCKS, MOST_OWN, read_scorecard
from projections.reading.smart import read_smart
from projections.rewards import Rewards
from projections.scorecards import Scorecard
from projections.smart_answers import SmartTargets

By = Annotated[
    str, QueryParameter(description="blocks, outcomes, priorities, all, or a scorecard's code.")
]
Own = Annotated[
    list[str] | None,
    QueryParameter(max_items=MOST_OWN, description="Judge these together, whatever the grouping."),
]


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


@get(
    "/agreements/{agreement:str}/scorecard",
    sync_to_thread=True,
    responses={**PROBLEMS, **TOO_LONG},
)
def scorecard(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    by: By = BLOCKS,
    indicators: Own = None,
    period: FromQuery[str | None] = None,
    area: FromQuery[str | None] = None,
) -> Scorecard:
    """Indicators judged together: by blocks, outcomes, priorities, a scorecard, or those named."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_scorecard(
            connection, agreement, clocks,
            by=by, indicators=indicators or (), period=period, area=area,
        )  # fmt: skip


TARGETS = Router(
    path="/",
    route_handlers=[smart_targets, rewards, scorecard],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    opt={RIGHT: Action.READ},
    tags=["answers"],
)
