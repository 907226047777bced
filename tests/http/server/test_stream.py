"""Bodies in pieces over real sockets: out (chunked, told length, until close), in, and events."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def server(build_program, serving) -> Iterator:
    with serving(build_program(HERE / "stream.nyash"), {}) as server:
        yield server


def raw(server, path: str, version: str = "1.1", method: str = "GET") -> tuple[bytes, bytes]:
    fields = "Host: a\r\nConnection: close"
    answer = server.exchange(f"{method} {path} HTTP/{version}\r\n{fields}\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


def get(server, path: str) -> bytes:
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    client.request("GET", path)
    body = client.getresponse().read()
    client.close()
    return body


def await_ended(server, count: int) -> None:
    end = time.monotonic() + 8
    while int(get(server, "/ended")) < count:
        assert time.monotonic() < end, server.output()
        time.sleep(0.02)


def await_output(server, text: str) -> None:
    end = time.monotonic() + 8
    while text not in server.output():
        assert time.monotonic() < end, server.output()
        time.sleep(0.01)


# ---- Out -------------------------------------------------------------------------------------


def test_9112_7_1_chunked_with_trailers(server) -> None:
    head, body = raw(server, "/pieces")
    assert b"Transfer-Encoding: chunked" in head and b"Content-Length" not in head
    pieces = b"".join(b"8\r\npiece %d\n\r\n" % number for number in range(3))
    assert body == pieces + b"0\r\nX-Count: 3\r\n\r\n"


def test_http_1_0_gets_it_until_the_end_of_the_connection(server) -> None:
    with server.connect() as client:
        client.sendall(b"GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        answer = b""
        while part := client.recv(4096):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Transfer-Encoding" not in head and b"Connection: close" in head
    assert body == b"piece 0\npiece 1\npiece 2\n"


def test_pieces_leave_while_the_handler_waits(server) -> None:
    with server.connect() as client:
        client.sendall(b"GET /pieces HTTP/1.1\r\nHost: a\r\n\r\n")
        first = client.recv(4096)
        assert b"piece 0" in first and b"piece 2" not in first
        while b"\r\n0\r\n" not in first:
            first += client.recv(4096)
        client.sendall(b"GET /ended HTTP/1.1\r\nHost: a\r\n\r\n")  # the connection goes on
        assert client.recv(4096).startswith(b"HTTP/1.1 200")


def test_a_told_length(server) -> None:
    head, body = raw(server, "/told?n=6")
    assert b"Content-Length: 6" in head and b"chunked" not in head and body == b"123456"
    assert raw(server, "/told?n=5")[1] == b"12345"  # the client sees that one is missing
    assert raw(server, "/told?n=7")[1] == b"12345"
    await_output(server, "before its Content-Length")


def test_head_and_bodiless(server) -> None:
    head, body = raw(server, "/pieces", method="HEAD")
    assert b"Transfer-Encoding: chunked" in head and body == b""
    head, body = raw(server, "/none")
    assert head.startswith(b"HTTP/1.1 204") and body == b"" and b"chunked" not in head
    head, body = raw(server, "/nothing")
    assert b"Content-Length: 0" in head and body == b""


def test_bytes(server) -> None:
    assert get(server, "/bytes") == bytes(range(256)) + b"12"


def test_an_error_before_and_after_the_first_piece(server) -> None:
    assert raw(server, "/early")[0].startswith(b"HTTP/1.1 500")
    head, body = raw(server, "/late")
    assert head.startswith(b"HTTP/1.1 200") and body == b"1\r\nx\r\n"  # no last chunk
    await_output(server, "GET /early: before")
    await_output(server, "GET /late: after")


def test_a_writer_that_is_kept_writes_nothing_later(server) -> None:
    raw(server, "/kept")
    assert raw(server, "/use")[0].startswith(b"HTTP/1.1 500")
    await_output(server, "the response is complete")


def test_pipelined_behind_a_stream(server) -> None:
    batch = b"GET /bytes HTTP/1.1\r\nHost: a\r\n\r\n" + b"GET /ended HTTP/1.1\r\nHost: a\r\n\r\n"
    answers = server.exchange(batch)
    assert answers.count(b"HTTP/1.1 200") == 2
    assert answers.index(b"0\r\n\r\nHTTP/1.1 200") > answers.index(bytes(range(256)))


def test_a_slow_reader_stops_the_writer_and_memory_stays(server) -> None:
    before = server.resident_kib()
    with server.connect() as client:
        client.sendall(b"GET /long HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.3)
        assert server.resident_kib() - before < 1024
        received = bytearray()
        while not received.endswith(b"\r\n0\r\n\r\n"):
            part = client.recv(1 << 20)
            assert part
            received += part
        assert received.count(b"10000\r\n") == 320


def test_a_reader_that_takes_nothing_is_left_after_the_timeout(server) -> None:
    before = int(get(server, "/ended"))
    with server.connect() as client:
        client.sendall(b"GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n")
        await_ended(server, before + 1)


@pytest.mark.parametrize("reset", [False, True])
def test_a_client_that_leaves_ends_the_writer(server, reset: bool) -> None:
    before = int(get(server, "/ended"))
    client = server.connect()
    client.sendall(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b"yyy" in client.recv(4096)
    if reset:
        linger = (1).to_bytes(4, "little") + bytes(4)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    client.close()
    await_ended(server, before + 1)
    assert "/endless" not in server.output()  # that clients leave is no error of the server


# ---- Events ----------------------------------------------------------------------------------


def test_events(server) -> None:
    head, body = raw(server, "/events", "1.0")
    assert b"Content-Type: text/event-stream" in head and b"Cache-Control: no-cache" in head
    assert body.decode().split("\n\n") == [
        "data: plain\ndata: of\ndata: two",
        'event: count\ndata: {"n":1}',
        "event: all\nid: 7\nretry: 100\ndata: d",
        ": hm",
        "data: an event's event is one line",
        "",
    ]


def test_a_heartbeat_and_a_client_that_leaves_a_waiting_function(server) -> None:
    before = int(get(server, "/ended"))
    with server.connect() as client:
        client.sendall(b"GET /beat HTTP/1.1\r\nHost: a\r\n\r\n")
        received = b""
        while received.count(b":\n\n") < 2:
            received += client.recv(4096)
    await_ended(server, before + 1)
    assert "/beat" not in server.output()


def test_an_error_in_events_is_reported_once(server) -> None:
    raw(server, "/fails")
    await_output(server, "in an event")
    assert server.output().count("in an event") == 1


# ---- In --------------------------------------------------------------------------------------


def post(path: str, body: bytes, *fields: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: a", *fields]
    if not any(line.startswith(("Transfer-Encoding", "Content-Length")) for line in fields):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


CHUNKED = "Transfer-Encoding: chunked"
TRAILED = b"3\r\nabc\r\n2\r\nde\r\n0\r\nX-Other: 1\r\nX-Sum: 99\r\n\r\n"


def last(answer: bytes) -> bytes:
    return answer.rpartition(b"\r\n\r\n")[2]


def test_a_body_in_pieces(server) -> None:
    assert last(server.exchange(post("/up/a", b"abcde"))) == b"abc 5 5 null null"
    assert last(server.exchange(post("/up/a", b""))) == b"null 0 0 null null"
    large = b"abc" + bytes(30_000_000)
    assert last(server.exchange(post("/up/a", large))) == b"abc 30000003 30000003 null null"
    assert last(server.exchange(post("/up/a", TRAILED, CHUNKED))) == b"abc 5 -1 99 null"


def test_a_body_cut_at_each_byte(server) -> None:
    for path, wanted in (("/up/a", b" 5 -1 99 null"), ("/whole", b"abcde null 99")):
        request = post(path, TRAILED, CHUNKED)
        with server.connect() as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for cut in range(1, len(request)):
                client.sendall(request[:cut])
                time.sleep(0.0004)
                client.sendall(request[cut:])
                assert client.recv(4096).endswith(wanted), cut


def test_pipelined_bodies(server) -> None:
    requests = [post("/up/a", b"abcd"), post("/up/a", TRAILED, CHUNKED), post("/whole", b"x")]
    answers = server.exchange(b"".join(requests * 3))
    bodies = [part.split(b"\r\n\r\n")[1] for part in answers.split(b"HTTP/1.1 200 OK")[1:]]
    assert bodies == [b"abc 4 4 null null", b"abc 5 -1 99 null", b"x null null"] * 3


def test_9110_10_1_1_continue_is_said_by_the_first_read(server) -> None:
    with server.connect() as client:
        client.sendall(post("/up/a", b"", "Expect: 100-continue", "Content-Length: 5"))
        assert client.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abcde")
        assert client.recv(4096).endswith(b"abc 5 5 null null")
        client.sendall(post("/up/ignore", b"", "Expect: 100-continue", "Content-Length: 5"))
        answer = client.recv(4096)
        assert answer.startswith(b"HTTP/1.1 200") and b"Connection: close" in answer


def test_an_unread_body(server) -> None:
    answer = server.exchange(post("/up/ignore", b"abc") + post("/up/a", b"abc"))
    assert answer.count(b"HTTP/1.1 200") == 2  # it was here already
    answer = server.exchange(post("/up/ignore", bytes(300_000)), finish=False)
    assert b"Connection: close" in answer and answer.endswith(b"ignored")
    assert b"500 Internal" in server.exchange(post("/up/body", b"abc"))
    await_output(server, "is not kept")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (post("/whole", bytes(1001)), 413),
        (post("/whole", b"3e9\r\n" + bytes(1001) + b"\r\n0\r\n\r\n", CHUNKED), 413),
        (post("/up/a", b"", "Content-Length: 40000001"), 413),
        (post("/up/a", b"3\r\nabcd\r\n", CHUNKED), 400),
        (post("/up/a", b"x\r\n", CHUNKED), 400),
        (post("/up/a", b"2625a01\r\n", CHUNKED), 413),
        (post("/up/a", b"1\r\na\r\n0\r\nX Y: 1\r\n\r\n", CHUNKED), 400),
        (b"GET /" + b"x" * 400 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"a: b\r\n" * 20 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\na: " + b"b" * 2000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n", 417),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        (post("/", b"", "Transfer-Encoding: gzip, chunked"), 501),
        # What is wrong has much behind it, and is still refused at once.
        (b"GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n" + bytes(1000), 417),
        (post("/", bytes(1000), "Transfer-Encoding: gzip, chunked"), 501),
        (b"GET / HTTP/1.1\r\nHost: b c\r\nX: " + b"y" * 1000 + b"\r\n\r\n", 400),
        (b"\r\n" * 500 + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (post("/", b"", "Content-Length: "), 400),
        (post("/", b"", "Content-Length: 99999999999999999999999"), 413),
    ],
)
def test_refusals(server, request_bytes: bytes, status: int) -> None:
    answer = server.exchange(request_bytes, finish=False)
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer
    assert b"Connection: close" in answer and answer.count(b"HTTP/1.1 ") <= 2


def test_slow_clients_get_408(server) -> None:
    for request in (b"GET / HT", post("/whole", b"a", "Content-Length: 5"),
                    post("/up/a", b"a", "Content-Length: 5")):  # fmt: skip
        start = time.monotonic()
        answer = server.exchange(request, finish=False)
        assert answer.startswith(b"HTTP/1.1 408"), answer
        assert 0.5 < time.monotonic() - start < 5
    start = time.monotonic()
    assert server.exchange(b"", finish=False) == b""  # idle: nothing to answer
    assert 0.7 < time.monotonic() - start < 5


def test_a_client_that_leaves_in_its_body(server) -> None:
    for _ in range(20):
        with server.connect() as client:
            client.sendall(post("/up/a", b"abc", "Content-Length: 50"))
    with server.connect() as client:
        client.sendall(post("/up/slow", b"abc", "Content-Length: 50"))
        time.sleep(0.05)
    time.sleep(0.1)
    server.await_idle()


def test_nothing_is_left(server) -> None:
    server.await_idle()
    report = json.loads(get(server, "/memory"))
    assert report["leaks"] == 0 and report["sockets"] <= 3 and report["tasks"] <= 3
