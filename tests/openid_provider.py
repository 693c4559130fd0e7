"""A provider of OpenID Connect for the tests, as a process of its own.

It is strict with its one client, as a real one is: the address to come back to, the challenge and
its verifier, the client's own secret, a code that is good once. Whom it has signed in, and what is
wrong with the ID tokens it makes, a test says by ``PUT /next``.
"""

import json
import secrets
import signal
import ssl
import subprocess
import sys
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, KeyParameters, KeySet, OctKey, RSAKey

CLIENT, CLIENT_SECRET = "outturn tests", "a secret: 100%"  # both need to be encoded
HOLDS_SECONDS = 300
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

Query = dict[str, str]


@dataclass
class State:
    """What the provider knows: its keys, whom it has signed in, codes and tokens it gave."""

    issuer: str
    keys: list[RSAKey | ECKey] = field(default_factory=list)
    next: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, Query] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    def rotate(self) -> None:
        """Sign with a new key, and publish no other."""
        number = len(self.keys)
        named: KeyParameters = {"kid": f"key {number}", "use": "sig"}
        made = (
            ECKey.generate_key("P-256", named) if number % 2 else RSAKey.generate_key(2048, named)
        )
        self.keys = [*self.keys, made]

    def document(self) -> dict[str, Any]:
        """What it says about itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def published(self) -> Any:
        """The key that it signs with, and nothing private of it."""
        return KeySet([self.keys[-1]]).as_dict(private=False)

    def authorized(self, query: Query) -> tuple[int, str]:
        """The address to come back to, with a code or with what is wrong."""
        wanted = {
            "client_id": CLIENT,
            "redirect_uri": str(self.next.get("back")),
            "response_type": "code",
            "code_challenge_method": "S256",
        }
        wrong = [name for name, text in wanted.items() if query.get(name) != text]
        needed = ("state", "nonce", "code_challenge")
        if wrong or not all(map(query.get, needed)) or "openid" not in query["scope"].split():
            return 400, f"wrong: {wrong}, needed: {needed}"
        answer = {"state": query["state"], "iss": self.issuer}
        if "account" not in self.next:
            answer |= {"error": "access_denied", "error_description": "<script>no</script>"}
        else:
            answer["code"] = secrets.token_urlsafe(16)
            self.codes[answer["code"]] = query
        return 302, f"{query['redirect_uri']}?{urlencode(answer | self.next.get('answer', {}))}"

    def granted(self, client: tuple[str, str], form: Query) -> tuple[int, dict[str, Any]]:
        """An ID token and an access token for a code, once."""
        if client != (CLIENT, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        same = asked is not None and asked["redirect_uri"] == form.get("redirect_uri")
        if asked is None or not same or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        token = secrets.token_urlsafe(16)
        self.tokens.add(token)
        signed = self._signed(asked["nonce"], token)
        return 200, {"id_token": signed, "access_token": token, "token_type": "Bearer"}

    def _signed(self, nonce: str, access_token: str) -> str:
        at = int(time.time())
        half = urlsafe_b64encode(sha256(access_token.encode()).digest()[:16]).rstrip(b"=")
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": at,
            "exp": at + HOLDS_SECONDS,
            "nonce": nonce,
            "at_hash": half.decode(),
            **({} if self.next.get("user_info") else self.next["account"]),
            "sub": self.next["account"]["sub"],
        }
        for name, change in self.next.get("claims", {}).items():
            moved = name in {"exp", "iat"} and change is not None
            claims[name] = at + change if moved else change
        told = {name: claim for name, claim in claims.items() if claim is not None}
        return self._in_form(told, str(self.next.get("signed", "well")))

    def _in_form(self, claims: dict[str, Any], how: str) -> str:
        if how == "not at all":
            parts = ({"alg": "none"}, claims)
            plain = (urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
            return b".".join([*plain, b""]).decode()
        if how == "with the client's secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET.encode()))
        key = self.keys[-1]
        alg = "RS256" if isinstance(key, RSAKey) else "ES256"
        header = {"alg": alg, "kid": str(key.kid)}
        if how == "by somebody else":
            stranger = RSAKey.generate_key(2048)
            return jwt.encode({**header, "alg": "RS256"}, claims, stranger)
        return jwt.encode(header, claims, key)


class Handler(BaseHTTPRequestHandler):
    """The endpoints."""

    state: State

    def do_GET(self) -> None:
        """Everything but the token and what a test says."""
        parts = urlsplit(self.path)
        match parts.path:
            case "/.well-known/openid-configuration":
                self._send(200, self.state.document())
            case "/keys":
                self._send(200, self.state.published())
            case "/authorize":
                status, text = self.state.authorized(_query(parts.query))
                self._send(status, text, {"Location": text} if status == 302 else {})
            case "/userinfo":
                known = self.headers.get("Authorization", "")[7:] in self.state.tokens
                told = self.state.next["account"] | self.state.next.get("user_info", {})
                self._send(200 if known else 401, told if known else {})
            case _:
                self._send(404, {})

    def do_POST(self) -> None:
        """The token."""
        client = b64decode(self.headers.get("Authorization", "Basic Og==")[6:]).decode()
        name, _, secret = client.partition(":")
        form = _query(self._body().decode())
        given = (unquote_plus(name), unquote_plus(secret))
        self._send(*self.state.granted(given, form))

    def do_PUT(self) -> None:
        """What a test says."""
        self.state.next = json.loads(self._body())
        if self.state.next.get("rotate"):
            self.state.rotate()
        self._send(200, {})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's own name
        """Say nothing."""

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _send(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(content)


def _query(text: str) -> Query:
    return {name: found[0] for name, found in parse_qs(text).items()}


@dataclass
class Provider:
    """One that runs, and what a test says to it."""

    issuer: str
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        """What tells a service of it."""
        return {
            "OUTTURN_OIDC_ISSUER": self.issuer,
            "OUTTURN_OIDC_CLIENT_ID": CLIENT,
            "OUTTURN_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "OUTTURN_OIDC_NAME": "County sign-in",
        }

    def say(self, **what: Any) -> None:
        """Say whom it has signed in, and what is wrong with what it answers."""
        told = httpx.put(f"{self.issuer}/next", json=what, verify=NO_TLS)
        told.raise_for_status()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """It takes connections and says nothing, until this is left."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """End it: from then on it is away."""
        self.process.kill()
        self.process.wait()


@contextmanager
def running() -> Iterator[Provider]:
    """A provider, until it is left."""
    command = [sys.executable, "-P", __file__]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            issuer = process.stdout.readline().decode().strip()
            yield Provider(issuer, process)
        finally:
            process.kill()


def main() -> None:
    """Serve on a free port, and print under which name."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.state = State(f"http://127.0.0.1:{server.server_port}")
    Handler.state.rotate()
    print(Handler.state.issuer, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
