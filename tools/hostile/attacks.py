"""What hostile clients do. An attack takes the port, a number of clients and a source of chance."""

from __future__ import annotations

import contextlib
import itertools
import random
import socket
import struct
import time
from collections.abc import Callable, Iterable

PATIENCE = 20.0
RESET = struct.pack("ii", 1, 0)
POST = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 400\r\n\r\n" + b"x" * 400
GOOD = [
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    POST,
    b"PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;a=b\r\nhello\r\n0\r\n\r\n",
    b"HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
]
_sources = itertools.cycle(range(2, 120))


def connect(port: int) -> socket.socket:
    """From changing addresses: one address has ports for some 28,000 connections a minute."""
    client = socket.socket()
    client.settimeout(PATIENCE)
    client.bind((f"127.0.0.{next(_sources)}", 0))
    client.connect(("127.0.0.1", port))
    return client


def reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    client.close()


def read_to_the_end(client: socket.socket) -> bytes:
    data = bytearray()
    with contextlib.suppress(OSError):
        while part := client.recv(65536):
            data += part
    return bytes(data)


def _drip(port: int, count: int, head: bytes, drops: bytes) -> None:
    """All send a byte from time to time, until the server has had enough."""
    clients = [connect(port) for _ in range(count)]
    for client in clients:
        client.sendall(head)
    end = time.monotonic() + PATIENCE
    while clients and time.monotonic() < end:
        time.sleep(0.2)
        for client in list(clients):
            try:
                client.send(drops)
                client.settimeout(0)
                if client.recv(1000):  # the refusal; the connection ends behind it
                    raise ConnectionResetError
            except BlockingIOError:
                client.settimeout(PATIENCE)
                continue
            except OSError:
                pass
            clients.remove(client)
            client.close()
    assert not clients, "slow clients were not given up"


def slow_heads(port: int, count: int, source: random.Random) -> None:
    _drip(port, count, b"GET / HTTP/1.1\r\nX: ", b"y")


def slow_bodies(port: int, count: int, source: random.Random) -> None:
    _drip(port, count, b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n", b"z")


def slow_readers(port: int, count: int, source: random.Random) -> None:
    """64 MiB are asked for, some KiB taken; then the client leaves, politely or not."""
    clients = [connect(port) for _ in range(count)]
    for client in clients:
        client.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
    for _ in range(10):
        for client in clients:
            client.recv(4096)
        time.sleep(0.05)
    for number, client in enumerate(clients):
        if number % 2:
            client.close()
        else:
            reset(client)


def half_close(port: int, count: int, source: random.Random) -> None:
    """Our side ends; the answer must come all the same."""
    for number in range(count):
        with connect(port) as client:
            client.sendall(POST if number % 2 else GOOD[0])
            client.shutdown(socket.SHUT_WR)
            assert read_to_the_end(client).startswith(b"HTTP/1.1 200 "), "no answer"


def resets(port: int, count: int, source: random.Random) -> None:
    """At every byte of a request, and within the answer."""
    for number in range(count):
        request = GOOD[number % 3]
        client = connect(port)
        if number % 50 == 0:
            client.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
            client.recv(1)
        else:
            client.sendall(request[: number // 3 % (len(request) + 1)])
        reset(client)


def idle(port: int, count: int, source: random.Random) -> None:
    clients = [connect(port) for _ in range(count)]
    time.sleep(0.5)
    for client in clients:
        client.close()


def churn(port: int, count: int, source: random.Random) -> None:
    for _ in range(count):
        connect(port).close()


def _send(port: int, data: bytes) -> None:
    with connect(port) as client, contextlib.suppress(OSError):
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        answer = read_to_the_end(client)
        assert not answer or answer.startswith(b"HTTP/1.1 "), answer[:100]


def random_bytes(port: int, count: int, source: random.Random) -> None:
    for _ in range(count):
        _send(port, source.randbytes(source.choice((1, 10, 100, 3000))))


def mutate(source: random.Random) -> bytes:
    data = bytearray(b"".join(source.choices(GOOD, k=source.randrange(1, 4))))
    for _ in range(source.randrange(1, 5)):
        place = source.randrange(len(data))
        match source.randrange(4):
            case 0:
                data[place] = source.randrange(256)
            case 1:
                del data[place : place + source.randrange(1, 30)]
            case 2:
                data[place:place] = source.choice((b"\r\n", b"\n", b"\0", b" ", b":", b"\xff" * 40))
            case _:
                data[place:place] = data[: source.randrange(60)]
        data = data or bytearray(b"G")
    return bytes(data)


def mutated(port: int, count: int, source: random.Random) -> None:
    for _ in range(count):
        _send(port, mutate(source))


ATTACKS: dict[str, tuple[Callable[[int, int, random.Random], None], int, int]] = {
    "slow heads": (slow_heads, 500, 40),
    "slow bodies": (slow_bodies, 500, 40),
    "slow readers of 64 MiB": (slow_readers, 100, 10),
    "half-closed connections": (half_close, 2000, 100),
    "resets at every phase": (resets, 6000, 600),
    "idle connections": (idle, 5000, 500),
    "connections without a request": (churn, 20000, 1000),
    "random bytes": (random_bytes, 10000, 500),
    "mutated requests": (mutated, 10000, 500),
}
"""The attack, clients of a long run, clients of a short one."""


def named(names: Iterable[str]) -> list[str]:
    """The attacks whose names contain one of the words; all without words."""
    words = list(names)
    return [name for name in ATTACKS if not words or any(word in name for word in words)]
