"""HttpClientBox against a server that plays scripts. Numbers in names are RFC sections."""

from __future__ import annotations

import time

import pytest

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


def one(serve, ask, *steps, **call):
    """One request; the server sends the steps. What became of it, the server."""
    server = serve([list(steps)])
    settings = call.pop("settings", {})
    result = ask([{"url": server.url + "/x", **call}], **settings)[0]
    return result, server


def test_the_request_that_is_sent(serve, ask):
    result, server = one(
        serve,
        ask,
        OK,
        method="POST",
        options={"headers": {"X-A": "1", "x-b": ["2", "3"]}, "body": "hé"},
    )
    assert (result["status"], result["reason"], result["body"]) == (200, "OK", "hi")
    host = f"127.0.0.1:{server.port}"
    assert server.requests == [
        f"POST /x HTTP/1.1\r\nHost: {host}\r\nUser-Agent: nyash-http\r\nAccept: */*\r\n"
        "X-A: 1\r\nx-b: 2\r\nx-b: 3\r\nContent-Length: 3\r\n\r\nhé".encode()
    ]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("", "/"), ("/", "/"), ("?q", "/?q"), ("/a b", "/a%20b"), ("/é#f", "/%C3%A9"), ("/%41", "/%41"),
        ("/x?a=b&c=ü", "/x?a=b&c=%C3%BC"),
    ],
)  # fmt: skip
def test_9112_3_2_1_target(serve, ask, path, target):
    server = serve([[OK]])
    ask([{"url": server.url + path}])
    assert server.requests[0].split()[1].decode() == target


@pytest.mark.parametrize(
    ("url", "error", "words"),
    [
        ("https://h/", "IOError", "TLS"), ("ftp://h/", "IOError", "ftp"), ("h", "ArgumentError", "no URL"),
        ("http://", "ArgumentError", "host"), ("http://u@h/", "ArgumentError", "Authorization"),
        ("http://h:x/", "ArgumentError", "port"), ("http://h:0/", "ArgumentError", "port"),
        ("http://h:65536/", "ArgumentError", "port"), ("http://h:+80/", "ArgumentError", "port"),
        ("http://127.0.0.1:1/", "IOError", "GET http://127.0.0.1:1/: cannot connect"),
        ("http://no-such-host.invalid/", "IOError", "no-such-host.invalid"),
    ],
)  # fmt: skip
def test_urls_that_are_none(ask, url, error, words):
    result = ask([{"url": url}])[0]
    assert result["error"] == error
    assert words in result["message"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ({"method": "A B"}, "A B"),
        ({"method": ""}, "no name"),
        ({"options": {"headers": {"a b": "c"}}}, "a b"),
        ({"options": {"headers": {"a": "b\r\nc: d"}}}, "line break"),
        ({"options": {"headers": {"Content-Length": "5"}}}, "Content-Length"),
        ({"options": {"headers": {"transfer-encoding": "chunked"}}}, "transfer-encoding"),
        ({"options": {"header": {}}}, "header"),
    ],
)
def test_requests_that_are_none(ask, call, words):
    result = ask([{"url": "http://127.0.0.1:1/", **call}])[0]
    assert result["error"] == "ArgumentError"
    assert words in result["message"]


# ---- Framing of answers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "body", "kept"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", 1),
        (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi", "hi", 1),
        (b"HTTP/1.1 200 \r\nContent-Length:2\r\nConnection: close\r\n\r\nhi", "hi", 0),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "", 1),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "", 1),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi", 0),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi", "hi", 1),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1;a=b\r\n!\r\n0\r\n"
         b"X: y\r\n\r\n", "hi!", 1),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK, "hi", 1),
    ],
)  # fmt: skip
def test_9112_6_3_framing(serve, ask, answer, body, kept):
    result, _ = one(serve, ask, answer, settings={"idle": kept})
    assert result["body"] == body
    pieces = [answer[i : i + 1] for i in range(len(answer))]
    result, _ = one(serve, ask, *(p for piece in pieces for p in (piece, 0.0005)))
    assert result["body"] == body


def test_9112_6_3_until_the_connection_ends(serve, ask):
    result, _ = one(
        serve, ask, b"HTTP/1.1 200 OK\r\n\r\nall ", b"of it", "close", settings={"idle": 0}
    )
    assert result["body"] == "all of it"


