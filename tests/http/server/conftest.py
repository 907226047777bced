"""Builds examples/http_server.nyash once, and starts it as a process for each test module."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.free_port import free_port

ROOT = Path(__file__).parents[3]
PATIENCE = 10.0
"""Seconds after which a test gives up waiting; nothing here should take one."""


class Server:
    """A running server. Its standard error goes to a file, to be shown when a test fails."""

    arguments: tuple[str, ...] = ()

    def __init__(self, program: Path, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 — closed by stop()
        self.process = subprocess.Popen(
            [program, "--port", str(self.port), *self.arguments],
            stdout=self.log,
            stderr=self.log,
            env={**os.environ, **environment},
        )
        self._await_start()
        self.descriptors_at_start = self.descriptors()

    def _await_start(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self.process.poll() is None, self.output()
            with contextlib.suppress(OSError), self.connect():
                break
            time.sleep(0.005)
        else:
            self.process.kill()
            pytest.fail(f"the server does not listen: {self.output()}")
        time.sleep(0.02)  # until it has noticed that the probe is gone

    def output(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def exchange(self, *pieces: bytes, pause: float = 0.0, finish: bool = True) -> bytes:
        """Send the pieces, end our side if `finish`, and read until the server ends its own."""
        with self.connect() as client:
            for number, piece in enumerate(pieces):
                if number:
                    time.sleep(pause)
                client.sendall(piece)
            if finish:
                client.shutdown(socket.SHUT_WR)
            return read_all(client)

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def resident_kib(self) -> int:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("no VmRSS")

    def await_idle(self) -> None:
        """Wait until all connections are closed."""
        end = time.monotonic() + PATIENCE
        while self.descriptors() > self.descriptors_at_start and time.monotonic() < end:
            time.sleep(0.01)
        assert self.descriptors() == self.descriptors_at_start

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()


def read_all(client: socket.socket) -> bytes:
    """All until the other side ends."""
    parts = []
    while part := client.recv(65536):
        parts.append(part)
    return b"".join(parts)


def read_response(client: socket.socket) -> tuple[bytes, bytes]:
    """One response that has a Content-Length: head and body."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = client.recv(65536)
        assert part, f"the server closed after {data!r}"
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            while len(body) < int(value):
                body += client.recv(65536)
            assert len(body) == int(value), "bytes behind the response"
    return head, body


@pytest.fixture(scope="session")
def server_class() -> type[Server]:
    return Server


@pytest.fixture(scope="session")
def server_program(build_program: Callable[[Path], Path]) -> Path:
    return build_program(ROOT / "examples/http_server.nyash")


@pytest.fixture(scope="session")
def library_program(build_program: Callable[[Path], Path]) -> Path:
    return build_program(Path(__file__).with_name("library.nyash"))


@pytest.fixture(scope="session")
def processes_program(build_program: Callable[[Path], Path]) -> Path:
    return build_program(Path(__file__).with_name("processes.nyash"))


@contextlib.contextmanager
def serving(program: Path, environment: dict[str, str]) -> Iterator[Server]:
    """A server that ends well."""
    server = Server(program, environment)
    yield server
    assert server.stop() == 0, server.output()


@pytest.fixture(scope="session", name="serving")
def serving_fixture():
    """`serving(program, environment)`: a context with a running Server."""
    return serving


@pytest.fixture(scope="module")
def server(server_program: Path) -> Iterator[Server]:
    """One server for the tests of a module; each must leave it without open connections."""
    with serving(server_program, {}) as server:
        yield server


@pytest.fixture
def start_server(server_program: Path) -> Iterator[Callable[..., Server]]:
    """Start a server with environment variables of its own."""
    started: list[Server] = []

    def start(**environment: str) -> Server:
        started.append(Server(server_program, environment))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(name="read_response")
def read_response_fixture() -> Callable[[socket.socket], tuple[bytes, bytes]]:
    return read_response
