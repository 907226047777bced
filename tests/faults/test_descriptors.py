"""Servers at their limit of descriptors: clients that are connected are served, others wait, and
get their turn as soon as one leaves."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from nyash.driver import Options, Session

from tools.faults.server import SERVERS, await_port
from tools.free_port import free_port

DESCRIPTORS = 16
ASK = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
TOLD = b"nyash: cannot accept connections: "


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


class Server:
    def __init__(self, executable: Path, errors: Path) -> None:
        self.errors = errors
        self.port = free_port()
        with errors.open("wb") as stderr:
            self.process = subprocess.Popen(
                [executable, "--port", str(self.port)],
                preexec_fn=_limit, stdout=subprocess.DEVNULL, stderr=stderr,
            )  # fmt: skip
        assert await_port(self.process, self.port, 10)

    def client(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=5)

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture(params=sorted(SERVERS), scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("descriptors")
    session = Session(Options(release=False, foreign_plugins=False))
    module = session.module(str(SERVERS[request.param]))
    assert module is not None
    session.emit(module, "exe", folder / "server.exe")
    server = Server(folder / "server.exe", folder / "errors")
    yield server
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10) == 0
    assert server.errors.read_bytes().count(TOLD) == 1


def _answer(client: socket.socket, seconds: float) -> bytes:
    client.settimeout(seconds)
    try:
        return client.recv(4096)
    except TimeoutError:
        return b""


def test_those_who_wait_get_their_turn(server: Server) -> None:
    clients = [server.client() for _ in range(DESCRIPTORS + 4)]
    served = []
    for client in clients:
        client.sendall(ASK)
    for client in clients:
        if b" 200 OK" in _answer(client, 0.3):
            served.append(client)
    waiting = [client for client in clients if client not in served]
    assert len(served) >= DESCRIPTORS // 2
    assert len(waiting) >= 4
    before = server.cpu_seconds()
    time.sleep(0.5)
    assert server.cpu_seconds() - before < 0.1, "it is busy although nobody asks"
    delays = []
    while waiting:
        for client in served:  # those who are in are served as ever
            client.sendall(ASK)
            assert b" 200 OK" in _answer(client, 5)
        start = time.monotonic()
        served.pop(0).close()
        assert b" 200 OK" in _answer(waiting[0], 5)
        delays.append(time.monotonic() - start)
        served.append(waiting.pop(0))
    assert min(delays) < 0.04, "it looks from time to time instead of being told"
    for client in served:
        client.close()
