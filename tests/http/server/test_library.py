"""The library's HTTPServer: routes and answers, and connections that cost nothing while they wait."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SANITIZED = os.environ.get("NYASH_SERVER_SANITIZE") == "1"

HERE = Path(__file__).parent
REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
IDLE = 1000
MOST_PER_CONNECTION = 1024
"""Bytes of resident memory; measured: 492."""


@pytest.fixture(scope="module")
def library(library_program: Path, serving) -> Iterator:
    with serving(library_program, {}) as server:
        yield server


def ask(library, method: str, path: str, body: bytes | None = None) -> tuple[int, dict, bytes]:
    client = http.client.HTTPConnection("127.0.0.1", library.port, timeout=10)
    client.request(method, path, body)
    response = client.getresponse()
    answer = response.status, dict(response.getheaders()), response.read()
    client.close()
    return answer


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/", 200, b"Hello from Nyash\n"),
        ("GET", "/hello/Ada", 200, b"hello Ada"),
        ("POST", "/hello/Ada", 200, b"posted Ada"),
        ("PUT", "/hello/Ada", 405, b'{"error":"method not allowed"}'),
        ("GET", "/hello/Ada/", 404, b'{"error":"not found"}'),
        ("GET", "/hell/Ada", 404, b'{"error":"not found"}'),
        ("GET", "/hellos/Ada", 404, b'{"error":"not found"}'),
        ("GET", "/hello", 404, b'{"error":"not found"}'),
        ("GET", "/hello/A%64a", 200, b"hello Ada"),
        ("GET", "/a/1/b/22", 200, b"1,22"),
        ("GET", "/a/1/b/", 404, b'{"error":"not found"}'),
        ("GET", "/a//b/2", 404, b'{"error":"not found"}'),
        ("GET", "/a/1/c/2", 404, b'{"error":"not found"}'),
        ("GET", "/a/1/b/2/3", 404, b'{"error":"not found"}'),
        ("GET", "/twice/1/2", 200, b"2"),
        ("GET", "/set/1", 200, b"set null"),
        ("GET", "/map", 200, b'{"answer":42}'),
        ("GET", "/nothing", 404, b'{"error":"not found"}'),
        ("GET", "/nowhere", 404, b'{"error":"not found"}'),
        ("GET", "/hello/", 404, b'{"error":"not found"}'),
        ("GET", "/fails", 500, b'{"error":"internal error"}'),
        ("POST", "/", 405, b'{"error":"method not allowed"}'),
        ("HEAD", "/", 200, b""),
    ],
)
def test_answers(library, method: str, path: str, status: int, body: bytes) -> None:
    given = ask(library, method, path)
    assert (given[0], given[2]) == (status, body)


def test_a_wrong_method_names_the_right_ones(library) -> None:
    assert ask(library, "DELETE", "/echo", None)[1]["Allow"] == "POST, PUT, OPTIONS"


def test_the_methods_of_a_pattern_are_named_too(library) -> None:
    assert ask(library, "DELETE", "/hello/Ada", None)[1]["Allow"] == "GET, HEAD, POST, OPTIONS"


def test_9110_9_3_7_options(library) -> None:
    status, headers, body = ask(library, "OPTIONS", "/hello/Ada")
    assert (status, headers["Allow"], body) == (204, "GET, HEAD, POST, OPTIONS", b"")
    assert ask(library, "OPTIONS", "*")[0] == 204
    assert ask(library, "OPTIONS", "/nowhere")[0] == 404


def test_a_batch_is_answered_by_one_write_and_a_slow_handler_holds_nothing_back(library) -> None:
    slow = b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
    with library.connect() as client:
        client.sendall(REQUEST * 16 + slow + REQUEST * 2)
        start = time.monotonic()
        first = client.recv(65536)
        assert first.count(b"HTTP/1.1 200 OK") == 16
        assert time.monotonic() - start < 0.045  # the handler sleeps for 0.05
        rest = client.recv(65536)
        assert rest.count(b"HTTP/1.1 200 OK") == 3 and rest.index(b"slow") < rest.index(b"Hello")


@pytest.mark.skipif(SANITIZED, reason="sanitizers keep freed memory")
def test_answers_that_nobody_reads_stop_the_reading(library, read_response: Callable) -> None:
    body = b"x" * 4000
    request = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n" + body
    before = library.resident_kib()
    with library.connect() as client:
        client.settimeout(1.0)
        sent = 0
        with contextlib.suppress(TimeoutError):
            while sent < 100_000:
                client.sendall(request)
                sent += 1
        assert sent < 100_000  # the kernel's buffers are full, and ours stayed small
        assert library.resident_kib() - before < 2048
        assert ask(library, "GET", "/")[0] == 200  # the others are served
    library.await_idle()


def test_a_body_comes_back(library) -> None:
    body = bytes(range(32, 127)) * 1000
    assert ask(library, "POST", "/echo", body)[2] == body


def test_a_request_split_at_each_byte(library, read_response: Callable) -> None:
    request = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
    with library.connect() as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for cut in range(1, len(request)):
            client.sendall(request[:cut])
            time.sleep(0.0005)
            client.sendall(request[cut:])
            assert read_response(client)[1] == b"abc"


def test_pipelined_requests_are_answered_in_order(library) -> None:
    names = [f"n{i}" for i in range(100)]
    requests = b"".join(f"GET /hello/{name} HTTP/1.1\r\nHost: a\r\n\r\n".encode() for name in names)
    answers = library.exchange(requests).decode()
    assert [part.split("\r\n\r\n")[1] for part in answers.split("HTTP/1.1 200 OK")[1:]] == [
        f"hello {name}" for name in names
    ]


def test_many_wait_for_a_slow_answer_together(library, read_response: Callable) -> None:
    clients = [library.connect() for _ in range(50)]
    start = time.monotonic()
    for client in clients:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
    assert all(read_response(client)[1] == b"slow" for client in clients)
    assert time.monotonic() - start < 2.0  # one after the other they would take 2.5
    for client in clients:
        client.close()


def test_clients_that_leave_or_reset_leave_nothing(library) -> None:
    library.await_idle()
    for number in range(200):
        client = library.connect()
        client.sendall((REQUEST, REQUEST[:10], b"POST /echo HTTP/1.1\r\n", b"")[number % 4])
        if number % 2:
            linger = (1).to_bytes(4, "little") + bytes(4)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        client.close()
    library.await_idle()
    end = time.monotonic() + 10
    while True:  # the last of them may still stand in the accept queue, where no descriptor shows
        report = json.loads(ask(library, "GET", "/memory")[2])
        if report["sockets"] <= 3 or time.monotonic() > end:
            break
        time.sleep(0.02)
    assert report["leaks"] == 0
    assert report["sockets"] <= 3  # the listener, this connection, the one that just ended


def test_idle_connections_hold_no_task_and_little_memory(library, read_response: Callable) -> None:
    library.await_idle()
    ask(library, "GET", "/memory")
    before = library.resident_kib()
    clients = [library.connect() for _ in range(IDLE)]
    for client in clients:
        client.sendall(REQUEST)
    for client in clients:
        read_response(client)
    time.sleep(0.2)
    grown = (library.resident_kib() - before) * 1024
    report = json.loads(ask(library, "GET", "/memory")[2])
    for client in clients:
        client.close()
    library.await_idle()
    assert report["sockets"] >= IDLE
    assert report["tasks"] < 20
    # The heap takes whole pages and regions of stacks: that is not a connection's.
    assert grown < IDLE * MOST_PER_CONNECTION + (512 << 10)
