"""Servers under a limit of memory: large bodies are refused, small requests go on."""

from __future__ import annotations

import resource
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from nyash.driver import Options, Session

from tools.faults.server import EXAMPLE, SERVERS, await_port, serves
from tools.free_port import free_port

LIMIT = 24 << 20
BODY = 1_000_000
CLIENTS = 60


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_large_bodies_do_not_end_it(tmp_path: Path, name: str) -> None:
    executable = tmp_path / "server.exe"
    session = Session(Options(release=False, foreign_plugins=False))
    module = session.module(str(SERVERS[name]))
    assert module is not None
    session.emit(module, "exe", executable)
    port = free_port()
    server = subprocess.Popen(
        [executable, "--port", str(port)], preexec_fn=_limit, stderr=subprocess.PIPE
    )
    assert await_port(server, port, 10)
    path = "/api/echo" if SERVERS[name] is EXAMPLE else "/echo"
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {BODY + 1}\r\n\r\n".encode()
    clients, refused = [], 0
    for _ in range(CLIENTS):
        client = socket.create_connection(("127.0.0.1", port), timeout=5)
        clients.append(client)
        try:
            client.sendall(head + b"x" * BODY)  # one byte is missing: the body stays in memory
        except OSError:
            refused += 1
    for client in clients:
        client.settimeout(0.02)
        try:
            refused += client.recv(100)[:12] != b"HTTP/1.1 200"
        except TimeoutError:
            pass
        except OSError:
            refused += 1
        client.close()
    assert refused > 0, "the limit was never reached"
    assert serves(port)
    server.send_signal(signal.SIGTERM)
    assert server.wait(10) == 0
