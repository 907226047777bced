"""gzip of answers that are written in pieces: live, right for any pieces, bounded, released."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import os
import random
import shutil
import socket
import subprocess
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SANITIZED = os.environ.get("NYASH_SERVER_SANITIZE") == "1"
"""Sanitizers keep freed memory."""
LINES = b"".join(b"The quick brown fox, for the %dth time\n" % i for i in range(1000))
TEXT = b"abc " * 500


@pytest.fixture(scope="module")
def program(build_program) -> Path:
    return build_program(Path(__file__).with_name("gzip_stream.nyash"))


@pytest.fixture(scope="module")
def server(program: Path, serving) -> Iterator:
    with serving(program, {}) as server:
        yield server


def ask(
    server, path: str, accept: str | None = "gzip", body: bytes | None = None, method: str = "GET"
) -> tuple[dict[str, str], bytes]:
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    client.putrequest("POST" if body is not None else method, path, skip_accept_encoding=True)
    if accept is not None:
        client.putheader("Accept-Encoding", accept)
    if body is not None:
        client.putheader("Content-Length", str(len(body)))
    client.endheaders(body)
    response = client.getresponse()
    answer = dict(response.getheaders()), response.read()
    client.close()
    return answer


def test_a_stream_is_compressed(server) -> None:
    headers, body = ask(server, "/lines")
    assert headers["Content-Encoding"] == "gzip" and headers["Vary"] == "Accept-Encoding"
    assert headers["Transfer-Encoding"] == "chunked" and "Content-Length" not in headers
    assert gzip.decompress(body) == LINES
    assert len(body) < len(LINES) / 3
    headers, body = ask(server, "/lines", None)
    assert "Content-Encoding" not in headers and headers["Vary"] == "Accept-Encoding"
    assert body == LINES


def test_9110_9_3_2_head_tells_what_get_would(server) -> None:
    for accept in ("gzip", None):
        told, _ = ask(server, "/lines", accept)
        head, body = ask(server, "/lines", accept, method="HEAD")
        assert body == b"" and {**told, "Date": ""} == {**head, "Date": ""}


def test_9112_7_1_2_trailers_behind_a_compressed_body(server) -> None:
    request = (
        b"GET /lines HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    )
    assert server.exchange(request).endswith(b"\r\n0\r\nX-Count: 1000\r\n\r\n")


def test_1_0_reads_to_the_end_of_the_connection(server) -> None:
    answer = server.exchange(b"GET /lines HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"chunked" not in head and gzip.decompress(body) == LINES


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_curl_compressed(server) -> None:
    url = f"http://127.0.0.1:{server.port}/lines"
    command = ["curl", "--silent", "--compressed", "--max-time", "10", url]
    assert subprocess.run(command, capture_output=True, check=True).stdout == LINES


@pytest.mark.parametrize(
    ("path", "compressed"),
    [
        ("/typed?type=text/html", True),
        ("/typed?type=application/json", True),
        ("/typed?type=image/png", False),
        ("/typed?type=text/event-stream", False),
        ("/events", False),
        ("/field?name=ETag&value=%22a%22", False),
        ("/field?name=ETag&value=W/%22a%22", True),
        ("/field?name=Content-Encoding&value=br", False),
        ("/field?name=Cache-Control&value=no-transform", False),
        ("/told?length=2000", True),
        ("/nothing", False),
    ],
)
def test_what_is_compressed(server, path: str, compressed: bool) -> None:
    headers, body = ask(server, path)
    assert (headers.get("Content-Encoding") == "gzip") == compressed
    if compressed:
        assert "Content-Length" not in headers and gzip.decompress(body) == TEXT


@pytest.mark.parametrize("length", [1999, 2001])
def test_9110_8_6_what_was_told_still_holds(server, length: int) -> None:
    """Nobody sees the length, but a program that breaks its word is wrong all the same."""
    with pytest.raises(http.client.IncompleteRead):
        ask(server, f"/told?length={length}")
    assert "Content-Length" in server.output()


def test_an_error_leaves_the_body_incomplete(server) -> None:
    with pytest.raises(http.client.IncompleteRead):
        ask(server, "/fails")


def open_stream(server, path: str) -> socket.socket:
    client = server.connect()
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n".encode())
    return client


def test_each_piece_can_be_read_as_it_comes(server) -> None:
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    client.request("GET", "/live", headers={"Accept-Encoding": "gzip"})
    response = client.getresponse()
    reader, came = zlib.decompressobj(31), []
    while part := response.read1():
        if text := reader.decompress(part):
            came.append((text, time.monotonic()))
    client.close()
    assert [text for text, _ in came] == [b"piece 0\n", b"piece 1\n", b"piece 2\n"]
    assert came[2][1] - came[0][1] > 0.15 and reader.eof


@pytest.mark.parametrize("level", [1, 4, 6, 9])
def test_any_pieces_come_back(serving_level, level: int) -> None:
    """Lengths around what Zig's compressor hashes (3), matches (258) and keeps (32 KiB, 64 KiB)."""
    chance = random.Random(level)
    lengths = (
        0,
        1,
        2,
        3,
        4,
        5,
        7,
        100,
        257,
        258,
        259,
        262,
        4096,
        32767,
        32768,
        32769,
        65536,
        70000,
    )
    with serving_level(level) as server:
        for _ in range(40):
            pieces = [chance.choice(lengths) for _ in range(chance.randrange(1, 30))]
            total = sum(pieces) + chance.randrange(3)
            kind = chance.randrange(4)
            if kind == 0:
                body = chance.randbytes(total)
            elif kind == 1:
                body = bytes(total)
            else:
                words = [
                    chance.randbytes(chance.randrange(1, 9)) for _ in range(chance.choice((2, 50)))
                ]
                body = b"".join(chance.choices(words, k=total // 2 + 1))[:total]
            path = "/pieces?lengths=" + ",".join(map(str, pieces))
            headers, answer = ask(server, path, body=body)
            assert headers["Content-Encoding"] == "gzip" and gzip.decompress(answer) == body, pieces


@pytest.fixture
def serving_level(program: Path, server_class):
    @contextlib.contextmanager
    def serve(level: int):
        class AtLevel(server_class):
            arguments = ("--level", str(level))

        server = AtLevel(program, {})
        yield server
        assert server.stop() == 0, server.output()

    return serve


def test_bounded_and_released(server) -> None:
    """Three streams at most are compressed; who leaves makes room, and leaves nothing behind."""
    before = int(ask(server, "/ended", None)[1])
    clients = [open_stream(server, "/endless") for _ in range(5)]
    coded = [b"Content-Encoding" in client.recv(300) for client in clients]
    assert coded.count(True) == 3
    for client in clients:
        client.close()
    deadline = time.monotonic() + 10
    while int(ask(server, "/ended", None)[1]) < before + 5 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert int(ask(server, "/ended", None)[1]) == before + 5
    assert ask(server, "/lines")[0]["Content-Encoding"] == "gzip"
    server.await_idle()
    level = server.resident_kib()
    for _ in range(30):
        ask(server, "/lines")
        open_stream(server, "/endless").close()
    server.await_idle()
    assert SANITIZED or server.resident_kib() - level < 2000


def test_a_client_that_reads_nothing_is_given_up(server) -> None:
    """More noise than the buffers of the kernel take: nothing can be compressed away."""
    noise = random.Random(5).randbytes(7_000_000)
    with server.connect() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        head = (
            b"POST /pieces?lengths=7000000 HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n"
            b"Content-Length: 7000000\r\n\r\n"
        )
        client.sendall(head + noise)
        time.sleep(0.1)
        assert ask(server, "/lines")[1]  # others are served meanwhile
    server.await_idle()
