"""examples/proxy.nyash between real clients and a scripted server."""

from __future__ import annotations

import http.client
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.free_port import free_port

ROOT = Path(__file__).parents[3]
OK = b"HTTP/1.1 200 Very Well\r\nContent-Length: 2\r\nX-Mine: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nhi"


@pytest.fixture(scope="module")
def proxy_program(build_program) -> Path:
    return build_program(ROOT / "examples/proxy.nyash")


@pytest.fixture
def proxy(proxy_program: Path, serve) -> Iterator[Callable[[str], http.client.HTTPConnection]]:
    started: list[subprocess.Popen] = []

    def start(target: str) -> http.client.HTTPConnection:
        port = free_port()
        process = subprocess.Popen(
            [proxy_program, "--port", str(port), "--to", target],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout
        assert b"listening" in process.stdout.readline()
        started.append(process)
        return http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=10)
        assert process.returncode == 0, out + errors


def exchange(connection, *request, **more):
    connection.request(*request, **more)
    answer = connection.getresponse()
    return answer, answer.read()


def test_what_goes_on(proxy, serve):
    server = serve([[OK], [OK]])
    connection = proxy(server.url)
    headers = {"Connection": "keep-alive, X-Drop", "X-Drop": "1", "X-Keep": "2", "Te": "trailers",
               "X-Forwarded-For": "9.9.9.9"}  # fmt: skip
    answer, body = exchange(connection, "GET", "/a%20b//c?d=%41", headers=headers)
    assert (answer.status, answer.reason, body) == (200, "Very Well", b"hi")
    assert answer.headers.get_all("set-cookie") == ["a=1", "b=2"]
    line, *fields = server.requests[0].decode().rstrip().split("\r\n")
    assert line == "GET /a%20b//c?d=%41 HTTP/1.1"
    names = [field.split(":")[0].lower() for field in fields]
    assert not {"x-drop", "te", "connection"} & set(names)
    assert "x-keep: 2" in fields
    assert "x-forwarded-for: 9.9.9.9, 127.0.0.1" in fields
    exchange(connection, "GET", "/")
    assert server.connections == 1
    connection.close()


def test_hop_by_hop_fields_of_answers_stay_here(proxy, serve):
    answer = (
        b"HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n\r\nthe end"
    )
    connection = proxy(serve([[answer, "close"]]).url)
    reply, body = exchange(connection, "GET", "/")
    assert body == b"the end"
    assert {"x-hop", "keep-alive", "connection"} & {n.lower() for n in reply.headers} == set()
    connection.close()


@pytest.mark.parametrize("chunked", [False, True])
def test_bodies_go_through(proxy, serve, chunked):
    size = 300_000
    server = serve([[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                     + b"10000\r\n" + b"y" * 65536 + b"\r\n" + b"0\r\n\r\n"]])  # fmt: skip
    connection = proxy(server.url)
    body = (b"x" * 1000 for _ in range(size // 1000)) if chunked else b"x" * size
    _, answer = exchange(connection, "POST", "/", body=body, encode_chunked=chunked,
                         headers={"Transfer-Encoding": "chunked"} if chunked else {})  # fmt: skip
    assert answer == b"y" * 65536
    assert server.requests[0].count(b"x") >= size
    connection.close()


@pytest.mark.parametrize("head", [b"204 No Content\r\n", b'304 Not Modified\r\nETag: "a"\r\n'])
def test_answers_without_a_body(proxy, serve, head):
    connection = proxy(serve([[b"HTTP/1.1 " + head + b"\r\n"], [OK]]).url)
    answer, body = exchange(connection, "GET", "/")
    assert (answer.status, body) == (int(head[:3]), b"")
    assert exchange(connection, "GET", "/")[1] == b"hi"
    connection.close()


def test_head(proxy, serve):
    connection = proxy(serve([[b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"], [OK]]).url)
    answer, body = exchange(connection, "HEAD", "/")
    assert (answer.headers["content-length"], body) == ("500", b"")
    assert exchange(connection, "GET", "/")[1] == b"hi"
    connection.close()


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n"])
def test_a_server_that_does_not_answer(proxy, serve, answer):
    connection = proxy(serve([[answer, "close"]] * 2).url)
    assert exchange(connection, "POST", "/", body=b"x")[0].status == 502
    connection.close()


def test_an_answer_that_breaks_off_is_no_whole_one(proxy, serve):
    cut = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
    connection = proxy(serve([[cut, "close"]]).url)
    connection.request("GET", "/")
    with pytest.raises(http.client.IncompleteRead):
        connection.getresponse().read()
    connection.close()
