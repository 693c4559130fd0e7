"""Reading a form that brings a file: what is declared as anything else is refused."""

from collections.abc import AsyncGenerator
from dataclasses import fields
from typing import Any

from litestar import Request

from http_api.json_bodies import check_unpacked
from http_api.patience import body_length
from http_api.problems import HttpProblem, ProblemError
from http_api.wrong_fields import MOST_SHOWN

FORM_TYPE = "multipart/form-data"


class FormRequest(Request[Any, Any, Any]):
    """A request whose body is a form with a file."""

    def stream(self) -> AsyncGenerator[bytes, None]:
        """The body as it comes. Raises a problem where it is not declared as a form."""
        self.check_declared()
        return super().stream()

    def check_declared(self) -> None:
        """Raise a problem where the body is not declared as a form."""
        check_unpacked(self)
        content_type, options = self.content_type
        if not content_type and body_length(self.scope) == 0:
            raise HttpProblem(
                400,
                "malformed",
                "No file was chosen: send one, as the part named file of a form.",
                field="file",
            )
        if content_type != FORM_TYPE:
            raise HttpProblem(
                415,
                "wrong-content-type",
                f"The body is declared as {content_type[:60] or 'nothing'}: send the file as the"
                f" part named file of a form ({FORM_TYPE}).",
                field="Content-Type",
            )
        if not options.get("boundary"):
            raise HttpProblem(
                400,
                "malformed",
                "The form does not say its boundary, by which its parts are told apart.",
                field="Content-Type",
            )


async def takes_its_parts(request: Request[Any, Any, Any]) -> None:
    """Refuse parts of a form that its route does not take: they would be lost.

    For ``before_request`` of a route whose data is a dataclass, by the names of its fields.
    """
    data = request.route_handler.parsed_data_field
    assert data is not None, "a form is read into something"
    assert isinstance(request, FormRequest), "by its route"
    request.check_declared()
    taken = [field.name for field in fields(data.annotation)]
    sent = dict.fromkeys((await request.form()).keys())
    wrong = [_no_part(name[:MOST_SHOWN], taken) for name in sent if name not in taken]
    if wrong:
        raise HttpProblem(400, "malformed", wrong[0].detail, errors=tuple(wrong))


def _no_part(name: str, taken: list[str]) -> ProblemError:
    said = f"this is no part of the form, which takes {', '.join(taken)}"
    return ProblemError(name, "malformed", f"{name or 'A part without a name'}: {said}.")
