"""Where a body ends: RFC 9112 section 6, and the families of request smuggling (section 11.2)."""

from __future__ import annotations

import pytest


def post(*lines: bytes, body: bytes = b"", version: bytes = b"1.1") -> bytes:
    return b"\r\n".join([b"POST / HTTP/" + version, b"Host: a", *lines, b"", b""]) + body


NEXT = b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKS = b"3\r\nabc\r\n0\r\n\r\n"


def test_6_2_content_length(parser):
    seen = parser.see(post(b"Content-Length: 3", body=b"abc" + NEXT))
    assert [request.body for request in seen.requests] == [b"abc", b""]
    assert parser.see(post(b"Content-Length: 003", body=b"abc")).requests[0].body == b"abc"
    assert parser.see(post(b"content-LENGTH:3  ", body=b"abc")).requests[0].body == b"abc"
    assert parser.see(post(b"Content-Length: 3", body=b"ab")).ending == "more body"
    assert parser.see(post(b"Content-Length: 0", body=NEXT)).requests[1].path == b"/next"
    assert parser.see(post(b"Content-Length: 3", body=b"abc", version=b"1.0")).status == 0


def test_6_3_no_framing_fields_mean_no_body(parser):
    assert [request.path for request in parser.see(post(body=NEXT)).requests] == [b"/", b"/next"]


@pytest.mark.parametrize(
    "value",
    [b"", b"+3", b"-3", b"-0", b"3 3", b"3,3", b"3, 3", b"3,", b",3", b"0x3", b"3x", b"3.0", b"1e1",
     b"\xb23", b"3\x00", b"\"3\"", b"3;a", b"three", b"3\x0b", b"_3", b"1_0"],
)  # fmt: skip
def test_6_3_content_length_that_is_no_plain_number(parser, value):
    assert parser.see(post(b"Content-Length: " + value, body=b"abc")).status == 400


@pytest.mark.parametrize(
    ("first", "second"), [(b"3", b"3"), (b"3", b"4"), (b"3", b""), (b"0", b"3")]
)
def test_6_3_content_length_twice(parser, first, second):
    stream = post(b"Content-Length: " + first, b"Content-Length: " + second, body=b"abcd")
    assert parser.see(stream).status == 400


@pytest.mark.parametrize(
    "value", [b"1048577", b"18446744073709551616", b"18446744073709551619", b"9" * 40]
)
def test_6_2_content_length_beyond_the_limit(parser, value):
    assert parser.see(post(b"Content-Length: " + value)).status == 413


@pytest.mark.parametrize(
    "lines",
    [
        (b"Content-Length: 3", b"Transfer-Encoding: chunked"),
        (b"Transfer-Encoding: chunked", b"Content-Length: 3"),
        (b"Content-Length: 0", b"Transfer-Encoding: chunked"),
        (b"Transfer-Encoding: identity", b"Content-Length: 3"),
        (b"Transfer-Encoding:", b"Content-Length: 3"),
        (b"Transfer-Encoding: chunked", b"Content-Length: 0", b"Connection: close"),
    ],
)
def test_11_2_cl_te_and_te_cl(parser, lines):
    assert parser.see(post(*lines, body=CHUNKS + NEXT)).status == 400


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (b"chunked", 0), (b"CHUNKED", 0), (b" \tchunked\t", 0), (b", chunked ,", 400),
        (b"xchunked", 400), (b"chunkedx", 400), (b"chunked, identity", 400),
        (b"chunked, chunked", 400), (b"identity", 400), (b"gzip", 400), (b"", 400), (b",", 400),
        (b"chunked;q=1", 400), (b"chunked ; x", 400), (b'"chunked"', 400), (b"'chunked'", 400),
        (b"chun\x0bked", 400), (b"\x0bchunked", 400), (b"chunk ed", 400), (b"(chunked)", 400),
        (b"chunked\x00", 400), (b"chunked, gzip", 400), (b"\xffchunked", 400),
        (b"gzip, chunked", 501), (b"identity, chunked", 501), (b"gzip;a=b, chunked", 501),
    ],
)  # fmt: skip
def test_6_1_transfer_encoding(parser, value, status):
    assert parser.see(post(b"Transfer-Encoding: " + value, body=CHUNKS)).status == status


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"), 400),
        ((b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity"), 400),
        ((b"Transfer-Encoding: identity", b"Transfer-Encoding: chunked"), 501),
        ((b"Transfer-Encoding: chunked", b"Transfer-encoding: x"), 400),
        ((b"Transfer-Encoding: x", b"Transfer-encoding: chunked"), 501),
        ((b"Transfer-Encoding : chunked",), 400),
        ((b" Transfer-Encoding: chunked",), 400),
        ((b"X: y\r\n Transfer-Encoding: chunked",), 400),
        ((b"X: y\nTransfer-Encoding: chunked",), 400),
        ((b"X: y\rTransfer-Encoding: chunked",), 400),
        ((b"Transfer-Encoding\x00: chunked",), 400),
        ((b"Transfer-Encoding:\x00chunked",), 400),
        ((b"Transfer-Encoding: chunked\x0b",), 400),
        ((b"Transfer-Encoding:\n chunked",), 400),
    ],
)
def test_11_2_te_te(parser, lines, status):
    assert parser.see(post(*lines, body=CHUNKS + NEXT)).status == status


def test_6_1_http_1_0_has_no_transfer_encoding(parser):
    stream = post(b"Transfer-Encoding: chunked", body=CHUNKS, version=b"1.0")
    assert parser.see(stream).status == 400


def test_11_2_a_name_that_only_looks_alike_frames_nothing(parser):
    seen = parser.see(post(b"Transfer_Encoding: chunked", b"Content_Length: 3", body=NEXT))
    assert [request.body for request in seen.requests] == [b"", b""]
