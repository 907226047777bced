"""What a connection costs while nothing happens on it.

Each client connects, asks once, reads the answer and stays. The figure is what the server's
resident memory grew by, divided by the number of connections: buffers and stacks that stay with a
connection show here, what the kernel keeps for its socket does not.
"""

from __future__ import annotations

import contextlib
import resource
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .processes import Server, ServerFailed

SCHEMA = "nyash-bench-http-idle/1"
WARM_UP = 32
"""Connections before the first measurement, so that what exists once is there already."""
PORTS_OF_AN_ADDRESS = 8000
"""Connections from one address of the loopback; it has some 28,000 ports for one server."""
SPARE_DESCRIPTORS = 256
SETTLE_SECONDS = 1.0
PATIENCE = 10.0
IP_BIND_ADDRESS_NO_PORT = 24
"""Of Linux's <linux/in.h>; Python has no name for it."""
SAMPLE = 100
"""Connections that are asked again in the end: they must still be alive."""


@dataclass(frozen=True)
class Idle:
    """Memory in bytes. `alive`: the share of sampled connections that answered once more."""

    server: str
    connections: int
    before: int
    after: int
    alive: float

    @property
    def per_connection(self) -> float:
        return (self.after - self.before) / self.connections


def raise_descriptor_limit(wanted: int) -> int:
    """For this process and the servers it starts. How many connections can be open."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = hard == resource.RLIM_INFINITY
    most = wanted + SPARE_DESCRIPTORS
    if not unlimited and hard < most:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed - SPARE_DESCRIPTORS


def _ask(client: socket.socket) -> bool:
    """One request and its whole answer. False when it is not 200."""
    client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    data = b""
    while b"\r\n\r\n" not in data:
        part = client.recv(4096)
        if not part:
            return False
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        part = client.recv(4096)
        if not part:
            return False
        body += part
    return head.startswith(b"HTTP/1.1 200")


def _open(server: Server, count: int, clients: list[socket.socket]) -> None:
    for _ in range(count):
        address = f"127.0.0.{2 + len(clients) // PORTS_OF_AN_ADDRESS}"
        client = socket.socket()
        clients.append(client)
        client.settimeout(PATIENCE)
        # The port is chosen by connect, which knows that the server's side is part of the name;
        # bind alone would search for one that nobody uses, slower with each connection.
        client.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        client.bind((address, 0))
        client.connect(("127.0.0.1", server.port))
        if not _ask(client):
            raise ServerFailed(f"{server.name} did not answer connection {len(clients)} with 200")


def measure(server: Server, count: int) -> Idle:
    """Raises `ServerFailed`, OSError."""
    clients: list[socket.socket] = []
    try:
        _open(server, WARM_UP, clients)
        time.sleep(SETTLE_SECONDS)
        before = server.resident_memory()
        _open(server, count, clients)
        time.sleep(SETTLE_SECONDS)
        after = server.resident_memory()
        sample = clients[:: max(1, len(clients) // SAMPLE)]
        alive = 0
        for client in sample:
            with contextlib.suppress(OSError):
                alive += _ask(client)
        return Idle(server.name, count, before, after, alive / len(sample))
    finally:
        for client in clients:
            client.close()


def compare(servers: Sequence[Server], count: int, tell: Callable[[str], None]) -> list[Idle]:
    """One server after the other: what is measured is memory, which no neighbour disturbs."""
    found = []
    for server in servers:
        tell(f"{count:,} connections to {server.name}")
        found.append(measure(server, count))
    return found


def show(found: Sequence[Idle]) -> None:
    print(f"\n{found[0].connections:,} idle keep-alive connections after one request each")
    lines = [("server", "bytes/connection", "before MiB", "after MiB", "still alive")]
    lines += [
        (
            one.server,
            f"{one.per_connection:,.0f}",
            f"{one.before / 2**20:.1f}",
            f"{one.after / 2**20:.1f}",
            f"{one.alive:.0%}",
        )
        for one in found
    ]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        print("  ".join(cells))


def as_data(found: Sequence[Idle], machine: dict[str, Any]) -> dict[str, Any]:
    """Sizes in bytes."""
    return {
        "schema": SCHEMA,
        "machine": machine,
        "results": [{**asdict(one), "per_connection": one.per_connection} for one in found],
    }
