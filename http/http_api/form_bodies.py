"""Reading a form that brings a file: what is declared as anything else is refused."""

from collections.abc import AsyncGenerator
from typing import Any

from litestar import Request

from http_api.patience import body_length
from http_api.problems import HttpProblem

FORM_TYPE = "multipart/form-data"


class FormRequest(Request[Any, Any, Any]):
    """A request whose body is a form with a file."""

    def stream(self) -> AsyncGenerator[bytes, None]:
        """The body as it comes. Raises a problem where it is not declared as a form."""
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
        return super().stream()
