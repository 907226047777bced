"""One slice of load by wrk or a pipelining client, and how many system calls a server makes."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .peers import builds
from .processes import Server

GRACE_SECONDS = 20
KEEP_ALIVE = "keep-alive"
ONE_REQUEST = "one-request"
PIPELINED = "pipelined"
MODES = (KEEP_ALIVE, ONE_REQUEST, PIPELINED)
DEPTH = 16
"""Requests on the way on each connection of a pipelined load."""


@dataclass(frozen=True)
class _Echo:
    route: str
    body_bytes: int


ECHO = _Echo("/echo", 1024)
"""What is asked of this route is a POST with a body of so many bytes, which comes back."""
TRACEPOINT = "raw_syscalls:sys_enter"
_FAILURES = ("connect", "read", "write", "status", "timeout")


class LoadFailed(Exception):
    """wrk or the counter of system calls could not run; the message says why."""


@dataclass(frozen=True)
class Load:
    """What the clients do: `connections` at once, each asking for `route` again and again, on one
    connection, on a new one for each request, or `DEPTH` times before it reads the answers."""

    route: str
    mode: str
    connections: int


@dataclass(frozen=True)
class Slice:
    """What the client saw. `failures`: connections refused or broken, timeouts, answers other than
    2xx and 3xx. Latencies in microseconds; of a whole batch where requests are pipelined."""

    requests: int
    seconds: float
    response_bytes: int
    p50: float
    p99: float
    failures: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0


def _command(server: Server, load: Load, seconds: int) -> list[str]:
    if load.mode != PIPELINED:
        return _wrk(server, load, seconds)
    numbers = [str(load.connections), str(DEPTH), str(seconds)]
    return [str(builds.pipeline_client()), str(server.port), load.route, *numbers]


def _wrk(server: Server, load: Load, seconds: int) -> list[str]:
    program = shutil.which("wrk")
    if program is None:
        raise LoadFailed("no `wrk` on the PATH (Debian: apt-get install wrk)")
    command = [program, "-t1", f"-c{load.connections}", f"-d{seconds}s", "--timeout", "5s"]
    if load.mode == ONE_REQUEST:
        command += ["-H", "Connection: close"]
    script = Path(__file__).parent / "load.lua"
    command += ["-s", str(script), f"http://127.0.0.1:{server.port}{load.route}"]
    return [*command, "--", str(ECHO.body_bytes)] if load.route == ECHO.route else command


def _run(command: Sequence[str], seconds: int) -> str:
    try:
        result = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=seconds + GRACE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LoadFailed(f"{Path(command[0]).name}: {error}") from error
    if result.returncode != 0:
        raise LoadFailed(f"{Path(command[0]).name}: {(result.stderr or result.stdout).strip()}")
    return result.stdout


def _read(output: str) -> Slice:
    for line in output.splitlines():
        if line.startswith('{"requests"'):
            found = json.loads(line)
            failures = sum(found[kind] for kind in _FAILURES)
            return Slice(
                found["requests"],
                found["microseconds"] / 1e6,
                found["bytes"],
                found["p50"],
                found["p99"],
                failures,
            )
    raise LoadFailed(f"wrk gave no figures: {output.strip()[-300:]}")


def drive(server: Server, load: Load, seconds: int) -> Slice:
    """`seconds` of load on a server."""
    return _read(_run(_command(server, load, seconds), seconds))


def system_calls(server: Server, load: Load, seconds: int) -> tuple[float, str]:
    """System calls per request, and what counted them.

    perf's tracepoint costs next to nothing, so batches of ready events are as they are without
    it. strace slows a server down tenfold, which makes its batches larger; it is the second
    choice. Raises `LoadFailed` where neither may attach.
    """
    problems = []
    for counter in (_by_perf, _by_strace):
        try:
            calls, seen = counter(server, load, seconds)
        except LoadFailed as problem:
            problems.append(str(problem))
            continue
        if seen.requests:
            return calls / seen.requests, counter.__name__.removeprefix("_by_")
    raise LoadFailed("system calls cannot be counted: " + "; ".join(problems))


def _by_perf(server: Server, load: Load, seconds: int) -> tuple[int, Slice]:
    perf = shutil.which("perf")
    if perf is None:
        raise LoadFailed("no `perf` on the PATH")
    with tempfile.TemporaryDirectory() as folder:
        counted = Path(folder) / "counted"
        watched = ",".join(str(pid) for pid in server.process_ids())
        counter = [perf, "stat", "-x", ",", "-o", str(counted), "-e", TRACEPOINT, "-p", watched]
        output = _run([*counter, "--", *_command(server, load, seconds)], seconds)
        for line in counted.read_text().splitlines():
            if TRACEPOINT in line and line.split(",")[0].isdigit():
                return int(line.split(",")[0]), _read(output)
    raise LoadFailed("perf may not count system calls here")


def _by_strace(server: Server, load: Load, seconds: int) -> tuple[int, Slice]:
    strace = shutil.which("strace")
    if strace is None:
        raise LoadFailed("no `strace` on the PATH")
    with tempfile.TemporaryDirectory() as folder:
        counted = Path(folder) / "counted"
        command = [strace, "-c", "-f", "-o", str(counted)]
        for pid in server.process_ids():
            command += ["-p", str(pid)]
        watcher = subprocess.Popen(command, stderr=subprocess.PIPE)
        try:
            if watcher.stderr is None or not watcher.stderr.readline():
                raise LoadFailed("strace cannot attach here")
            seen = drive(server, load, seconds)
        finally:
            watcher.terminate()
            watcher.wait(GRACE_SECONDS)
        for line in counted.read_text().splitlines():
            words = line.split()
            if words and words[-1] == "total":
                return int(words[3]), seen
    raise LoadFailed("strace gave no summary")
