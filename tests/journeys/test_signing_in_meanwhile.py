"""A password set while the former one is checked: what began with that comes to nothing."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from signing import PASSWORD, Signing, sign_in, whose

THEIRS, NEW = "somebody knew it long ago", "three quite other words"
ACTS = {
    "/sign-in": {"password": PASSWORD},
    "/account/tokens": {"label": "kept for later", "read": "yes", "confirm": PASSWORD},
    "/account/password": {"present": PASSWORD, "password": THEIRS, "again": THEIRS},
}
WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@contextmanager
def checking_takes_long(signing: Signing) -> Iterator[None]:
    """Whoever's hash was read waits, before it is checked, to forget a try that is long over."""
    with signing.connection() as connection:
        connection.execute(
            "INSERT INTO people.failed_try VALUES ('old', 'old', now() - interval '1 hour')"
        )
        with connection.transaction():
            connection.execute("SELECT FROM people.failed_try WHERE typed = 'old' FOR UPDATE")
            yield


def until_it_waits(signing: Signing) -> None:
    for _ in range(200):
        if signing.rows(WAITING) != [(0,)]:
            return
        time.sleep(0.05)
    raise AssertionError("it does not wait")


@pytest.mark.parametrize("path", ACTS)
def test_nobody_who_knew_the_former_password_is_let_in_after_it_was_changed(
    signing: Signing, path: str
) -> None:
    person = signing.person("wim")
    form, link = {"name": person, **ACTS[path]}, signing.link(person)
    signed_in = "" if path == "/sign-in" else signing.session(person)
    with signing.browser(session=signed_in) as theirs, ThreadPoolExecutor(1) as pool:
        with checking_takes_long(signing):
            sent = pool.submit(theirs.post, path, data=form)
            until_it_waits(signing)
            with signing.browser() as holder:
                new = {"password": NEW, "again": NEW}
                assert 303 == holder.post(f"/sign-in/link/{link}", data=new).status_code
        answer: httpx.Response = sent.result()
        assert httpx.codes.UNAUTHORIZED == answer.status_code
        assert "set-cookie" not in answer.headers
        assert "" == whose(theirs)
    kept = "SELECT count(*) FROM people.token WHERE person = %s AND revoked_at IS NULL"
    assert [(0,)] == signing.rows(kept, person)
    with signing.browser() as holder:
        assert 303 == sign_in(holder, person, NEW).status_code
