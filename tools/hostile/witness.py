"""A normal client beside the hostile ones, in a process of its own: how long it waits."""

from __future__ import annotations

import multiprocessing
import socket
import time
from multiprocessing.connection import Connection

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
PAUSE = 0.01
PATIENCE = 20.0


def _ask(port: int) -> float:
    start = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        client.sendall(REQUEST)
        answer = b""
        while part := client.recv(4096):
            answer += part
    assert answer.endswith(b"Hello from Nyash\n"), answer
    return time.perf_counter() - start


def _watch(port: int, pipe: Connection) -> None:
    waits: list[float] = []
    while True:
        waits.append(_ask(port))
        if pipe.poll(PAUSE):
            pipe.recv()
            pipe.send(sorted(waits))
            waits = []


class Witness:
    """Asks again and again until close()."""

    def __init__(self, port: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_watch, args=(port, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def waits(self) -> list[float]:
        """Milliseconds of all requests since the last call, the shortest first."""
        self.pipe.send("waits")
        if not self.pipe.poll(PATIENCE + 5):
            raise AssertionError("a normal client was not served")
        return [1000 * wait for wait in self.pipe.recv()]

    def close(self) -> None:
        self.process.kill()
        self.process.join()
