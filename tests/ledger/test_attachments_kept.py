"""Attachments in a real database: kept once, found by digest, only added to by the service."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from typing import Any

import psycopg
import pytest
from evidence_files import GOOD, PDF
from servers import Server

from ledger.attachments.keeping import Attachment, find, keep, read_content, those_kept
from ledger.attachments.kinds import Kind
from ledger.engine import Connection
from policies.refusals_attachments import AttachmentKind

NUMBERS = count()


@pytest.fixture(scope="module")
def database(embedded_server: Server) -> Iterator[str]:
    with embedded_server.fresh_database() as url:
        yield url


@pytest.fixture
def service(database: str) -> Iterator[Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET ROLE outturn_service")
        yield connection


def nonce() -> bytes:
    return next(NUMBERS).to_bytes(16)


def kept(service: Connection, content: bytes, name: str = "a.txt", by: str = "asha") -> Attachment:
    return keep(service, "county", content, name, by, nonce)


def counted(service: Connection) -> tuple[Any, ...] | None:
    return service.execute(
        "SELECT (SELECT count(*) FROM attachments.content),"
        " (SELECT count(*) FROM attachments.attachment)"
    ).fetchone()


@pytest.mark.parametrize("kind", Kind)
def test_a_file_comes_back_byte_for_byte_with_the_nonce_of_its_digest(
    service: Connection, kind: Kind
) -> None:
    one = kept(service, GOOD[kind], f"../evidence.{kind}")
    assert (f"evidence.{kind}", kind, len(GOOD[kind])) == (one.name, one.kind, one.size)
    assert one == find(service, "county", one.digest)
    content = read_content(service, one)
    assert content is not None
    assert GOOD[kind] == content.content
    assert one.digest == sha256(content.nonce + content.content).hexdigest()


def test_the_same_bytes_are_kept_once_and_the_same_file_again_is_the_one_it_was(
    service: Connection,
) -> None:
    first = kept(service, b"the same")
    before = counted(service)
    assert first == kept(service, b"the same")
    assert before == counted(service)
    others = [
        kept(service, b"the same", "b.txt"),
        kept(service, b"the same", by="ben"),
        keep(service, "district", b"the same", "a.txt", "asha", nonce),
    ]
    assert 4 == len({first.digest, *(one.digest for one in others)})
    assert before is not None
    assert (before[0], before[1] + 3) == counted(service)


def test_what_is_refused_is_not_kept(service: Connection) -> None:
    before = counted(service)
    with pytest.raises(AttachmentKind):
        kept(service, b"MZ\x90\0", "report.pdf")
    assert before == counted(service)


def test_an_attachment_is_of_one_agreement_and_named_by_exactly_its_digest(
    service: Connection,
) -> None:
    one = kept(service, b"of the county")
    assert frozenset({one.digest}) == those_kept(
        service, "county", [one.digest, "ab" * 32, "", "x" * 64, one.digest.upper()]
    )
    assert frozenset() == those_kept(service, "district", [one.digest])
    assert find(service, "district", one.digest) is None
    assert find(service, "county", f" {one.digest}") is None


def test_an_erased_file_is_gone_and_its_bytes_stay_only_where_another_has_them(
    service: Connection, database: str
) -> None:
    """What an operator does as the owner; the digest stays, so every proof still holds."""
    one, other = kept(service, b"to be erased"), kept(service, b"to be erased", by="ben")
    erase = "UPDATE attachments.attachment SET sha256 = NULL, name = '' WHERE digest = %b"
    sweep = (
        "DELETE FROM attachments.content c WHERE NOT EXISTS"
        " (SELECT FROM attachments.attachment a WHERE a.sha256 = c.sha256)"
    )
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(erase, (bytes.fromhex(one.digest),))
        owner.execute(sweep)
        assert (None, frozenset()) == (
            find(service, "county", one.digest),
            those_kept(service, "county", [one.digest]),
        )
        assert read_content(service, other) is not None
        owner.execute(erase, (bytes.fromhex(other.digest),))
        owner.execute(sweep)
    assert read_content(service, other) is None
    again = kept(service, b"to be erased")
    assert one.digest != again.digest
    assert read_content(service, again) is not None


def test_bytes_that_are_not_those_of_the_digest_are_never_given_out(
    service: Connection, database: str
) -> None:
    one, other = kept(service, b"what was seen"), kept(service, PDF, "b.pdf")
    with psycopg.connect(database, autocommit=True) as owner:
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute("UPDATE attachments.content SET content = 'another'")
        owner.execute(
            "UPDATE attachments.attachment SET sha256 = %b WHERE digest = %b",
            (sha256(PDF).digest(), bytes.fromhex(one.digest)),
        )
    assert read_content(service, one) is None
    assert read_content(service, other) is not None


@pytest.mark.parametrize("table", ["content", "attachment"])
@pytest.mark.parametrize("act", ["UPDATE {} SET sha256 = NULL", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_service_changes_and_drops_nothing(service: Connection, act: str, table: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        service.execute(act.format(f"attachments.{table}").encode())


def test_the_rights_to_attachments_are_exactly_these(database: str) -> None:
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT grantee, table_name, string_agg(privilege_type, ',' ORDER BY privilege_type)"
            " FROM information_schema.role_table_grants WHERE table_schema = 'attachments'"
            " AND grantee <> 'outturn_owner' GROUP BY 1, 2"
        ).fetchall()
    tables = ("attachment", "content")
    expected = {("outturn_reader", table): "SELECT" for table in tables}
    expected |= {("outturn_service", table): "INSERT,SELECT" for table in tables}
    assert expected == {(role, table): rights for role, table, rights in rows}
