"""A server that answers with prepared bytes, and the program that asks it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

HERE = Path(__file__).parent

Step = bytes | float | str
"""What a connection does after a request: bytes are sent, a float is a pause, "close" ends it. A request is read before its steps, unless they begin with "at once"."""


def read_request(connection: socket.socket) -> bytes:
    """A whole request, with the body that its head announces; empty at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lower = head.lower()
    if b"transfer-encoding: chunked" in lower:
        while not body.endswith(b"0\r\n\r\n"):
            body += connection.recv(65536)
    elif b"content-length: " in lower:
        length = int(lower.split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


class ScriptedServer:
    """Each connection plays the next script: a list of the steps after each request."""

    def __init__(self, scripts: Sequence[Sequence[Sequence[Step]]]) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.scripts = [[list(steps) for steps in script] for script in scripts]
        self.threads: list[threading.Thread] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        for script in self.scripts:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._play, args=(connection, script), daemon=True)
            thread.start()
            self.threads.append(thread)

    def _play(self, connection: socket.socket, script: list[list[Step]]) -> None:
        connection.settimeout(10)
        with connection:
            for steps in script:
                if steps and steps[0] != "at once":
                    request = read_request(connection)
                    if not request:
                        return
                    self.requests.append(request)
                for step in steps:
                    if isinstance(step, bytes):
                        try:
                            connection.sendall(step)
                        except OSError:
                            return
                    elif isinstance(step, float):
                        threading.Event().wait(step)
                    elif step == "close":
                        return
            with contextlib.suppress(OSError):
                while connection.recv(65536):
                    pass

    def close(self) -> None:
        self.listener.close()
        for thread in self.threads:
            thread.join(10)


@pytest.fixture
def serve() -> Iterator[Callable[..., ScriptedServer]]:
    servers: list[ScriptedServer] = []

    def start(*scripts: Sequence[Sequence[Step]]) -> ScriptedServer:
        servers.append(ScriptedServer(scripts))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def client_program(build_program: Callable[[Path], Path]) -> Path:
    return build_program(HERE / "client.nyash")


@pytest.fixture
def ask(client_program: Path) -> Callable[..., list[dict]]:
    """Do requests; what became of each. The pool must be empty at the end, and nothing leak."""

    def run(calls: Sequence[dict], idle: int | None = None, **settings: object) -> list[dict]:
        done = subprocess.run(
            [client_program, json.dumps({"calls": calls, **settings})],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env={**os.environ, "NYASH_LEAK_CHECK": "1"},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        *results, end = (json.loads(line) for line in done.stdout.splitlines())
        assert (end["sockets"], end["leaks"]) == (0, 0), end
        if idle is not None:
            assert end["idle"] == idle
        return results

    return run
