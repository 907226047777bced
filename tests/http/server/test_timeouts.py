"""Clients that take their time: NYASH_HTTP_*_TIMEOUT_MS."""

from __future__ import annotations

import time

import pytest

pytestmark = pytest.mark.slow

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def test_slow_head(start_server):
    server = start_server(NYASH_HTTP_HEADER_TIMEOUT_MS="300")
    start = time.monotonic()
    answer = server.exchange(b"GET / HTTP/1.1\r\nHost: a\r\n", finish=False)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert 0.25 < time.monotonic() - start < 2
    server.await_idle()


def test_slow_head_in_drops(start_server):
    """The time counts from the first byte, not from the last."""
    server = start_server(NYASH_HTTP_HEADER_TIMEOUT_MS="300")
    start = time.monotonic()
    with server.connect() as client:
        client.settimeout(0.05)
        answer = b""
        for byte in b"GET / HTTP/1.1\r\nX: " + b"a" * 100:
            client.sendall(bytes([byte]))
            try:
                answer = client.recv(1000)
                break
            except TimeoutError:
                pass
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - start < 2


def test_slow_body(start_server):
    server = start_server(NYASH_HTTP_BODY_TIMEOUT_MS="300")
    head = b"POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"
    assert server.exchange(head + b"half", finish=False).startswith(b"HTTP/1.1 408 ")


def test_idle(start_server):
    server = start_server(NYASH_HTTP_IDLE_TIMEOUT_MS="300")
    start = time.monotonic()
    assert server.exchange(finish=False) == b""
    answer = server.exchange(GET, finish=False)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"\r\nDate: ") == 1
    assert 0.5 < time.monotonic() - start < 4
    server.await_idle()


def test_a_slow_client_does_not_slow_others(start_server, read_response):
    server = start_server()
    slow = [server.connect() for _ in range(50)]
    for client in slow:
        client.sendall(b"GET / HTTP/1.1\r\nHo")
    with server.connect() as client:
        start = time.monotonic()
        for _ in range(20):
            client.sendall(GET)
            read_response(client)
        assert time.monotonic() - start < 1
    for client in slow:
        client.sendall(b"st: a\r\n\r\n")
        assert read_response(client)[0].startswith(b"HTTP/1.1 200 ")
        client.close()
    server.await_idle()
