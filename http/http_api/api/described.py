"""What an operation may answer instead of what was asked, for the OpenAPI document."""

from collections.abc import Mapping
from http import HTTPStatus

from litestar.datastructures import ResponseHeader
from litestar.openapi import ResponseSpec

from http_api.problems import PROBLEM_JSON, Problem

LEDGER_POSITION = ResponseHeader(
    name="Ledger-Position",
    description="The highest position of the ledger that this process has seen.",
    documentation_only=True,
)


def refusing(*statuses: int) -> Mapping[int, ResponseSpec]:
    """The problem documents of these statuses, by status."""
    return {
        status: ResponseSpec(
            Problem,
            generate_examples=False,
            description=HTTPStatus(status).phrase,
            media_type=PROBLEM_JSON,
        )
        for status in statuses
    }


# What the web server itself says of an address that names too many things, before we see it.
TOO_LONG: Mapping[int, ResponseSpec] = {
    414: ResponseSpec(
        None, generate_examples=False, description=HTTPStatus.REQUEST_URI_TOO_LONG.phrase
    )
}
