"""A port for a server that is about to start."""

from __future__ import annotations

import contextlib
import random
import socket


def free_port() -> int:
    """A free TCP port; not one that the system gives to clients (Linux: 32768 and up), of which
    there may be many before the server has it."""
    while True:
        port = random.randrange(10000, 32000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("0.0.0.0", port))
            return port
