"""Mutated requests through our parser and llhttp (Node's), which must understand them alike.

Where they differ on purpose, the difference is named here. Two kinds matter: what both accept must
have the same meaning (no exception is allowed there), and what only one accepts must be on a list.
A long run: NYASH_HTTP_FUZZ_SEEDS=2000 pytest -q tests/http/test_parser/test_differential.py
"""

from __future__ import annotations

import os
import random

import httptools
import pytest

CLOSE, KEEP_ALIVE = 1, 2

STRICTER = {
    "the request target has a byte that must be escaped": "RFC 3986: no '#', no raw UTF-8",
    "the path has a % without two hexadecimal digits": "RFC 3986 section 2.1",
    "the target is neither a path nor an http URI": "RFC 9112 section 3.2 for an origin server",
    "the target's authority is not host[:port]": "RFC 9110 section 4.2.4",
    "the target * is for OPTIONS only": "RFC 9112 section 3.2.4",
    "the request line does not end in HTTP/1.1": "RFC 9112 section 3: one blank before it",
    "a CR stands alone": "RFC 9112 section 2.2: llhttp skips any CR and LF before a request",
    "the request line has no valid method": "a second empty line, or a blank, before the request",
    "an HTTP/1.1 request needs a Host field": "RFC 9112 section 3.2; llhttp leaves it to Node",
    "Host is given twice": "RFC 9112 section 3.2",
    "Host is not host[:port]": "RFC 9112 section 3.2",
    "an expectation other than 100-continue": "417; llhttp leaves it to Node",
    "Transfer-Encoding does not exist in HTTP/1.0": "RFC 9112 section 6.1: faulty framing",
    "only HTTP/1.0 and HTTP/1.1 are spoken here": "505; llhttp reads heads of 0.9 and 2.0 alike",
    "a transfer coding is empty": "llhttp refuses `chunked,` but not `,chunked`; we do both",
    "a chunk extension is malformed": "RFC 9112 section 7.1.1: llhttp lets blanks and names pass",
}
"""Our complaints about streams that llhttp accepts, and why we stand by them."""

LENIENT = (
    "Invalid method encountered",  # any token is a method (RFC 9110 section 9.1)
    "Expected space after method",
    "Invalid HTTP version",  # 1.2 to 1.9 are spoken to as 1.1 (RFC 9112 section 2.3)
    "Invalid character in chunk extensions",  # blanks, quotes (RFC 9112 section 7.1.1)
    "Invalid character in chunk size",  # a tab before the extension, likewise
    "Content-Length can't be present with Transfer-Encoding",  # in a trailer, which is dropped
    "Transfer-Encoding can't be present with Content-Length",
    "Invalid character in Content-Length",
)
"""How llhttp's errors begin on streams that we accept."""

IN_A_TRAILER = "Invalid `Transfer-Encoding` header value"
"""Likewise, but only where it can be about a trailer, which is dropped: the head's is in order."""

CORPUS = [
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /path?x=1&y=%20 HTTP/1.1\r\nHost: example.org:80\r\nAccept: */*\r\n\r\n",
    b"GET http://h/p?q HTTP/1.1\r\nHost: h\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    b"HEAD /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"POST /f HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    b"PUT /f HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\nhello world",
    b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n",
    b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'1;q="a b"\r\nx\r\n0\r\nTrailer: t\r\n\r\n',
    b"DELETE /d HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Long: " + b"v" * 40 + b"\r\n\r\n",
    b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: b\r\n\r\n",
]

FRAGMENTS = [
    b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b";", b",", b"\x00", b"\x0b", b"\x7f", b"\xff", b"%",
    b"#", b"0", b"1", b"-", b"+", b'"', b"/", b"\r\n ", b"chunked", b"Content-Length: 3\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Host: b\r\n", b"HTTP/1.1", b"\r\n\r\n",
    b"Connection: close\r\n",
]  # fmt: skip


class Oracle:
    """What llhttp makes of a stream."""

    def __init__(self, stream: bytes) -> None:
        self.requests: list[tuple] = []
        self.error = ""
        self.url = self.body = b""
        self.fields: list[tuple[bytes, bytes]] = []
        self.in_trailer = False
        self.parser = httptools.HttpRequestParser(self)
        try:
            self.parser.feed_data(stream)
        except httptools.HttpParserUpgrade:
            self.error = "upgrade"
        except httptools.HttpParserError as error:
            self.error = str(error)

    def on_message_begin(self) -> None:
        self.url = self.body = b""
        self.fields = []
        self.in_trailer = False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.in_trailer:
            self.fields.append((name, value.strip(b" \t")))

    def on_headers_complete(self) -> None:
        self.in_trailer = True

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        version = 0 if self.parser.get_http_version() == "1.0" else 1
        self.requests.append(
            (self.parser.get_method(), self.url, version, self.body, tuple(self.fields))
        )


def mutate(source: random.Random) -> bytes:
    data = bytearray(source.choice(CORPUS))
    for _ in range(source.choice((1, 1, 1, 2, 3))):
        place = source.randrange(len(data) + 1)
        match source.randrange(5):
            case 0:
                data[place:place] = source.choice(FRAGMENTS)
            case 1:
                del data[place : place + source.choice((1, 1, 2, 4))]
            case 2 if place < len(data):
                data[place] = source.randrange(256)
            case 3:
                data[place : place + 1] = source.choice(FRAGMENTS)
            case _:
                piece = source.choice(CORPUS)
                start = source.randrange(len(piece))
                data[place:place] = piece[start : start + source.randrange(1, 30)]
    return bytes(data)


def has_one_plain_coding(request) -> bool:
    codings = [v.lower() for n, v in request.fields if n.lower() == b"transfer-encoding"]
    return codings == [b"chunked"]


def is_target(request, url: bytes) -> bool:
    """Whether the target as sent is ours, which is cut into path and query and may have had an
    authority."""
    path, _, query = url.partition(b"?")
    return path.endswith(request.path) and query == request.query


@pytest.mark.parametrize("seed", range(int(os.environ.get("NYASH_HTTP_FUZZ_SEEDS", "8"))))
def test_mutated_requests_mean_the_same(parser, seed):
    source = random.Random(seed)
    for _ in range(1500):
        stream = mutate(source)
        seen = parser.see(stream)
        ours = []
        for request in seen.requests:
            ours.append(request)
            if request.flags & CLOSE or (request.minor == 0 and not request.flags & KEEP_ALIVE):
                break  # llhttp reads nothing behind the last request of a connection
        oracle = Oracle(stream)
        for mine, theirs in zip(ours, oracle.requests, strict=False):
            method, url, version, body, fields = theirs
            if method == b"PRI" or mine.minor != version:
                break
            assert mine.method == method, stream
            assert is_target(mine, url), stream
            assert (mine.body, tuple(mine.fields)) == (body, fields), stream
        if len(oracle.requests) > len(ours):
            assert seen.status and seen.ending in STRICTER, (stream, seen.ending)
        if len(ours) > len(oracle.requests):
            trailer = oracle.error.startswith(IN_A_TRAILER) and has_one_plain_coding(
                ours[len(oracle.requests)]
            )
            assert trailer or oracle.error == "upgrade" or oracle.error.startswith(LENIENT), (
                stream, oracle.error,
            )  # fmt: skip
