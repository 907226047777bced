"""The example chat: what one says all hear, and who leaves is gone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .test_websocket import CLOSE, TEXT, Client, close

EXAMPLE = Path(__file__).parents[3] / "examples/chat.nyash"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, server_class) -> Iterator:
    program = tmp_path_factory.mktemp("chat") / "chat.exe"
    command = [sys.executable, "-m", "nyash", "build", EXAMPLE, "-o", program]
    built = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    server = server_class(program, {})
    yield server
    assert server.stop() == 0, server.output()


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
