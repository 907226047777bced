"""gzip by Accept-Encoding: who gets it, and that it always is what was meant."""

from __future__ import annotations

import gzip
import http.client
import random
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HERE = Path(__file__).parent
TEXT = b"The quick brown fox jumps over the lazy dog. "


@pytest.fixture(scope="module")
def server(build_program, serving) -> Iterator:
    with serving(build_program(HERE / "gzip.nyash"), {}) as server:
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


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("/string", TEXT * 100),
        ("/large", TEXT * 20000),
        ("/weak", TEXT * 100),
        ("/created", TEXT * 100),
        ("/json", b'{"list":[1,2,3],"text":"' + TEXT * 50 + b'"}'),
    ],
)
def test_what_is_compressed(server, path: str, plain: bytes) -> None:
    headers, body = ask(server, path)
    assert headers["Content-Encoding"] == "gzip" and headers["Vary"] == "Accept-Encoding"
    assert len(body) < len(plain) / 5 and gzip.decompress(body) == plain
    headers, whole = ask(server, path, None)
    assert "Content-Encoding" not in headers and headers["Vary"] == "Accept-Encoding"
    assert whole == plain
    headers, nothing = ask(server, path, method="HEAD")
    assert nothing == b"" and headers["Content-Length"] == str(len(body))


@pytest.mark.parametrize("path", ["/short", "/image", "/events", "/coded", "/strong", "/kept"])
def test_what_is_not(server, path: str) -> None:
    headers, body = ask(server, path)
    assert headers.get("Content-Encoding") != "gzip" and "Vary" not in headers
    assert body.startswith(TEXT)


@pytest.mark.parametrize(
    ("accept", "compressed"),
    [
        ("gzip", True),
        ("deflate, gzip;q=0.5", True),
        ("x-gzip", True),
        ("*", True),
        ("GZIP", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("*;q=0", False),
        ("br", False),
        ("identity", False),
        ("", False),
    ],
)
def test_9110_12_5_3_accept_encoding(server, accept: str, compressed: bool) -> None:
    assert ("Content-Encoding" in ask(server, "/string", accept)[0]) == compressed


def test_the_result_is_about_as_small_as_zlib_s(server) -> None:
    text = (HERE / "test_gzip.py").read_bytes() * 3
    body = ask(server, "/echo", body=text)[1]
    assert gzip.decompress(body) == text
    assert len(body) < 1.2 * len(zlib.compress(text, 4))


def test_bytes_that_do_not_shrink_stay(server) -> None:
    noise = random.Random(3).randbytes(100_000)
    headers, body = ask(server, "/echo", body=noise)
    assert "Content-Encoding" not in headers and body == noise


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.binary(min_size=1, max_size=40), st.integers(1, 3000)), max_size=30),
    st.integers(0, 300_000),
)
def test_any_bytes_come_back(server, pieces: list[tuple[bytes, int]], zeros: int) -> None:
    body = b"".join(piece * count for piece, count in pieces) + bytes(zeros)
    headers, answer = ask(server, "/echo", body=body[:4_000_000])
    if headers.get("Content-Encoding") == "gzip":
        answer = gzip.decompress(answer)
    assert answer == body[:4_000_000]
