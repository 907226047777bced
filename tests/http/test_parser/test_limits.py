"""Limits and the statuses that tell of them: RFC 9110 section 15.5, RFC 6585 section 5."""

from __future__ import annotations

import pytest


def test_414_target(small_parser):
    longest = b"/" + b"a" * 39
    assert small_parser.see(b"GET " + longest + b" HTTP/1.0\r\n\r\n").status == 0
    assert small_parser.see(b"GET " + longest + b"a HTTP/1.0\r\n\r\n").status == 414
    assert small_parser.see(b"GET /" + b"a" * 100).status == 414


def test_431_head(small_parser):
    begin = b"GET / HTTP/1.0\r\nX: "
    room = 256 - len(begin) - 4
    assert small_parser.see(begin + b"a" * room + b"\r\n\r\n").status == 0
    assert small_parser.see(begin + b"a" * (room + 1) + b"\r\n\r\n").status == 431
    assert small_parser.see(begin + b"a" * 300).status == 431


def test_431_number_of_fields(small_parser):
    assert small_parser.see(b"GET / HTTP/1.0\r\n" + b"X: y\r\n" * 5 + b"\r\n").status == 0
    assert small_parser.see(b"GET / HTTP/1.0\r\n" + b"X: y\r\n" * 6 + b"\r\n").status == 431


def test_413_body(small_parser):
    head = b"POST / HTTP/1.0\r\nContent-Length: %d\r\n\r\n"
    assert small_parser.see(head % 16 + b"a" * 16).requests[0].body == b"a" * 16
    assert small_parser.see(head % 17).status == 413


@pytest.mark.parametrize(("length", "status"), [(32, 0), (33, 501), (100, 501)])
def test_501_method(parser, length, status):
    assert parser.see(b"M" * length + b" / HTTP/1.0\r\n\r\n").status == status


def test_usual_limits(parser):
    assert parser.see(b"GET /" + b"a" * 16383 + b" HTTP/1.0\r\n\r\n").status == 0
    assert parser.see(b"GET /" + b"a" * 16384 + b" HTTP/1.0\r\n\r\n").status == 414
    fields = b"".join(b"X%d: y\r\n" % number for number in range(100))
    assert len(parser.see(b"GET / HTTP/1.0\r\n" + fields + b"\r\n").requests[0].fields) == 100
    assert parser.see(b"GET / HTTP/1.0\r\n" + fields + b"X: y\r\n\r\n").status == 431
    assert parser.see(b"GET / HTTP/1.0\r\nX: " + b"y" * 70000 + b"\r\n\r\n").status == 431
