"""What the environment says of how people reach the service, and with whom they sign in."""

from pathlib import Path

import pytest
from services import at_home, outturn

from http_api.settings import BadSetting, OpenId, Web, web_from_environment
from ledger.refused_lately import MOST_REFUSED

ISSUER = "https://login.county.example/realms/staff/"


def test_without_a_word_nobody_reaches_it_but_from_its_own_computer() -> None:
    assert Web() == web_from_environment({})


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://outturn.example", "https://outturn.example"),
        ("https://outturn.example/", "https://outturn.example"),
        ("https://outturn.example:8443", "https://outturn.example:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_an_address_is_what_people_type(given: str, address: str) -> None:
    assert address == web_from_environment({"OUTTURN_ADDRESS": given}).address


@pytest.mark.parametrize(
    "given",
    [
        "outturn.example",
        "https://",
        "https://outturn.example/path",
        "https://outturn.example?x",
        "https://me@outturn.example",
        "ftp://outturn.example",
        "https://[",
    ],
)
def test_another_address_is_refused_with_an_example(given: str) -> None:
    with pytest.raises(BadSetting, match=r"OUTTURN_ADDRESS .* such as https://outturn\.example"):
        web_from_environment({"OUTTURN_ADDRESS": given})


@pytest.mark.parametrize(
    ("environment", "proxies"),
    [
        ({"OUTTURN_ADDRESS": "https://outturn.example"}, ("127.0.0.1", "::1")),
        ({"OUTTURN_ADDRESS": "http://127.0.0.1:8000"}, ()),
        (
            {"OUTTURN_ADDRESS": "https://outturn.example", "OUTTURN_PROXIES": "10.0.0.0/24, ::2"},
            ("10.0.0.0/24", "::2"),
        ),
    ],
)
def test_a_proxy_is_believed_where_one_is_needed(
    environment: dict[str, str], proxies: tuple[str, ...]
) -> None:
    assert proxies == web_from_environment(environment).proxies


def test_how_many_refusals_are_recorded_is_a_number() -> None:
    assert MOST_REFUSED == web_from_environment({}).refusals
    assert 5 == web_from_environment({"OUTTURN_REFUSALS": "5"}).refusals
    for wrong in ("many", "0", "-1", "1.5"):
        with pytest.raises(BadSetting, match="OUTTURN_REFUSALS is"):
            web_from_environment({"OUTTURN_REFUSALS": wrong})


def test_a_provider_is_known_by_its_issuer_and_what_it_calls_us() -> None:
    given = {"OUTTURN_OIDC_ISSUER": ISSUER, "OUTTURN_OIDC_CLIENT_ID": "outturn"}
    more = {"OUTTURN_OIDC_CLIENT_SECRET": "secret", "OUTTURN_OIDC_NAME": "your county account"}

    assert OpenId(issuer=ISSUER, client_id="outturn", name="login.county.example/realms/staff") == (
        web_from_environment(given).openid
    )
    assert OpenId(
        issuer=ISSUER, client_id="outturn", client_secret="secret", name="your county account"
    ) == (web_from_environment(given | more).openid)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("OUTTURN_OIDC_ISSUER", "OUTTURN_OIDC_CLIENT_ID"),
        ("OUTTURN_OIDC_CLIENT_ID", "OUTTURN_OIDC_ISSUER"),
    ],
)
def test_half_a_provider_is_none_and_is_said_to_be(given: str, missing: str) -> None:
    with pytest.raises(BadSetting, match=f"{given} is set and {missing} is not"):
        web_from_environment({given: ISSUER})


def test_a_service_with_half_a_provider_does_not_begin(tmp_path: Path) -> None:
    done = outturn("serve", where={**at_home(tmp_path), "OUTTURN_OIDC_CLIENT_ID": "outturn"})

    assert (2, "") == (done.status, done.out)
    assert "OUTTURN_OIDC_ISSUER is not" in done.err
    assert [] == list(tmp_path.iterdir())
