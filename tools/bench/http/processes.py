"""A server as a group of processes: started, watched through /proc, ended by process id."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

READY_SECONDS = 10.0
STOP_SECONDS = 5.0
SECONDS_PER_TICK = 1 / os.sysconf("SC_CLK_TCK")


class ServerFailed(Exception):
    """A server did not start, ended by itself or answers wrongly; the message says which."""


@dataclass(frozen=True)
class CpuTime:
    """Seconds of processor time, in the program and in the kernel on its behalf."""

    user: float
    system: float

    def since(self, before: CpuTime) -> CpuTime:
        return CpuTime(self.user - before.user, self.system - before.system)


class Server:
    """A running server and every process it started."""

    def __init__(self, name: str, command: Sequence[str], port: int, log: Path) -> None:
        self.name = name
        self.port = port
        self._log = log
        try:
            with log.open("wb") as output:
                self._process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
                )
        except OSError as error:
            raise ServerFailed(f"{name} cannot be started: {error}") from error

    def wait_until_ready(self) -> None:
        """Raises `ServerFailed` when it has ended, or does not answer within `READY_SECONDS`."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise ServerFailed(
                    f"{self.name} ended at its start with code {self._process.returncode}: "
                    + self.last_words()
                )
            try:
                self.get("/")
                return
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
        raise ServerFailed(
            f"{self.name} does not answer on port {self.port} after {READY_SECONDS:g} s: "
            + self.last_words()
        )

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of one request on a connection of its own."""
        return self.ask(path, None)

    def ask(self, path: str, sent: bytes | None) -> tuple[int, bytes]:
        """Likewise; with `sent` a POST."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            method = "GET" if sent is None else "POST"
            connection.request(method, path, sent, headers={"Connection": "close"})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def last_words(self) -> str:
        text = self._log.read_text(encoding="utf-8", errors="replace").strip()
        return text[-500:] or "(it said nothing)"

    def process_ids(self) -> list[int]:
        """The process and its descendants that live now."""
        found = [self._process.pid]
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                with contextlib.suppress(OSError):
                    found.extend(int(child) for child in children.read_text().split())
        return found

    def cpu_time(self) -> CpuTime:
        """utime and stime of all its processes, threads that have ended included. Raises
        `ServerFailed` when it is gone."""
        user = system = 0
        try:
            for pid in self.process_ids():
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                user += int(fields[11])
                system += int(fields[12])
        except OSError as error:
            raise ServerFailed(f"{self.name} has ended: {self.last_words()}") from error
        return CpuTime(user * SECONDS_PER_TICK, system * SECONDS_PER_TICK)

    def peak_memory(self) -> int:
        """Bytes: the sum of the highest resident sizes of its processes."""
        return self._memory("VmHWM:")

    def resident_memory(self) -> int:
        """Bytes: the sum of the resident sizes of its processes."""
        return self._memory("VmRSS:")

    def _memory(self, kind: str) -> int:
        total = 0
        for pid in self.process_ids():
            with contextlib.suppress(OSError):
                for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                    if line.startswith(kind):
                        total += int(line.split()[1]) * 1024
        return total

    def stop(self) -> int:
        """Ask it to end, insist after `STOP_SECONDS`. Returns the exit code."""
        everyone = self.process_ids()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                for pid in everyone:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
        return self._process.wait(STOP_SECONDS)