def test_9110_9_3_2_head_has_no_body(serve, ask):
    server = serve([[b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"], [OK]])
    calls = [{"url": server.url, "method": "HEAD"}, {"url": server.url}]
    assert [result["body"] for result in ask(calls, idle=1)] == ["", "hi"]
    assert server.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+2\r\nhi\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi!\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a\nb\r\nhi\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX : y\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nX: y\r\n folded\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/2 200 OK\r\n\r\n", b"HTTP/1.1 20 OK\r\n\r\n", b"HTTP/1.1 099 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n", b"http/1.1 200 OK\r\n\r\n", b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 O\x01K\r\n\r\n", b"\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 101 + b"\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 40 + OK,
    ],
)  # fmt: skip
def test_9112_6_3_answers_that_are_none(serve, ask, answer):
    result, server = one(serve, ask, answer, settings={"idle": 0})
    assert result["error"] == "ProtocolError"
    assert result["message"].startswith(f"GET {server.url}/x: ")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "without an answer"),
        (b"HTTP/1.1 200 OK\r\nConte", "within its head"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi", "before its body did"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n",
            "before its body did",
        ),
    ],
)
def test_9112_8_incomplete(serve, ask, answer, words):
    result, server = one(serve, ask, answer, "close")
    assert result["error"] == "IOError"
    assert words in result["message"]
    assert server.url in result["message"]


# ---- Limits and timeouts -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nhello world",
    ],
)
def test_a_body_beyond_the_limit(serve, ask, answer):
    result, _ = one(serve, ask, answer, settings={"most": 10})
    assert result["error"] == "IOError"
    assert "longer than the limit" in result["message"]


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\n", OK[:-1]])
def test_a_slow_server(serve, ask, sent):
    start = time.monotonic()
    result, _ = one(serve, ask, sent, 1.0, settings={"timeouts": [200, 200, 5000]})
    assert result["error"] == "IOError"
    assert "no answer in time" in result["message"]
    assert time.monotonic() - start < 0.9


def test_a_server_that_never_ends(serve, ask):
    """Every piece comes in time, the whole does not."""
    steps = [x for _ in range(30) for x in (b"x", 0.05)]
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
    result, _ = one(serve, ask, head, *steps, settings={"timeouts": [500, 500, 400]})
    assert "no answer in time" in result["message"]


# ---- The pool ----------------------------------------------------------------------------------


def test_9112_9_3_connections_are_used_again(serve, ask):
    server = serve([[OK], [OK], [OK]])
    calls = [{"url": server.url + f"/{i}"} for i in range(3)]
    assert [result["body"] for result in ask(calls, idle=1)] == ["hi"] * 3
    assert server.connections == 1


@pytest.mark.parametrize(
    ("method", "good"), [("GET", True), ("PUT", True), ("POST", False), ("PATCH", False)]
)
def test_9110_9_2_2_a_stale_connection_is_replaced_for_idempotent_methods(serve, ask, method, good):
    """The server reads the second request and closes without an answer."""
    server = serve([[OK], ["close"]], [[OK]])
    results = ask([{"url": server.url}, {"url": server.url, "method": method}])
    if good:
        assert results[1]["body"] == "hi"
        assert server.connections == 2
    else:
        assert "without an answer" in results[1]["message"]


def test_a_new_connection_is_not_tried_twice(serve, ask):
    server = serve([["close"]], [[OK]])
    assert "error" in ask([{"url": server.url}])[0]
    assert server.connections == 1


def test_what_a_server_sends_unasked_is_no_answer(serve, ask):
    """Neither behind an answer nor on a connection at rest (RFC 9112 section 9.3.1)."""
    evil = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    server = serve([[OK + evil]], [[OK, 0.05, evil]], [[OK]])
    calls = [{"url": server.url}, {"url": server.url}, {"sleep": 150}, {"url": server.url}]
    results = ask(calls)
    assert [r["body"] for r in results if r] == ["hi"] * 3
    assert server.connections == 3


def test_kept_connections_are_given_up(serve, ask):
    server = serve([[OK]], [[OK]])
    calls = [{"url": server.url}, {"sleep": 200}, {"url": server.url}]
    ask(calls, pool=[8, 100, 0])
    assert server.connections == 2


def test_connections_are_limited(serve, ask):
    """Requests wait for one another; at most two connections, none lost."""
    script = [[0.02, OK]] * 10
    server = serve(script, script, script)
    calls = [{"url": server.url}] * 10
    results = ask(calls, idle=2, pool=[8, 10000, 2], together=True)
    assert [result["body"] for result in results] == ["hi"] * 10
    assert server.connections == 2


def test_the_limit_of_connections_is_no_trap(serve, ask):
    server = serve([[1.0, OK]])
    calls = [{"url": server.url}, {"url": server.url, "options": {"timeout": 200}}]
    results = ask(calls, pool=[8, 10000, 1], together=True)
    assert "are busy" in results[1]["message"]
    assert results[0]["body"] == "hi"


