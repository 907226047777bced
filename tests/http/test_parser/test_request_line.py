"""The request line: RFC 9112 sections 2 and 3. Numbers in test names are sections of RFC 9112."""

from __future__ import annotations

import pytest

HOST = b"\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    ("line", "method", "path", "query", "host"),
    [
        (b"GET / HTTP/1.1", b"GET", b"/", b"", b"a"),
        (b"GET /where?q=now HTTP/1.1", b"GET", b"/where", b"q=now", b"a"),
        (b"GET /a?b?c=%zz HTTP/1.1", b"GET", b"/a", b"b?c=%zz", b"a"),
        (b"GET /? HTTP/1.1", b"GET", b"/", b"", b"a"),
        (b"GET /%41%2f HTTP/1.1", b"GET", b"/%41%2f", b"", b"a"),
        (b"GET //b//c/../d HTTP/1.1", b"GET", b"//b//c/../d", b"", b"a"),
        (b'GET /{"x"|<y>^`\\} HTTP/1.1', b"GET", b'/{"x"|<y>^`\\}', b"", b"a"),
        (b"BREW /pot HTTP/1.1", b"BREW", b"/pot", b"", b"a"),
        (b"get / HTTP/1.1", b"get", b"/", b"", b"a"),
        (b"M!#$%&'*+-.^_`|~1 / HTTP/1.1", b"M!#$%&'*+-.^_`|~1", b"/", b"", b"a"),
        (b"GET http://www.example.org/pub/x?y HTTP/1.1", b"GET", b"/pub/x", b"y",
         b"www.example.org"),
        (b"GET HTTPS://h:8443/ HTTP/1.1", b"GET", b"/", b"", b"h:8443"),
        (b"GET http://h HTTP/1.1", b"GET", b"", b"", b"h"),
        (b"GET http://h?q HTTP/1.1", b"GET", b"", b"q", b"h"),
        (b"GET http://[::1]:80/ HTTP/1.1", b"GET", b"/", b"", b"[::1]:80"),
        (b"OPTIONS * HTTP/1.1", b"OPTIONS", b"*", b"", b"a"),
    ],
)  # fmt: skip
def test_3_accepted(parser, line, method, path, query, host):
    seen = parser.see(line + HOST)
    assert (seen.status, seen.ending) == (0, "")
    request = seen.requests[0]
    assert (request.method, request.path, request.query, request.host) == (
        method, path, query, host,
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        b"GET  / HTTP/1.1",
        b"GET /  HTTP/1.1",
        b"GET / HTTP/1.1 ",
        b" GET / HTTP/1.1",
        b"GET\t/ HTTP/1.1",
        b"GET /\tHTTP/1.1",
        b"GET / x HTTP/1.1",
        b"GET /",
        b"GET",
        b"/ HTTP/1.1",
        b"GE(T / HTTP/1.1",
        b"G\xc3\x89T / HTTP/1.1",
        b"GET /a\x00b HTTP/1.1",
        b"GET /a\x7fb HTTP/1.1",
        b"GET /a\x0bb HTTP/1.1",
        b"GET / HTTP/1.1\x00",
    ],
)
def test_3_grammar(parser, line):
    assert parser.see(line + HOST).status == 400


@pytest.mark.parametrize(
    "target",
    [b"a", b"?q", b"*", b"/a#b", b"/\xc3\xa9", b"ftp://h/", b"http:/h", b"http://", b"http:///x",
     b"http://u@h/", b"http://u:p@h/", b"http://h:x/", b"http://h:123456/", b"http://[::1/",
     b"http://h\\x/", b"h:80", b"/%", b"/%4", b"/%4g", b"/%zz", b"/a%00b"],
)  # fmt: skip
def test_3_2_target(parser, target):
    assert parser.see(b"GET " + target + b" HTTP/1.1" + HOST).status == 400


def test_3_2_absolute_form_comes_before_the_host_field(parser):
    seen = parser.see(b"GET http://real/ HTTP/1.1\r\nHost: other\r\n\r\n")
    assert seen.requests[0].host == b"real"


def test_3_2_3_connect_is_not_implemented(parser):
    assert parser.see(b"CONNECT h:443 HTTP/1.1" + HOST).status == 501


@pytest.mark.parametrize(
    ("version", "status"),
    [
        (b"HTTP/2.0", 505), (b"HTTP/0.9", 505), (b"HTTP/3.0", 505), (b"HTTP/9.9", 505),
        (b"http/1.1", 400), (b"HTTP/1", 400), (b"HTTP/1.", 400), (b"HTTP/11", 400),
        (b"HTTP/1.10", 400), (b"HTTP/1.1x", 400), (b"HTTP/01.1", 400), (b"HTTP/+1.1", 400),
        (b"HTTP /1.1", 400), (b"HTTQ/1.1", 400), (b"HTTP/1,1", 400), (b"HTTP/a.1", 400),
    ],
)  # fmt: skip
def test_2_3_version_refused(parser, version, status):
    assert parser.see(b"GET / " + version + HOST).status == status


def test_2_3_versions(parser):
    assert parser.see(b"GET / HTTP/1.0\r\n\r\n").requests[0].minor == 0
    assert parser.see(b"GET / HTTP/1.1" + HOST).requests[0].minor == 1
    assert parser.see(b"GET / HTTP/1.7" + HOST).requests[0].minor == 1


def test_2_2_one_empty_line_before_the_request(parser):
    assert len(parser.see(b"\r\nGET / HTTP/1.1" + HOST).requests) == 1
    assert parser.see(b"\r\n\r\nGET / HTTP/1.1" + HOST).status == 400
    twice = parser.see(b"GET / HTTP/1.1" + HOST + b"\r\nGET /2 HTTP/1.1" + HOST)
    assert [request.path for request in twice.requests] == [b"/", b"/2"]


@pytest.mark.parametrize(
    "stream",
    [
        b"GET / HTTP/1.1\nHost: a\n\n",
        b"GET / HTTP/1.1\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n\n",
        b"\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\rHost: a\r\r",
        b"GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n\rX",
        b"\rGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
    ],
)
def test_2_2_lines_end_in_crlf(parser, stream):
    assert parser.see(stream).status == 400


@pytest.mark.parametrize(
    "stream",
    [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x00" * 10, b"\xff\xfe\xfd",
     b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"{}\r\n"],
)  # fmt: skip
def test_garbage(parser, stream):
    assert parser.see(stream).status in (400, 505)


@pytest.mark.parametrize("stream", [b"", b"G", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: a"])
def test_incomplete(parser, stream):
    seen = parser.see(stream)
    assert (seen.requests, seen.status, seen.ending) == ([], 0, "more head")


def test_9_3_2_pipelined(parser):
    stream = b"".join(b"GET /%d HTTP/1.1" % number + HOST for number in range(5))
    assert [request.path for request in parser.see(stream).requests] == [
        b"/%d" % number for number in range(5)
    ]
