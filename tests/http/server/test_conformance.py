"""RFC 9110 and RFC 9112 over real sockets, by section: the same answers whole, cut at each byte, and
pipelined; by a program's own loop and by the library's server.

The parser's own tables are in ../test_parser, exchanges with time in ../wire.
"""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

NEXT = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"


def request(line: bytes, *fields: bytes, body: bytes = b"", host: bool = True) -> bytes:
    return b"\r\n".join([line, *([b"Host: a"] if host else []), *fields, b"", b""]) + body


def get(*fields: bytes, **more) -> bytes:
    return request(b"GET / HTTP/1.1", *fields, **more)


def post(*fields: bytes, body: bytes = b"") -> bytes:
    return request(b"POST /echo HTTP/1.1", *fields, body=body)


GOOD = {
    "9110-7.2-host-with-port": request(b"GET / HTTP/1.1", b"Host: a:80", host=False),
    "9110-5.5-obs-text-in-a-value": get(b"X: \xff\xfe"),
    "9110-8.6-content-length-0": post(b"Content-Length: 0"),
    "9110-9.3.2-head": request(b"HEAD / HTTP/1.1"),
    "9110-9.3.7-options-for-the-server": request(b"OPTIONS * HTTP/1.1"),
    "9112-2.2-empty-line-before": b"\r\n" + get(),
    "9112-3.2.1-origin-form": request(b"GET /?a=b%20c HTTP/1.1"),
    "9112-3.2.2-absolute-form": request(b"GET http://b/ HTTP/1.1"),
    "9112-5.1-blanks-around-a-value": get(b"X:\t y \t"),
    "9112-6.2-content-length": post(b"Content-Length: 5", body=b"hello"),
    "9112-6.2-a-body-that-looks-like-a-request": post(b"Content-Length: 45", body=NEXT[:45]),
    "9112-7.1-chunked": post(b"Transfer-Encoding: chunked", body=CHUNKS),
    "9112-7.1.1-extensions": post(
        b"Transfer-Encoding: chunked", body=b'5;a=b;c="d e"\r\nhello\r\n0;x\r\n\r\n'
    ),
    "9112-7.1.2-trailers": post(
        b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\nX: y\r\n\r\n"
    ),
    "9112-9.3-keep-alive-of-1.0": request(b"GET / HTTP/1.0", b"Connection: keep-alive"),
}

