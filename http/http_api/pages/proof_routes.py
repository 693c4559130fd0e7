"""The addresses of proofs: the page of one figure, and what an auditor takes away as files."""

from litestar import MediaType, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, SkipValidation
from litestar.response import Stream

from http_api.actors import check_may_read_all
from http_api.downloads import saved_as
from http_api.pages import proofs
from http_api.pages.audit_reader import AuditReader
from http_api.pages.errors import refused
from http_api.pages.reader import NOW, ClocksAsked
from http_api.pages.routes import GivenClocks, GivenReader, clocks_asked
from http_api.rights import RIGHT
from http_api.sealed import first_sealed, newest_sealed
from http_api.sent_bundle import bundle_to_send
from http_api.service import Service
from http_api.visitors import GivenVisitor
from ledger.engine import Connection
from ledger.proofs.note import Checkpoint
from ledger.proofs.receipts import Receipt, read_receipt
from ledger.proofs.tiles import reading
from policies.permissions import Action
from policies.refusals import Refusal
from projections.answers import Clocks

GivenService = NamedDependency[SkipValidation[Service]]
GivenAudit = NamedDependency[SkipValidation[AuditReader]]
INDICATOR = "/indicators/{indicator:str}"


@get(f"{INDICATOR}/proof", media_type=MediaType.HTML, sync_to_thread=True)
def proof(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromPath[str],
    period: FromQuery[str],
    area: FromQuery[str],
) -> str:
    """What proves one figure."""
    return proofs.proof_page(reader, asked, agreement, indicator, period=period, area=area)


@get(f"{INDICATOR}/receipt.json", sync_to_thread=True)
def receipt(
    reader: GivenReader,
    asked: GivenClocks,
    agreement: FromPath[str],
    indicator: FromPath[str],
    period: FromQuery[str],
    area: FromQuery[str],
) -> Response[Receipt]:
    """The receipt behind one figure, as a file."""
    return _as_file(reader.proof(agreement, indicator, asked, period=period, area=area).receipt)


@get("/audit/events/{position:int}/receipt.json", sync_to_thread=True)
def event_receipt(
    reader: GivenAudit,
    service: GivenService,
    asked: GivenClocks,
    agreement: FromPath[str],
    position: FromPath[int],
) -> Response[Receipt]:
    """The receipt of one event of the agreement, as a file."""
    known = reader.event(agreement, position, asked).clocks
    with service.pool.connection() as connection:
        signed = _signed(connection, asked, known, position)
        return _as_file(read_receipt(connection, reading(connection), position, signed))


@get("/audit/checkpoint.txt", media_type=MediaType.TEXT, sync_to_thread=True)
def checkpoint(
    reader: GivenReader, service: GivenService, asked: GivenClocks, agreement: FromPath[str]
) -> Response[str]:
    """A signed checkpoint of the ledger, as a file."""
    known = reader.agreement(agreement, asked).clocks
    with service.pool.connection() as connection:
        signed = _signed(connection, asked, known, 0)
    name = f"checkpoint-{signed.size}.txt"
    return Response(signed.note, media_type=MediaType.TEXT, headers=saved_as(name))


@get("/audit/bundle.zip", sync_to_thread=True)
def bundle(
    reader: GivenReader,
    service: GivenService,
    asked: GivenClocks,
    who: GivenVisitor,
    agreement: FromPath[str],
) -> Stream:
    """The whole record with its proofs and answers, as a file: other agreements are in it too."""
    known = reader.agreement(agreement, asked).clocks
    check_may_read_all(service, who.person)
    with service.pool.connection() as connection:
        signed = _signed(connection, asked, known, 0)
    return bundle_to_send(service, signed)


def _signed(connection: Connection, asked: ClocksAsked, known: Clocks, position: int) -> Checkpoint:
    """The newest checkpoint that covers a position; as known then, the first to cover all that was
    known, so that the file stays the same for as long as its clocks do."""
    if asked.known_at == NOW:
        return newest_sealed(connection, position)
    return first_sealed(connection, known.known_position)


def _as_file(found: Receipt) -> Response[Receipt]:
    return Response(found, headers=saved_as(f"receipt-{found.position}.json"))


PROOF_PAGES = Router(
    path="/agreements/{agreement:str}",
    route_handlers=[proof, receipt, event_receipt, checkpoint, bundle],
    dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
    exception_handlers={Refusal: refused},
    opt={RIGHT: Action.READ},
    include_in_schema=False,
)
