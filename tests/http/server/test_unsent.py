"""A client that does not read has little of its answer copied into the kernel."""

from __future__ import annotations

import socket
import time
from pathlib import Path

from tools.hostile import server as hostile

MOST_UNSENT = 128 * 1024
SLACK = 256 * 1024
"""For what the client's own kernel has room for, and the last segments."""


def queued(port: int, client_port: int) -> int:
    """Bytes of the server's end that are not acknowledged, as /proc/net/tcp has them."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, queues, *_ = line.split()
        ports = int(local.partition(":")[2], 16), int(remote.partition(":")[2], 16)
        if ports == (port, client_port):
            return int(queues.partition(":")[0], 16)
    raise AssertionError("no such connection")


def test_a_reader_that_rests_keeps_little_in_the_kernel(tmp_path: Path) -> None:
    program = tmp_path / "server.exe"
    hostile.build(program)
    server = hostile.Server(program)
    try:
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            client.connect(("127.0.0.1", server.port))
            client.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
            client.recv(4096)
            most = 0
            for _ in range(20):
                time.sleep(0.02)
                most = max(most, queued(server.port, client.getsockname()[1]))
            assert 0 < most <= MOST_UNSENT + SLACK
    finally:
        assert server.stop() == 0
