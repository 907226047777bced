"""Runs one test as a process of its own: nothing that it does ends another test.

The process leads a session of its own, so what it starts ends with it. Of its output the first
64 KiB are kept and the rest is read and dropped, so that a test which prints for ever fills neither
the memory nor the disk.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .entry import PASSED

MOST_OUTPUT = 64 * 1024
_LEAKED = 23
_UNCAUGHT = 1
_PATIENCE = 2.0
"""Seconds in which the pipes of a killed process must close."""


@dataclass(frozen=True)
class Result:
    """`status` is `passed`, `failed`, `leaked`, `crashed`, `timeout`, or `error` for what could
    not be run."""

    file: str
    name: str
    line: int
    status: str
    seconds: float = 0.0
    message: str = ""
    out: str = ""
    err: str = ""
    leaks: str = ""

    @property
    def passed(self) -> bool:
        return self.status == "passed"


class Runner:
    """Starts tests; `stop` ends all that run, from any thread."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self.stopped = False

    def run(self, executable: Path, file: str, name: str, line: int) -> Result:
        with tempfile.TemporaryDirectory(prefix="nyash-test-") as folder:
            report = Path(folder) / "leaks.txt"
            begun = time.perf_counter()
            try:
                process = self._start(executable, name, report)
            except OSError as error:
                return Result(file, name, line, "error", message=f"cannot start: {error.strerror}")
            out, err = _Capture(process.stdout), _Capture(process.stderr)
            late = False
            try:
                process.wait(self.timeout)
            except subprocess.TimeoutExpired:
                late = True
            finally:
                _end(process)
                with self._lock:
                    self._running.discard(process)
            seconds = time.perf_counter() - begun
            leaks = _text(report.read_bytes()) if report.exists() else ""
        texts = (out.text(), err.text())
        status, message = self._verdict(process.returncode, late, texts[1], leaks)
        return Result(file, name, line, status, seconds, message, *texts, leaks)

    def stop(self) -> None:
        with self._lock:
            self.stopped = True
            running = list(self._running)
        for process in running:
            _end(process)

    def _start(self, executable: Path, name: str, report: Path) -> subprocess.Popen[bytes]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("NYASH_LEAK")}
        environment["NYASH_LEAK_REPORT_FILE"] = str(report)
        process = subprocess.Popen(
            [executable, name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        with self._lock:
            self._running.add(process)
            stopped = self.stopped
        if stopped:
            _end(process)
        return process

    def _verdict(self, code: int, late: bool, err: str, leaks: str) -> tuple[str, str]:
        if late:
            return "timeout", f"not ended after {self.timeout:g} s"
        if code < 0:
            return "crashed", f"ended by signal {_signal_name(-code)}"
        if code == PASSED:
            return "passed", ""
        if code == _LEAKED and leaks:
            return "leaked", leaks.splitlines()[0]
        if code == _UNCAUGHT and err:
            return "failed", _first_line(err)
        return "failed", f"the program exited with {code} before the test's end"


class _Capture:
    def __init__(self, pipe: IO[bytes] | None) -> None:
        assert pipe is not None
        self._pipe = pipe
        self._kept = bytearray()
        self._dropped = 0
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._pipe:
            while part := os.read(self._pipe.fileno(), 65536):
                room = MOST_OUTPUT - len(self._kept)
                self._kept += part[:room]
                self._dropped += max(0, len(part) - room)

    def text(self) -> str:
        self._thread.join(_PATIENCE)
        end = f"\n[{self._dropped} more bytes]\n" if self._dropped else ""
        return _text(bytes(self._kept)) + end


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _signal_name(number: int) -> str:
    try:
        return f"{number} ({signal.Signals(number).name})"
    except ValueError:
        return str(number)


def _first_line(text: str) -> str:
    """The error's own line: what stands before the first line of the trace."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("    at ") and number:
            return lines[number - 1]
    return lines[-1] if lines else ""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
