"""What the reference server answers, asked by curl and http.client."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def ask(server):
    def ask(method: str, path: str, body: bytes | None = None, **headers: str):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    return ask


def test_root(ask):
    status, headers, body = ask("GET", "/")
    assert (status, body) == (200, b"Hello from Nyash\n")
    assert headers["Content-Length"] == str(len(body))
    assert headers["Content-Type"].startswith("text/plain")
    assert headers["Date"].endswith(" GMT")


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_curl_of_the_status(server):
    url = f"http://127.0.0.1:{server.port}/api/status"
    command = ["curl", "--silent", "--show-error", "--fail", "--max-time", "10", url]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert {"uptime", "requests", "connections"} <= set(answer)
    assert answer["connections"] >= 1


def test_json(ask):
    status, headers, body = ask("GET", "/api/test")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    json.loads(body)


def test_users(ask):
    assert json.loads(ask("GET", "/api/users/1")[2])["id"] == "1"
    assert ask("DELETE", "/api/users/1")[0] == 200
    assert ask("POST", "/api/users/1", b"")[0] == 405
    assert ask("GET", "/api/users/")[0] == 404
    assert ask("GET", "/api/users/1/2")[0] == 404
    assert json.loads(ask("GET", "/api/users/J%C3%BCrgen%20%22x%22")[2])["id"] == 'Jürgen "x"'


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("body", [b"", b"x", "Grüße".encode(), b"y" * 5000, b"z" * 300_000])
def test_echo(ask, method, body):
    status, headers, answer = ask(method, "/api/echo", body, **{"Content-Type": "text/x-test"})
    assert (status, headers["Content-Type"], answer) == (200, "text/x-test", body)


def test_echo_of_a_chunked_body(server):
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (b"Hello", b", ", b"world"))
    head = b"POST /api/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert server.exchange(head + chunks + b"0\r\n\r\n").endswith(b"\r\n\r\nHello, world")


def test_not_found(ask):
    status, _, body = ask("GET", "/nowhere?x=1")
    assert (status, json.loads(body)["path"]) == (404, "/nowhere")


def test_head_has_no_body(ask):
    status, headers, body = ask("HEAD", "/")
    assert (status, headers["Content-Length"], body) == (200, "17", b"")
