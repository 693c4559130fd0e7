"""The page a browser gets instead of a problem document."""

from collections.abc import Mapping

from litestar import MediaType, Response

from http_api.pages.render import Frame, render


def error_page(
    status_code: int, title: str, detail: str, headers: Mapping[str, str] | None = None
) -> Response[str]:
    """What went wrong and what to do, as a page with the status and headers of the answer."""
    text = render("error.html", Frame(title=title), status=status_code, detail=detail)
    return Response(
        text, status_code=status_code, media_type=MediaType.HTML, headers=dict(headers or {})
    )
