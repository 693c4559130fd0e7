"""Holding what goes to and fro over HTTP against what the service says of itself in OpenAPI."""

import json
import re
from functools import cache
from typing import Any

import httpx
import jsonschema_rs

JSON = ("application/json", "application/problem+json")
# What the web server itself answers, or Litestar before it knows which operation is meant.
NOT_DESCRIBED = frozenset({405, 408, 414, 431})


class Described:
    """The OpenAPI document of a service, asked of what was sent and answered."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._paths = [(_pattern(path), path) for path in sorted(document["paths"])]
        self._validators: dict[str, Any] = {}

    def check(self, answer: httpx.Response) -> None:
        """Assert that an answer is one of those described, and what was taken a request that is."""
        request = answer.request
        path = self._path_of(request.url.path)
        found = self._document["paths"].get(path, {}).get(request.method.lower())
        if found is None or answer.status_code in NOT_DESCRIBED:
            return
        where = f"{request.method} {path} {answer.status_code}"
        described = found["responses"].get(str(answer.status_code))
        assert described is not None, f"{where} is not described"
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        assert kind in described["content"], f"{where} is answered as {kind}"
        if kind in JSON:
            answer.read()
            self._validate(where, described["content"][kind]["schema"], answer.json())
        if answer.is_success and _kind_of(request) == "application/json":
            schema = found["requestBody"]["content"]["application/json"]["schema"]
            self._validate(f"{where}: the request", schema, json.loads(request.content))

    def _path_of(self, path: str) -> str:
        """The path of the document that an address belongs to; one that is spelt out goes first."""
        found = [template for pattern, template in self._paths if pattern.fullmatch(path)]
        return min(found, key=lambda template: template.count("{"), default="")

    def _validate(self, where: str, schema: dict[str, Any], value: Any) -> None:
        if where not in self._validators:
            whole = {**schema, "components": self._document["components"]}
            self._validators[where] = jsonschema_rs.validator_for(whole)
        wrong = [
            f"{where} {list(error.instance_path)}: {error.message}"
            for error in self._validators[where].iter_errors(value)
        ]
        assert not wrong, wrong[:5]


@cache
def described_at(url: str) -> Described:
    """What the service at an address says of itself."""
    answer = httpx.get(f"{url}/schema/openapi.json")
    assert 200 == answer.status_code, answer.text
    return Described(answer.json())


def _kind_of(request: httpx.Request) -> str:
    return str(request.headers.get("Content-Type", "")).partition(";")[0]


def _pattern(path: str) -> re.Pattern[str]:
    """What addresses a path of the document stands for."""
    parts = re.split(r"\{\w+\}", path)
    return re.compile("[^/]+".join(map(re.escape, parts)))
