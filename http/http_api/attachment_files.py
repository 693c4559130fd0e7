"""Files that are evidence, on their way in and out: taken from whoever enters values, and sent only
to be saved, never to be shown by a browser."""

from collections.abc import Iterable
from typing import Any

from litestar import Response
from litestar.datastructures import UploadFile

from http_api import clock
from http_api.downloads import saved_as
from http_api.problems import HttpProblem
from http_api.service import ClocksAsked, Service
from ledger.acts import grants_of
from ledger.amending.recording import Acted, refuse_duty, until_recorded
from ledger.attachments.keeping import Attachment, find, keep, read_content
from ledger.attachments.kinds import MOST_BYTES
from ledger.attachments.names import saved_name
from policies.permissions import Action, check_may
from policies.refusals import DutyRefusal
from policies.refusals_attachments import UnknownAttachment
from projections.answers import AttachmentRow
from projections.reading.attachments import is_named, read_attachments

MOST_UPLOAD_BYTES = MOST_BYTES + 100_000  # one file, and what a form says around it
MOST_FORM_BYTES = 3 * MOST_BYTES + 500_000  # several files of one form
NONCE = "Attachment-Nonce"
# Beside the headers of every answer: even a browser that opened it would run nothing in it.
ONLY_SAVED = "sandbox; default-src 'none'"


def take_file(service: Service, agreement: str, person: str, upload: UploadFile) -> Attachment:
    """Keep a file for whoever may attach evidence to any value of an agreement.

    Raises NoRole (recorded), AttachmentSize, AttachmentKind and AttachmentMacros. Nothing else is
    recorded: that is left to the act that names the file.
    """
    _check_may_attach(service, agreement, person)
    content = upload.file.read(MOST_BYTES + 1)
    with service.pool.connection() as connection:
        return keep(connection, agreement, content, upload.filename, person, clock.nonce)


def files_in(parts: Iterable[Any]) -> list[UploadFile]:
    """The files among the parts of a form: a field in which none was chosen has an empty one."""
    return [part for part in parts if isinstance(part, UploadFile) and part.filename]


def attachments_kept(
    service: Service, agreement: str, digests: Iterable[str]
) -> tuple[Attachment, ...]:
    """The attachments of these digests, in their order; those not there are left out."""
    with service.pool.connection() as connection:
        found = (find(connection, agreement, digest) for digest in digests)
        return tuple(one for one in found if one is not None)


def attachments_of(
    service: Service, address: tuple[str, str], entry: tuple[int, int]
) -> tuple[AttachmentRow, ...]:
    """The files that an entry of an indicator has by now; ``entry`` is its position and index."""
    fold = service.record.indicator(*address)
    asked = ClocksAsked(min_position=fold.position)
    with service.reading(asked) as (connection, clocks):
        known = clocks.clocks.known_position
        return read_attachments(connection, fold.id, [entry], known).get(entry, ())


def download(service: Service, agreement: str, person: str, digest: str) -> Response[bytes]:
    """A file for saving, with the nonce that its digest is over. Raises UnknownAttachment.

    Until an entry is given it, it is there for its sender alone.
    """
    with service.pool.connection() as connection:
        found = find(connection, agreement, digest)
        if found is None or not (
            found.kept_by == person or is_named(connection, agreement, digest)
        ):
            raise UnknownAttachment("There is no attachment with this digest in the agreement.")
        kept = read_content(connection, found)
    if kept is None:
        raise HttpProblem(
            500,
            "attachment-altered",
            "What is kept of this file is not what the record names: tell whoever runs the"
            " service.",
        )
    return Response(
        kept.content,
        media_type="application/octet-stream",
        headers={
            **saved_as(saved_name(found.name, found.kind)),
            "Content-Security-Policy": ONLY_SAVED,
            NONCE: kept.nonce.hex(),
        },
    )


def _check_may_attach(service: Service, agreement: str, person: str) -> None:
    """Refuse whoever may attach evidence to no value of an agreement. Raises NoRole, recorded."""
    body = service.agreement(agreement)
    grants = tuple(grants_of(body, person))
    anywhere = frozenset(grant.scope for grant in grants)
    try:
        check_may(Action.ATTACH, person=person, grants=grants, scopes=anywhere, on=service.today)
    except DutyRefusal as error:
        refusal, record, act = error, service.record, service.act(person)

        def attempt() -> Acted:
            return refuse_duty(record, act, agreement, Action.ATTACH.value, refusal)

        until_recorded(record, act, attempt)
