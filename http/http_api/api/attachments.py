"""Files over HTTP that are evidence for entries: sent before the act that names them, and saved."""

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath

from http_api.api.described import refusing
from http_api.api.reads import GivenService, reader_of
from http_api.attachment_files import MOST_UPLOAD_BYTES, download, take_file
from http_api.form_bodies import FormRequest, takes_its_parts
from http_api.problems import HttpProblem
from http_api.visitors import person_of
from policies.permissions import Action

Api = Request[Any, Any, Any]
ATTACHMENTS = "/agreements/{agreement:str}/attachments"


@dataclass
class AttachmentForm:
    """The file."""

    file: UploadFile | None = None


class AttachmentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is kept, by the digest to name it with."""

    attachment: str
    name: str
    size: int
    kind: str


@post(
    "/",
    right=Action.ATTACH,
    status_code=201,
    request_class=FormRequest,
    before_request=takes_its_parts,
    request_max_body_size=MOST_UPLOAD_BYTES,
    responses=refusing(400, 401, 403, 404, 413, 415, 422, 429, 503),
    sync_to_thread=True,
)
def send(
    request: Api,
    service: GivenService,
    agreement: FromPath[str],
    data: Annotated[AttachmentForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Response[AttachmentAnswer]:
    """Send a file, to be named as evidence for an entry."""
    if data.file is None or not data.file.filename:
        raise HttpProblem(
            400,
            "malformed",
            "No file was chosen: send one, as the part named file of a form.",
            field="file",
        )
    kept = take_file(service, agreement, person_of(request), data.file)
    answer = AttachmentAnswer(
        attachment=kept.digest, name=kept.name, size=kept.size, kind=kept.kind.value
    )
    where = f"/api/v1/agreements/{agreement}/attachments/{kept.digest}"
    return Response(answer, status_code=201, headers={"Location": where})


@get(
    "/{attachment:str}",
    right=Action.READ,
    media_type="application/octet-stream",
    responses=refusing(400, 401, 403, 404, 500, 503),
    sync_to_thread=True,
)
def save(
    request: Api, service: GivenService, agreement: FromPath[str], attachment: FromPath[str]
) -> Response[bytes]:
    """A file as it came, byte for byte, to be saved."""
    reader_of(request, service, agreement)
    return download(service, agreement, person_of(request), attachment)


ROUTES = Router(path=ATTACHMENTS, route_handlers=[send, save], tags=["evidence"])
