"""Runs of counting builds: what a program printed and how often it counted."""

from __future__ import annotations

import http.client
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ...free_port import free_port
from ..http.processes import Server, ServerFailed
from .counting import FILE

SECONDS = 120
REQUESTS = 3000


@dataclass(frozen=True)
class Counts:
    """References to Boxes taken and given up by compiled code in one run. `retains` has no
    counterpart for each of `releases`: what C and `new` hand over is only released."""

    retains: int
    releases: int


class RunFailed(Exception):
    """A program did not end well; the message says how."""


def run(program: Path, folder: Path) -> tuple[bytes, Counts]:
    """Raises `RunFailed`."""
    counts = folder / "counts"
    counts.unlink(missing_ok=True)
    try:
        done = subprocess.run(
            [program],
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={**os.environ, FILE: str(counts)},
        )
    except subprocess.SubprocessError as error:
        raise RunFailed(f"{program.name}: {error}") from error
    return done.stdout, _read(counts)


def serve(program: Path, folder: Path) -> tuple[bytes, Counts]:
    """The example server under a fixed sequence of requests. Raises `RunFailed`."""
    counts = folder / "counts"
    counts.unlink(missing_ok=True)
    port = free_port()
    command = ["env", f"{FILE}={counts}", str(program), "--port", str(port)]
    try:
        server = Server(program.name, command, port, folder / "log")
        try:
            server.wait_until_ready()
            answers = _ask(port)
        finally:
            code = server.stop()
    except (ServerFailed, OSError, http.client.HTTPException) as error:
        raise RunFailed(str(error)) from error
    if code != 0:
        raise RunFailed(f"the server ended with {code}")
    return answers, _read(counts)


def _ask(port: int) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    seen = []
    for number in range(REQUESTS):
        path = ("/", "/api/users/1", "/api/users", "/nowhere")[number % 4]
        if number % 50 == 49:
            connection.request("POST", "/api/users", '{"name": "Ada"}')
        else:
            connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        seen.append(response.status)
        if response.will_close or not body:
            connection.close()
    connection.close()
    return repr(seen).encode()


def _read(file: Path) -> Counts:
    try:
        retains, releases = map(int, file.read_text().split())
    except (OSError, ValueError) as error:
        raise RunFailed(f"no counts were written: {error}") from error
    return Counts(retains, releases)
