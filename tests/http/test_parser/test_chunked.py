"""Chunked bodies: RFC 9112 section 7.1."""

from __future__ import annotations

import pytest

HEAD = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
NEXT = b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"0\r\n\r\n", b""),
        (b"5\r\nhello\r\n0\r\n\r\n", b"hello"),
        (b"5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n", b"hello, world"),
        (b"A\r\n0123456789\r\na\r\nabcdefghij\r\n0\r\n\r\n", b"0123456789abcdefghij"),
        (b"0000000000000003\r\nabc\r\n000\r\n\r\n", b"abc"),
        (b"3\r\n\r\n\r\r\n0\r\n\r\n", b"\r\n\r"),
        (b"1\r\n\x00\r\n1\r\n\xff\r\n0\r\n\r\n", b"\x00\xff"),
    ],
)
def test_7_1_bodies(parser, raw, body):
    seen = parser.see(HEAD + raw + NEXT)
    assert [request.body for request in seen.requests] == [body, b""]
    assert seen.requests[1].path == b"/next"


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n", b"x\r\n", b"-1\r\n", b"+3\r\nabc\r\n", b"0x3\r\nabc\r\n", b" 3\r\nabc\r\n",
        b"3\nabc\r\n0\r\n\r\n", b"3\r\nabc\n0\r\n\r\n", b"3\r\nabcd\r\n0\r\n\r\n",
        b"3\r\nabc0\r\n\r\n", b"3\r\nabc\r0\r\n\r\n", b"3\rabc", b"3\r\rabc", b"3 \r\nabc\r\n",
        b"3g\r\nabc", b"00000000000000003\r\nabc\r\n", b"3,\r\nabc", b"3\x00\r\nabc",
        b"3\r\nabc\r\n0\n\n", b"3\r\nabc\r\n0\r\n\n", b"\xef\xbc\x93\r\nabc\r\n",
    ],
)  # fmt: skip
def test_7_1_malformed(parser, raw):
    assert parser.see(HEAD + raw + NEXT).status == 400


@pytest.mark.parametrize("size", [b"100001", b"7fffffff", b"FFFFFFFFFFFFFFFF", b"8000000000000000"])
def test_7_1_too_long(parser, size):
    assert parser.see(HEAD + size + b"\r\n").status == 413


def test_7_1_the_sum_counts(small_parser):
    body = b"8\r\n12345678\r\n8\r\n12345678\r\n"
    assert small_parser.see(HEAD + body + b"0\r\n\r\n").requests[0].body == b"12345678" * 2
    assert small_parser.see(HEAD + body + b"1\r\n").status == 413


@pytest.mark.parametrize(
    "extension",
    [b";a", b";a=b", b";a=b;c", b" ; a = b ; c", b';a="b c"', b';a="\\"\\x"',
     b';a="\\\\;\\""', b"\t;a\t=\tb", b";a=b\t;c"],
)  # fmt: skip
def test_7_1_1_extensions_are_dropped(parser, extension):
    seen = parser.see(HEAD + b"3" + extension + b"\r\nabc\r\n0" + extension + b"\r\n\r\n" + NEXT)
    assert [request.body for request in seen.requests] == [b"abc", b""]


@pytest.mark.parametrize(
    "extension",
    [b";", b";;a", b";a;", b"; ", b";a=", b";a=;b", b";=b", b";a b", b';a="b', b';a="b\n"',
     b';a="b\r"', b";a\nb", b";a\rb", b";a=b\n", b"\n", b";\n", b";a\x00", b';a="b"c', b" a",
     b";a ", b";a=b ", b';a="\\\n"'],
)  # fmt: skip
def test_7_1_1_malformed_extensions(parser, extension):
    assert parser.see(HEAD + b"3" + extension + b"\r\nabc\r\n0\r\n\r\n").status == 400


def test_7_1_1_endless_extensions(parser):
    assert parser.see(HEAD + b"3;" + b"a" * 5000 + b"\r\n").status == 400
    assert parser.see(HEAD + b"1;abcdefghi\r\nx\r\n" * 500).status == 400


def test_7_1_2_trailers_are_dropped(parser):
    raw = b"3\r\nabc\r\n0\r\nX: y\r\nContent-Length: 9\r\nHost: b\r\n\r\n"
    seen = parser.see(HEAD + raw + NEXT)
    assert [request.body for request in seen.requests] == [b"abc", b""]
    assert [name for name, _ in seen.requests[0].fields] == [b"Host", b"Transfer-Encoding"]


@pytest.mark.parametrize(
    "trailer",
    [b"X : y", b" X: y", b"X", b"X: y\nZ: w", b"X: \x00", b": y", b"X: y\r\n z", b"X: y\rZ"],
)
def test_7_1_2_malformed_trailers(parser, trailer):
    assert parser.see(HEAD + b"0\r\n" + trailer + b"\r\n\r\n").status == 400


def test_7_1_2_endless_trailers(parser):
    assert parser.see(HEAD + b"0\r\nX: " + b"y" * 9000).status == 431
    assert parser.see(HEAD + b"0\r\n" + b"X: yyyyyyyyyyy\r\n" * 600).status == 431


@pytest.mark.parametrize("cut", [0, 1, 3, 5, 10, 12, 13])
def test_7_1_incomplete(parser, cut):
    seen = parser.see(HEAD + b"5\r\nhello\r\n0\r\n\r\n"[:cut])
    assert (seen.status, seen.ending) == (0, "more body")
