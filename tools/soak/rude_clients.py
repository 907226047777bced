"""Clients that misbehave: aborts, garbage, resets, half-closes, slow senders, big bodies."""

from __future__ import annotations

import random
import socket
import struct
import threading
import time
from collections import Counter

PATHS = ("/cycles", "/weak", "/channels", "/cancelled", "/timers", "/file", "/client", "/throw")
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing sends a reset."""


def _head(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: soak\r\nConnection: close\r\n\r\n".encode()


def _read_all(client: socket.socket) -> bytes:
    data = b""
    while part := client.recv(65536):
        data += part
    return data


class RudeClients(threading.Thread):
    """One thread that does these things in random order until `stop` is set."""

    def __init__(self, port: int, seed: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.answers: Counter[str] = Counter()
        self._port, self._random, self._stopping = port, random.Random(seed), stop
        self._acts = (
            self._ordinary, self._ordinary, self._abort, self._garbage, self._reset,
            self._half_close, self._slow, self._big,
        )  # fmt: skip

    def run(self) -> None:
        while not self._stopping.is_set():
            act = self._random.choice(self._acts)
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=10) as client:
                    outcome = act(client)
            except OSError as error:
                outcome = type(error).__name__
            self.answers[f"{act.__name__[1:]}: {outcome}"] += 1
            time.sleep(0.005)

    def _answer(self, client: socket.socket) -> str:
        data = _read_all(client)
        return data[9:12].decode("ascii", "replace") if data else "no answer"

    def _ordinary(self, client: socket.socket) -> str:
        client.sendall(_head(self._random.choice(PATHS)))
        return self._answer(client)

    def _abort(self, client: socket.socket) -> str:
        request = _head(self._random.choice(PATHS))
        client.sendall(request[: self._random.randrange(1, len(request))])
        return "left"

    def _garbage(self, client: socket.socket) -> str:
        client.sendall(self._random.randbytes(200) + b"\r\n\r\n")
        return self._answer(client)

    def _reset(self, client: socket.socket) -> str:
        client.sendall(_head(self._random.choice(PATHS)))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        return "left"

    def _half_close(self, client: socket.socket) -> str:
        client.sendall(_head("/"))
        client.shutdown(socket.SHUT_WR)
        return self._answer(client)

    def _slow(self, client: socket.socket) -> str:
        request = _head("/json/7")
        for start in range(0, len(request), 20):
            client.sendall(request[start : start + 20])
            time.sleep(0.01)
        return self._answer(client)

    def _big(self, client: socket.socket) -> str:
        body = b"x" * self._random.randrange(1, 500_000)
        head = f"POST /echo HTTP/1.1\r\nHost: s\r\nConnection: close\r\nContent-Length: {len(body)}"
        client.sendall(head.encode() + b"\r\n\r\n" + body)
        data = _read_all(client)
        return "echoed" if data.endswith(body) else "cut"
