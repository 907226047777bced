"""examples/rest_api.nyash, by real clients."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[3] / "examples/rest_api.nyash"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def port(build_program) -> Iterator[int]:
    command = [build_program(EXAMPLE), "--host", "127.0.0.1", "--port", "0", "--limit", "1000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield int(process.stdout.readline().rpartition(":")[2])
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.fixture
def ask(port: int):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def ask(
        method: str, path: str, value: object = None, **headers: str
    ) -> tuple[int, dict, object]:
        body = None if value is None else json.dumps(value)
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        connection.request(method, path, body, {**(JSON if body else {}), **given})
        answer = connection.getresponse()
        text = answer.read().decode()
        is_json = answer.getheader("Content-Type") == "application/json"
        return answer.status, dict(answer.getheaders()), json.loads(text) if is_json else text

    yield ask
    connection.close()


@pytest.fixture
def todo(ask) -> str:
    status, headers, value = ask("POST", "/api/todos", {"text": " buy milk "})
    assert (status, value["text"], value["done"]) == (201, "buy milk", False)
    assert headers["Location"] == f"/api/todos/{value['id']}"
    return headers["Location"]


def test_a_life(ask, todo: str) -> None:
    status, headers, value = ask("GET", todo)
    assert (status, value["text"]) == (200, "buy milk")
    assert ask("GET", todo, If_None_Match=headers["ETag"])[0] == 304
    assert ask("PATCH", todo, {"done": True})[2]["done"] is True
    assert ask("PUT", todo, {"text": "buy bread"}, If_Match=headers["ETag"])[0] == 412
    assert ask("PUT", todo, {"text": "buy bread"})[2] == {
        "id": value["id"], "text": "buy bread", "done": False, "version": 3
    }  # fmt: skip
    assert ask("DELETE", todo)[::2] == (204, "")
    assert ask("GET", todo)[::2] == (404, {"error": "no such to-do"})


def test_lists(ask) -> None:
    for number in range(5):
        ask("POST", "/api/todos", {"text": f"wash {number}", "done": number % 2 == 0})
    status, headers, found = ask("GET", "/api/todos?text=WASH&done=true&limit=2&offset=1")
    assert (status, headers["X-Total-Count"]) == (200, "3")
    assert [todo["text"] for todo in found] == ["wash 2", "wash 4"]
    assert ask("GET", "/api/todos?limit=x")[0] == 400


@pytest.mark.parametrize(
    ("value", "faults"),
    [
        ({}, {"text": "is missing"}),
        ({"text": " "}, {"text": "is empty"}),
        ({"text": "x" * 201}, {"text": "has more than 200 characters"}),
        (
            {"text": 1, "done": 2, "more": 3},
            {"text": "is not a text", "done": "is neither true nor false", "more": "unknown field"},
        ),
    ],
)
def test_what_is_not_valid(ask, value: object, faults: dict[str, str]) -> None:
    status, _, answer = ask("POST", "/api/todos", value)
    assert (status, answer["fields"]) == (422, faults)


def test_what_is_no_json(ask, port: int) -> None:
    assert ask("POST", "/api/todos", [1])[::2] == (400, {"error": "send an object"})
    assert ask("POST", "/api/todos", {}, Content_Type="text/plain")[0] == 415
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/api/todos", "{", JSON)
    assert connection.getresponse().status == 400
    connection.close()


def test_other_methods_and_pages(ask) -> None:
    status, headers, _ = ask("DELETE", "/api/todos")
    assert (status, headers["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    status, headers, page = ask("GET", "/")
    assert status == 200 and headers["Content-Type"].startswith("text/html") and "<h1>To do" in page
    preflight = {"Origin": "https://a.example", "Access_Control_Request_Method": "PUT"}
    status, headers, _ = ask("OPTIONS", "/api/todos", **preflight)
    assert (status, headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert ask("GET", "/healthz")[0] == ask("GET", "/readyz")[0] == 200
    assert "\ntodos " in ask("GET", "/metrics")[2]


def test_events(ask, port: int) -> None:
    listener = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    listener.request("GET", "/api/events")
    stream = listener.getresponse()
    assert stream.getheader("Content-Type") == "text/event-stream"
    assert stream.readline() == b"event: ready\n"
    stream.readline(), stream.readline()
    place = ask("POST", "/api/todos", {"text": "listen"})[1]["Location"]
    assert stream.readline() == b"event: added\n"
    assert json.loads(stream.readline().removeprefix(b"data: "))["text"] == "listen"
    stream.readline()
    ask("DELETE", place)
    assert stream.readline() == b"event: removed\n"
    listener.close()
