"""The example chat: what one says all hear, and who leaves is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from .test_websocket import CLOSE, TEXT, Client, close

EXAMPLE = Path(__file__).parents[3] / "examples/chat.nyash"


@pytest.fixture(scope="module")
def server(build_program, serving) -> Iterator:
    with serving(build_program(EXAMPLE), {}) as server:
        yield server


def heard(client: Client) -> tuple[str, str]:
    opcode, payload = client.receive()
    assert opcode == TEXT
    message = json.loads(payload)
    return message["from"], message["text"]


def test_a_chat(server) -> None:
    page = server.exchange(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b"text/html" in page and b"new WebSocket" in page
    with Client(server, "/chat") as one:
        assert heard(one) == ("guest 1", "joined")
        with Client(server, "/chat") as two:
            assert heard(one) == heard(two) == ("guest 2", "joined")
            one.send(TEXT, "h\u00e9 <b>".encode())
            assert heard(one) == heard(two) == ("guest 1", "h\u00e9 <b>")
            two.send(CLOSE, close(1000))
            two.expect_close(1000)
        assert heard(one) == ("guest 2", "left")
    server.await_idle()
