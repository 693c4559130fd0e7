"""The reading of change: what differs between two moments and why, and what was restated."""

from typing import Annotated, NamedTuple

from litestar import Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation

from http_api.api.reads import (
    CLOCK,
    FORMS,
    PROBLEMS,
    Api,
    GivenClocks,
    GivenService,
    Limit,
    MinPosition,
    clocks_asked,
    reader_of,
)
from http_api.rights import RIGHT
from http_api.service import ClocksAsked
from policies.permissions import Action
from projections.changes import Diff, Restatements
from projections.reading.clocks import NOW
from projections.reading.diff import read_diff
from projections.reading.restatements import read_restatements


class Stretch(NamedTuple):
    """The two moments of a difference as a caller wrote them."""

    first: ClocksAsked
    last: ClocksAsked


def stretch_asked(
    begin: Annotated[
        str,
        QueryParameter(
            name="from", description=f"The moment to start from: {CLOCK}.", schema_extra=FORMS
        ),
    ],
    end: Annotated[
        str,
        QueryParameter(
            name="to", description=f"The moment to end at: {CLOCK}.", schema_extra=FORMS
        ),
    ] = NOW,
    policy_from: Annotated[
        str | None,
        QueryParameter(description="The rules to start from; those of from.", schema_extra=FORMS),
    ] = None,
    policy_to: Annotated[
        str | None,
        QueryParameter(description="The rules to end with; those of to.", schema_extra=FORMS),
    ] = None,
    min_position: MinPosition = 0,
) -> Stretch:
    """The moments of a request: the rules of each are its own unless they are named."""
    return Stretch(
        ClocksAsked(begin, begin if policy_from is None else policy_from),
        ClocksAsked(end, end if policy_to is None else policy_to, min_position),
    )


@get(
    "/agreements/{agreement:str}/diff",
    sync_to_thread=True,
    responses=PROBLEMS,
    dependencies={"stretch": Provide(stretch_asked, sync_to_thread=False)},
)
def diff(
    request: Api,
    service: GivenService,
    stretch: NamedDependency[SkipValidation[Stretch]],
    agreement: FromPath[str],
    indicator: FromQuery[str | None] = None,
    area: FromQuery[str | None] = None,
    period: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: Limit = 500,
) -> Diff:
    """Every cell that differs between two moments: its two rows, and every cause in order."""
    reader_of(request, service, agreement)
    with service.reading_between(*stretch) as (connection, first, last):
        return read_diff(
            connection,
            agreement,
            first,
            last,
            indicator=indicator,
            area=area,
            period=period,
            after=after,
            limit=limit,
        )


@get(
    "/agreements/{agreement:str}/restatements",
    sync_to_thread=True,
    responses=PROBLEMS,
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
)
def restatements(
    request: Api,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromQuery[str | None] = None,
    area: FromQuery[str | None] = None,
    period: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: Limit = 500,
) -> Restatements:
    """Every entry that was corrected, withdrawn or restored, the latest first."""
    reader_of(request, service, agreement)
    with service.reading(asked) as (connection, clocks):
        return read_restatements(
            connection,
            agreement,
            clocks,
            indicator=indicator,
            area=area,
            period=period,
            after=after,
            limit=limit,
        )


CHANGES = Router(
    path="/", route_handlers=[diff, restatements], opt={RIGHT: Action.READ}, tags=["answers"]
)
