"""A small HTTP load generator: keep-alive connections, one request at a time on each."""

import asyncio
import json
import random
import socket
import sys
import time
from collections.abc import Callable


class Answers(Exception):
    """The server answered something else than was expected."""


async def _client(
    host: str,
    port: int,
    requests: Callable[[], bytes],
    until: float,
    expected: bytes,
    pause: float,
) -> list[float]:
    reader, writer = await asyncio.open_connection(host, port)
    took: list[float] = []
    while time.perf_counter() < until:
        if pause:  # people do not read in step
            await asyncio.sleep(random.uniform(0, 2 * pause))  # noqa: S311 - nobody's secret
        start = time.perf_counter()
        writer.write(requests())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 " + expected):
            raise Answers(head + await reader.read(2000))
        at = head.lower().index(b"content-length:") + 15
        await reader.readexactly(int(head[at : head.index(b"\r", at)]))
        took.append(time.perf_counter() - start)
    writer.close()
    return took


async def measure(
    host: str,
    port: int,
    clients: int,
    seconds: float,
    requests: Callable[[int], Callable[[], bytes]],
    expected: bytes = b"201",
    pause: float = 0.0,
) -> tuple[float, float, float]:
    """Requests a second, median and 99th percentile milliseconds.

    Between requests each client pauses, for ``pause`` seconds on the whole.
    """
    start = time.perf_counter()
    until = start + seconds
    runs = await asyncio.gather(
        *(_client(host, port, requests(n), until, expected, pause) for n in range(clients))
    )
    elapsed = time.perf_counter() - start
    took = sorted(one for run in runs for one in run)
    return (
        len(took) / elapsed,
        1000 * took[len(took) // 2],
        1000 * took[min(len(took) - 1, int(len(took) * 0.99))],
    )


def post(path: str, body: bytes, token: str = "") -> bytes:
    """The bytes of a request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
    )
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    return head.encode() + b"\r\n" + body


def get(path: str, token: str = "", **headers: str) -> bytes:
    """The bytes of a request; headers are written with low lines for hyphens."""
    said = {"Host": "localhost", "Accept": "application/json", **headers}
    head = f"GET {path} HTTP/1.1\r\n"
    head += "".join(f"{name.replace('_', '-')}: {text}\r\n" for name, text in said.items())
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    return head.encode() + b"\r\n"


def get_once(port: int, path: str, token: str) -> float:
    """Seconds of one read, its answer checked to be one."""
    return ask_once(port, get(path, token))[0]


def ask_once(port: int, request: bytes) -> tuple[float, int]:
    """Seconds of one request, its answer checked to be one, and the bytes of its body."""
    with socket.create_connection(("127.0.0.1", port)) as wire:
        start = time.perf_counter()
        wire.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += wire.recv(65536)
        head, _, body = received.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise Answers(received[:2000])
        at = head.lower().index(b"content-length:") + 15
        length = int(head[at:].split(b"\r", 1)[0])
        left = length - len(body)
        while left > 0:
            left -= len(wire.recv(65536))
        return time.perf_counter() - start, length


def main() -> None:
    """python wire_load.py JSON: run one measurement in a process of its own, print its result.

    The JSON has port, clients, seconds, and either get (paths to ask in turn) with headers, or post
    (a path with {indicator}) and body (with {period} and {breakdown}), token, expected, indicators;
    and pause, in seconds, where clients are people.
    """
    job = json.loads(sys.argv[1])

    def requests(client: int) -> Callable[[], bytes]:
        count = 0

        def one() -> bytes:
            nonlocal count
            count += 1
            if "get" in job:
                paths = job["get"]
                return get(paths[(client + count) % len(paths)], **job["headers"])
            number = (client + count * job["clients"]) % job["indicators"]
            body = job["body"].replace("{n}", f"{job['run']}c{client}n{count}")
            return post(
                job["post"].replace("{indicator}", f"I{number}"), body.encode(), job["token"]
            )

        return one

    rate, median, tail = asyncio.run(
        measure(
            "127.0.0.1",
            job["port"],
            job["clients"],
            job["seconds"],
            requests,
            job["expected"].encode(),
            job.get("pause", 0.0),
        )
    )
    sys.stdout.write(json.dumps({"rate": rate, "median_ms": median, "p99_ms": tail}))


if __name__ == "__main__":
    main()
