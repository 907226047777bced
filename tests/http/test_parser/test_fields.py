"""Header fields: RFC 9112 section 5 and the Host rules of section 3.2."""

from __future__ import annotations

import pytest


def head(*lines: bytes, version: bytes = b"1.1", host: bool = True) -> bytes:
    fields = [b"Host: a"] if host else []
    return b"\r\n".join([b"GET / HTTP/" + version, *fields, *lines, b"", b""])


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        (b"X: y", b"X", b"y"),
        (b"X:y", b"X", b"y"),
        (b"X: \t y z \t", b"X", b"y z"),
        (b"X:", b"X", b""),
        (b"X:   ", b"X", b""),
        (b"X: a\tb", b"X", b"a\tb"),
        (b"X: caf\xe9 \xff\x80", b"X", b"caf\xe9 \xff\x80"),
        (b'X: "(a, b;c)": d', b"X", b'"(a, b;c)": d'),
        (b"!#$%&'*+-.^_`|~09azAZ: 1", b"!#$%&'*+-.^_`|~09azAZ", b"1"),
        (b"X: " + b"abcdefgh" * 9, b"X", b"abcdefgh" * 9),
    ],
)
def test_5_accepted(parser, line, name, value):
    assert parser.see(head(line)).requests[0].fields[1] == (name, value)


@pytest.mark.parametrize(
    "line",
    [
        b"X : y", b"X\t: y", b" X: y", b": y", b"X", b"X y: z", b"X\x00: y", b"X\xe9: y",
        b"(X): y", b'"X": y', b"X@: y", b"X[]: y", b"X=y",
    ],
)  # fmt: skip
def test_5_1_no_blank_before_the_colon_and_names_are_tokens(parser, line):
    assert parser.see(head(line)).status == 400


@pytest.mark.parametrize("line", [b"X: y\r\n folded", b"X: y\r\n\tfolded", b"X:\r\n y"])
def test_5_2_folding(parser, line):
    assert parser.see(head(line)).status == 400


def test_2_2_blank_line_start_after_the_request_line(parser):
    assert parser.see(b"GET / HTTP/1.1\r\n Host: a\r\n\r\n").status == 400


@pytest.mark.parametrize("byte", [*range(9), *range(10, 32), 127])
def test_9110_5_5_control_bytes_in_values(parser, byte):
    line = b"X: abc" + bytes([byte]) + b"def, and so on, for the words"
    assert parser.see(head(line)).status == 400


@pytest.mark.parametrize("place", range(20))
def test_9110_5_5_control_byte_anywhere(parser, place):
    value = bytearray(b"abcdefghijklmnopqrst")
    value[place] = 0x1F
    assert parser.see(head(b"X: " + value)).status == 400


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (b"example.org", 0), (b"example.org:8080", 0), (b"127.0.0.1", 0), (b"[::1]", 0),
        (b"[::1]:80", 0), (b"", 0), (b"h:", 0), (b"a_b.c", 0), (b"%41", 0), (b"[v1.a:b]", 0),
        (b"a b", 400), (b"a/b", 400), (b"u@h", 400), (b"a,b", 0), (b"h:80:80", 400),
        (b"h:8a", 400), (b"h:-1", 400), (b":80", 400), (b"[::1", 400), (b"[]", 400),
        (b"[1:2:3:4:5:6:7:8]", 0), (b"[::ffff:1.2.3.4]:80", 0), (b"[VF.a]", 0),
        (b"[zz]", 400), (b"[127.0.0.1]", 400), (b"[1::2::3]", 400), (b"[v.a]", 400), (b"[v1]", 400),
        (b"[v1.]", 400), (b"[fe80::1%25e]", 400), (b"[" + b"1:" * 40 + b"1]", 400),
        (b"[::1]x", 400), (b"h?", 400), (b"h#", 400), (b"%4", 400), (b"h:999999", 400),
        (b"\xc3\xa9", 400), (b"<h>", 400), (b'"h"', 400), (b"h\\", 400), (b"h;x", 0),
    ],
)  # fmt: skip
def test_3_2_host_value(parser, host, status):
    assert parser.see(head(b"Host: " + host, host=False)).status == status


def test_3_2_host_is_needed_once(parser):
    assert parser.see(head(host=False)).status == 400
    assert parser.see(head(b"Host: a")).status == 400
    assert parser.see(head(b"host: b")).status == 400
    assert parser.see(head(host=False, version=b"1.0")).status == 0
    assert parser.see(head(b"Host: b", version=b"1.0")).status == 400
    assert parser.see(b"GET http://h/ HTTP/1.1\r\n\r\n").status == 400


CLOSE, KEEP_ALIVE, CONTINUE, UPGRADE = 1, 2, 4, 8


@pytest.mark.parametrize(
    ("line", "flags"),
    [
        (b"Connection: close", CLOSE),
        (b"connection: CLOSE", CLOSE),
        (b"Connection: keep-alive", KEEP_ALIVE),
        (b"Connection: Keep-Alive, Upgrade", KEEP_ALIVE | UPGRADE),
        (b"Connection: a ,, close ,\tb", CLOSE),
        (b"Connection: keep-alive\r\nConnection: close", KEEP_ALIVE | CLOSE),
        (b"Connection: closed", 0),
        (b"Connection: \"close\"", 0),
        (b"Expect: 100-continue", CONTINUE),
        (b"Expect: 100-Continue", CONTINUE),
    ],
)  # fmt: skip
def test_9_3_connection_options(parser, line, flags):
    assert parser.see(head(line)).requests[0].flags == flags


def test_9110_10_1_1_expectations(parser):
    assert parser.see(head(b"Expect: 200-maybe")).status == 417
    assert parser.see(head(b"Expect: 100-continue, x")).status == 417
    assert parser.see(head(b"Expect: x", version=b"1.0")).status == 0
    old = parser.see(head(b"Expect: 100-continue", version=b"1.0"))
    assert old.requests[0].flags == 0
