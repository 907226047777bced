"""How connections live and end, with good clients and bad ones. A bad one costs only its own."""

from __future__ import annotations

import http.client
import socket
import struct
import time

import pytest

pytestmark = pytest.mark.slow

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
HELLO = b"Hello from Nyash\n"


@pytest.fixture(autouse=True)
def nothing_is_left(server):
    """Whatever a client did: the server answers others, and its descriptors are closed."""
    yield
    server.await_idle()
    assert server.exchange(GET).endswith(HELLO)
    server.await_idle()


def test_keep_alive(server, read_response):
    with server.connect() as client:
        for _ in range(5):
            client.sendall(GET)
            head, body = read_response(client)
            assert (head[:15], body) == (b"HTTP/1.1 200 OK", HELLO)
            assert b"connection:" not in head.lower()


def test_http_1_1_close(server, read_response):
    with server.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        head, _ = read_response(client)
        assert b"\r\nConnection: close" in head
        assert client.recv(1) == b""


def test_http_1_0(server, read_response):
    with server.connect() as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert read_response(client)[1] == HELLO
        assert client.recv(1) == b""


def test_http_1_0_keep_alive(server, read_response):
    """What `ab -k` does."""
    with server.connect() as client:
        for _ in range(3):
            client.sendall(b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")
            assert b"\r\nConnection: keep-alive" in read_response(client)[0]


def test_pipelining_is_answered_in_order(server):
    paths = [b"/api/users/%d" % number for number in range(50)]
    stream = b"".join(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % path for path in paths)
    answer = server.exchange(stream)
    places = [answer.find(b'"%d"' % number) for number in range(50)]
    assert -1 not in places
    assert places == sorted(places)


def test_requests_in_small_pieces(server):
    post = b"POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
    pieces = [post[place : place + 7] for place in range(0, len(post), 7)]
    assert server.exchange(*pieces, pause=0.002).endswith(b"\r\n\r\nhello")


def test_half_close(server):
    """A client may end its side at once and still read the answer."""
    assert server.exchange(GET).endswith(HELLO)
    assert server.exchange(GET * 3).count(HELLO) == 3


def test_expect_continue(server, read_response):
    with server.connect() as client:
        client.sendall(
            b"PUT /api/echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
            b"Content-Length: 3\r\n\r\n"
        )
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        assert read_response(client)[1] == b"abc"


@pytest.mark.parametrize(
    ("stream", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), 400),
        (b"hello\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n", 400),
        (b"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
        (b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 70000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 101 + b"\r\n", 431),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n" + b"a" * 300000, 413),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: a\r\nExpect: coffee\r\n\r\n", 417),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
         b"0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n", 400),
    ],
)  # fmt: skip
def test_refused(server, stream, status):
    """The status arrives although the client is still sending, and the connection ends."""
    answer = server.exchange(stream, finish=False)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert answer.count(b"\r\nDate: ") == 1
    assert b"\r\nConnection: close\r\n" in answer


def test_good_requests_before_the_bad_one_are_answered(server):
    answer = server.exchange(GET + b"garbage\r\n\r\n", finish=False)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 400 " in answer


@pytest.mark.parametrize(
    "stream", [b"", b"G", b"GET / HTTP/1.1\r\nHost:", b"POST / HTTP/1.1\r\nHost: a\r\n"
               b"Content-Length: 10\r\n\r\nhalf"],
)  # fmt: skip
def test_disconnect_in_a_request(server, stream):
    assert server.exchange(stream) == b""


def test_reset(server):
    for stream in (b"GET / HT", GET * 100):
        client = server.connect()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.sendall(stream)
        client.close()


def test_a_client_that_does_not_read(server):
    """Its answers do not fit the kernel's buffers: its task waits, others go on."""
    with server.connect() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(0.2)
        stream = GET * 2000
        sent = 0
        try:
            while sent < 50 * len(stream):
                sent += client.send(stream)
        except TimeoutError:
            pass
        start = time.monotonic()
        assert server.exchange(GET).endswith(HELLO)
        assert time.monotonic() - start < 2


@pytest.mark.parametrize("size", [5_000_000, 20_000_000])
def test_9112_9_6_a_client_that_sends_all_of_its_body_first_reads_the_refusal(server, size):
    """Closing over the rest would break its sending, and it would never come to read."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("POST", "/api/echo", body=(bytes(50_000) for _ in range(size // 50_000)),
                       headers={"Content-Length": str(size)})  # fmt: skip
    assert connection.getresponse().status == 413
    connection.close()