REFUSED = {
    "9110-7.2-no-host": (get(host=False), 400),
    "9110-7.2-two-hosts": (get(b"Host: b"), 400),
    "9110-7.2-host-with-a-path": (get(b"Host: a/b", host=False), 400),
    "9110-5.1-blank-in-a-name": (get(b"X y: z"), 400),
    "9110-5.1-empty-name": (get(b": z"), 400),
    "9110-5.5-nul-in-a-value": (get(b"X: a\x00b"), 400),
    "9110-5.5-control-byte-in-a-value": (get(b"X: a\x0bb"), 400),
    "9110-5.5-del-in-a-value": (get(b"X: a\x7fb"), 400),
    "9110-10.1.1-other-expectation": (get(b"Expect: 200-ok"), 417),
    "9112-2.2-bare-lf": (get().replace(b"\r\n", b"\n"), 400),
    "9112-2.2-bare-lf-at-the-end": (get()[:-2] + b"\n", 400),
    "9112-2.2-bare-cr": (get(b"X: a\rb"), 400),
    "9112-2.2-blank-before-the-line": (b" " + get(), 400),
    "9112-2.3-version-2": (request(b"GET / HTTP/2.0"), 505),
    "9112-2.3-version-in-lower-case": (request(b"GET / http/1.1"), 400),
    "9112-3-two-blanks": (request(b"GET  / HTTP/1.1"), 400),
    "9112-3-no-version": (request(b"GET /"), 400),
    "9112-3.1-method-that-is-no-token": (request(b"G(T / HTTP/1.1"), 400),
    "9112-3.2-fragment": (request(b"GET /#a HTTP/1.1"), 400),
    "9112-3.2-nul-in-the-target": (request(b"GET /\x00 HTTP/1.1"), 400),
    "9112-3.2.3-connect": (request(b"CONNECT a:80 HTTP/1.1"), 501),
    "9112-3.2.4-asterisk-of-get": (request(b"GET * HTTP/1.1"), 400),
    "9112-5.1-blank-before-the-colon": (get(b"X : y"), 400),
    "9112-5.2-folded": (get(b"X: y", b" z"), 400),
    "9112-5.2-folded-first": (request(b"GET / HTTP/1.1", b" X: y"), 400),
    "9112-6.1-chunked-not-last": (post(b"Transfer-Encoding: chunked, gzip", body=CHUNKS), 400),
    "9112-6.1-unknown-coding": (post(b"Transfer-Encoding: gzip, chunked", body=CHUNKS), 501),
    "9112-6.1-coding-of-1.0": (
        request(b"POST /echo HTTP/1.0", b"Transfer-Encoding: chunked", body=CHUNKS), 400,
    ),
    "9112-6.2-signed-length": (post(b"Content-Length: +5", body=b"hello"), 400),
    "9112-6.2-negative-length": (post(b"Content-Length: -5", body=b"hello"), 400),
    "9112-6.2-length-of-letters": (post(b"Content-Length: 0x5", body=b"hello"), 400),
    "9112-6.3-length-list": (post(b"Content-Length: 5, 5", body=b"hello"), 400),
    "9112-6.3-length-twice": (post(b"Content-Length: 5", b"Content-Length: 5", body=b"hello"), 400),
    "9112-6.3-two-lengths": (post(b"Content-Length: 5", b"Content-Length: 6", body=b"hello"), 400),
    "9112-7.1-size-with-a-sign": (post(b"Transfer-Encoding: chunked", body=b"+5\r\nhello"), 400),
    "9112-7.1-size-with-0x": (post(b"Transfer-Encoding: chunked", body=b"0x5\r\nhello"), 400),
    "9112-7.1-size-beyond-64-bits": (
        post(b"Transfer-Encoding: chunked", body=b"10000000000000005\r\nhello"), 400,
    ),
    "9112-7.1-data-beyond-its-size": (
        post(b"Transfer-Encoding: chunked", body=b"5\r\nhello!\r\n0\r\n\r\n"), 400,
    ),
    "9112-7.1-bare-lf-behind-a-size": (post(b"Transfer-Encoding: chunked", body=b"5\nhello"), 400),
    "9112-7.1.1-bare-lf-in-an-extension": (
        post(b"Transfer-Encoding: chunked", body=b"5;a\nb\r\nhello\r\n0\r\n\r\n"), 400,
    ),
    "9112-7.1.1-bare-cr-in-an-extension": (
        post(b"Transfer-Encoding: chunked", body=b"5;a\rb\r\nhello\r\n0\r\n\r\n"), 400,
    ),
    "9112-7.1.2-folded-trailer": (
        post(b"Transfer-Encoding: chunked", body=b"0\r\nX: y\r\n z\r\n\r\n"), 400,
    ),
    "9112-11.2-cl-te": (
        post(b"Content-Length: 5", b"Transfer-Encoding: chunked", body=CHUNKS), 400,
    ),
    "9112-11.2-te-cl": (
        post(b"Transfer-Encoding: chunked", b"Content-Length: 5", body=CHUNKS), 400,
    ),
    "9112-11.2-te-te": (
        post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: x", body=CHUNKS), 400,
    ),
    "9112-11.2-te-twice": (
        post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=CHUNKS), 400,
    ),
    "9112-11.2-te-blank-before-colon": (post(b"Transfer-Encoding : chunked", body=CHUNKS), 400),
    "9112-11.2-te-folded": (post(b"Transfer-Encoding:", b" chunked", body=CHUNKS), 400),
    "9112-11.2-te-with-a-tab-inside": (post(b"Transfer-Encoding: chun\tked", body=CHUNKS), 400),
    "9112-11.2-te-with-vt": (post(b"Transfer-Encoding: \x0bchunked", body=CHUNKS), 400),
    "9112-11.2-te-quoted": (post(b'Transfer-Encoding: "chunked"', body=CHUNKS), 400),
    "9112-11.2-te-with-a-parameter": (post(b"Transfer-Encoding: chunked;a", body=CHUNKS), 400),
    "9112-11.2-te-behind-a-bare-lf": (post(b"X: y\nTransfer-Encoding: chunked", body=CHUNKS), 400),
    "9112-11.2-te-behind-a-bare-cr": (post(b"X: y\rTransfer-Encoding: chunked", body=CHUNKS), 400),
    "9112-11.2-nul-in-the-name": (post(b"Transfer-Encoding\x00: chunked", body=CHUNKS), 400),
}  # fmt: skip


@pytest.fixture(scope="module", params=["own loop", "library"])
def engine(
    request: pytest.FixtureRequest, server_program: Path, library_program: Path, server_class
):
    server = server_class(server_program if request.param == "own loop" else library_program, {})
    server.prefix = b"/api/echo" if request.param == "own loop" else b"/echo"
    yield server
    assert server.stop() == 0, server.output()


def answers(engine, *pieces: bytes) -> bytes:
    """All that comes until the end, without the date."""
    with engine.connect() as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for number, piece in enumerate(pieces):
                if number:
                    time.sleep(0.0003)
                client.sendall(piece)
            client.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent
        data = b""
        while part := client.recv(65536):
            data += part
    return re.sub(rb"Date: [^\r]*\r\n", b"", data)


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def cuts(stream: bytes):
    """In two at each byte, and byte by byte."""
    yield from ((stream[:place], stream[place:]) for place in range(1, len(stream)))
    yield tuple(stream[i : i + 1] for i in range(len(stream)))


@pytest.mark.parametrize("name", GOOD)
def test_accepted(engine, name):
    stream = GOOD[name].replace(b"/echo ", engine.prefix + b" ")
    whole = answers(engine, stream)
    assert status_of(whole) in (200, 204, 404 if b"*" in stream else 200), whole
    for pieces in cuts(stream):
        assert answers(engine, *pieces) == whole
    assert answers(engine, stream * 20) == whole * 20
    assert answers(engine, stream * 3 + NEXT).startswith(whole * 3 + b"HTTP/1.1 200 ")


@pytest.mark.parametrize("name", REFUSED)
def test_refused(engine, name):
    """Once, as the connection's last answer: nothing behind it is a request."""
    stream, status = REFUSED[name]
    stream = stream.replace(b"/echo ", engine.prefix + b" ")
    good = answers(engine, get())
    whole = answers(engine, stream + NEXT)
    assert status_of(whole) == status, whole
    assert b"connection: close\r\n" in whole.lower()
    assert whole.count(b"Connection: close\r\n") == 1
    for pieces in cuts(stream):
        assert answers(engine, *pieces) == whole
    assert answers(engine, get() * 5 + stream + NEXT) == good * 5 + whole