# ---- Redirects (RFC 9110 section 15.4) ---------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        (301, "GET", "GET"), (302, "POST", "GET"), (301, "POST", "GET"), (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"), (307, "POST", "POST"), (308, "PUT", "PUT"), (302, "PUT", "PUT"),
    ],
)  # fmt: skip
def test_9110_15_4_redirect(serve, ask, status, method, then):
    redirect = b"HTTP/1.1 %d X\r\nLocation: ../to?x\r\nContent-Length: 0\r\n\r\n" % status
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    server = serve([[redirect], [answer]])
    options = {"body": "body", "headers": {"Authorization": "secret", "Content-Type": "x/y"}}
    result = ask([{"url": server.url + "/a/b/c", "method": method, "options": options}])[0]
    assert (result["status"], result["url"]) == (200, server.url + "/a/to?x")
    second = server.requests[1]
    assert second.startswith(then.encode() + b" /a/to?x HTTP/1.1\r\n")
    assert second.endswith(b"\r\n\r\nbody") == (then == method)
    assert b"Authorization: secret\r\n" in second


def test_9110_15_4_secrets_stay_with_their_server(serve, ask):
    other = serve([[OK]])
    redirect = b"HTTP/1.1 302 X\r\nLocation: %s/\r\nContent-Length: 0\r\n\r\n" % other.url.encode()
    server = serve([[redirect]])
    headers = {"Authorization": "secret", "Cookie": "a=b", "X-Other": "stays"}
    ask([{"url": server.url, "options": {"headers": headers}}])
    assert b"secret" not in other.requests[0]
    assert b"Cookie" not in other.requests[0]
    assert b"X-Other: stays" in other.requests[0]


def test_9110_15_4_limits(serve, ask):
    redirect = b"HTTP/1.1 302 X\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"
    server = serve([[redirect]] * 12)
    calls = [
        {"url": server.url, "options": {"redirects": 3}},
        {"url": server.url, "options": {"redirects": 0}},
    ]
    results = ask(calls)
    assert (results[0]["error"], len(server.requests)) == ("ProtocolError", 5)
    assert "too many redirects" in results[0]["message"]
    assert results[1]["status"] == 302


@pytest.mark.parametrize("location", [b"https://h/", b"ftp://h/", b"http://h:x/", b"//"])
def test_9110_15_4_a_redirect_to_nowhere(serve, ask, location):
    result, server = one(serve, ask, b"HTTP/1.1 301 X\r\nLocation: %s\r\n\r\n" % location, "close")
    assert f"GET {server.url}/x: the redirect leads nowhere" in result["message"]


# ---- Bodies ------------------------------------------------------------------------------------


def test_9112_7_1_a_body_in_pieces(serve, ask):
    result, server = one(serve, ask, OK, method="POST", pieces=["hello", "", "world" * 4])
    assert result["body"] == "hi"
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert b"Transfer-Encoding: chunked" in head
    assert b"Content-Length" not in head
    assert body == b"5\r\nhello\r\n14\r\n" + b"world" * 4 + b"\r\n0\r\n\r\n"


def test_json_goes_out(serve, ask):
    _, server = one(serve, ask, OK, method="PUT", options={"body": {"a": [1, None]}})
    assert b"Content-Type: application/json\r\n" in server.requests[0]
    assert server.requests[0].endswith(b'\r\n\r\n{"a":[1,null]}')


def test_8_6_an_empty_body_of_post(serve, ask):
    _, server = one(serve, ask, OK, method="POST")
    assert b"Content-Length: 0\r\n" in server.requests[0]


def test_a_streamed_answer(serve, ask):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    server = serve([[head, b"3\r\none\r\n", 0.05, b"3\r\ntwo\r\n", 0.05, b"0\r\n\r\n"], [OK]])
    results = ask([{"url": server.url, "options": {"stream": True}}, {"url": server.url}], idle=1)
    assert (results[0]["body"], results[0]["pieces"]) == ("onetwo", 2)
    assert server.connections == 1


def test_a_streamed_answer_that_is_left(serve, ask):
    """Its connection is closed: nobody reads the rest."""
    server = serve([[b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello", 0.3]], [[OK]])
    calls = [{"url": server.url, "options": {"stream": True}, "leave": 1}, {"url": server.url}]
    assert [result["body"] for result in ask(calls)] == ["hello", "hi"]
    assert server.connections == 2


def test_9112_9_5_an_answer_before_the_request_is_read(serve, ask):
    """The server refuses, and closes over what it did not read: sending fails, the answer is there."""
    refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!"
    server = serve([["at once", refusal, 0.2, "close"]])
    call = {"url": server.url, "method": "POST", "pieces": ["x"] * 40, "times": 200_000}
    result = ask([call])[0]
    assert (result["status"], result["body"]) == (413, "no!")


def test_several_fields_of_a_name(serve, ask):
    answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n"
    result, _ = one(serve, ask, answer)
    assert result["headers"][:2] == [["Set-Cookie", "a=1"], ["set-cookie", "b=2"]]
