"""A service whose people sign in with a password: served plainly, and served behind an address."""

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

import httpx
import psycopg
import pytest
import servers
from argon2 import PasswordHasher
from services import Served, at_database, serving

from http_api import clock
from ledger.accounts import begin_session, give_link
from ledger.people import put_person
from ledger.person import Person

PASSWORD = "correct horse battery staple"
ADDRESS = "https://outturn.example"
PLAIN, SECURE = "outturn", "__Host-outturn"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # a client that makes one of its own is slow


@dataclass
class Signing:
    """Two services over one database: one for this computer alone, one with an https address."""

    url: str  # of the database
    plain: Served
    secure: Served
    _numbers: Iterator[int]

    def person(self, name: str, *, password: str = PASSWORD) -> str:
        """A new person with a password; their id."""
        person = f"{name}.{next(self._numbers)}"
        with self.connection() as connection:
            email = f"{person}@county.example"
            put_person(connection, Person(id=person, name=name.title(), email=email))
            if password:
                connection.execute(
                    "INSERT INTO people.account (person, password, set_at) VALUES (%s, %s, now())",
                    (person, hash_of(password)),
                )
        return person

    def connection(self) -> psycopg.Connection[Any]:
        """The superuser's way into the database."""
        return psycopg.connect(self.url, autocommit=True)

    def rows(self, statement: str, *given: Any) -> list[Any]:
        """What is in the database, or what becomes of it."""
        with self.connection() as connection:
            done = connection.execute(statement.encode(), given)
            return done.fetchall() if done.description else []

    def browser(self, served: Served | None = None, session: str = "") -> httpx.Client:
        """A browser, with the cookie of a session or without any."""
        where = served or self.plain
        named = SECURE if where is self.secure else PLAIN
        cookies = {named: session} if session else {}
        return httpx.Client(base_url=where.url, cookies=cookies, timeout=30, verify=NO_TLS)

    def session(self, person: str) -> str:
        """The secret of a new session of a person."""
        secret = clock.new_token()
        with self.connection() as connection:
            begin_session(connection, person, secret, datetime.now(UTC))
        return secret

    def link(self, person: str) -> str:
        """The secret of a new link to set a password with."""
        secret = clock.new_token()
        with self.connection() as connection:
            assert give_link(connection, person, secret, datetime.now(UTC))
        return secret


@cache
def hash_of(password: str) -> str:
    """As it is kept; made once, since that is slow on purpose."""
    return PasswordHasher().hash(password)


def sign_in(
    browser: httpx.Client, name: str, password: str = PASSWORD, **more: str
) -> httpx.Response:
    """Send the form to sign in with."""
    return browser.post("/sign-in", data={"name": name, "password": password, **more})


def whose(browser: httpx.Client) -> str:
    """Whose account a browser is in, "" for nobody's."""
    page = browser.get("/account", headers={"Accept": "text/html"})
    if page.status_code == 303:
        return ""
    assert 200 == page.status_code, page.text
    return page.text.partition("who signs in as <strong>")[2].partition("<")[0]


@pytest.fixture(scope="session")
def signing(embedded_server: servers.Server) -> Iterator[Signing]:
    """Both services. Every test has people of its own."""
    with ExitStack() as stack:
        url = stack.enter_context(embedded_server.fresh_database())
        where = at_database(url)
        plain = stack.enter_context(serving(where))
        secure = stack.enter_context(serving(where | {"OUTTURN_ADDRESS": f"{ADDRESS}/"}))
        yield Signing(url, plain, secure, count(1))
