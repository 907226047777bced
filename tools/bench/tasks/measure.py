"""One run of a program: processor time and the most memory it had, from the kernel's own books.

The peak is read from /proc while the program runs, because what wait4 tells counts the pages of the
process that started it, too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

MOST_SECONDS = 120


@dataclass(frozen=True)
class Usage:
    """Seconds of processor time, user and system; KiB of resident memory at the peak."""

    seconds: float
    peak: int


class RunFailed(Exception):
    """The program could not be run or did not end well; the message says how."""


def run(command: Sequence[str], environment: dict[str, str]) -> Usage:
    """Raises `RunFailed`."""
    try:
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )
    except OSError as error:
        raise RunFailed(str(error)) from error
    deadline = time.monotonic() + MOST_SECONDS
    peak = 0
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        peak = max(peak, _peak_of(process.pid))
        if time.monotonic() > deadline:
            process.kill()
        time.sleep(0.002)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RunFailed(f"ended with {process.returncode}")
    return Usage(usage.ru_utime + usage.ru_stime, peak)


def _peak_of(pid: int) -> int:
    """KiB; 0 when it has ended meanwhile."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def middle(usages: Sequence[Usage]) -> Usage:
    return Usage(median(u.seconds for u in usages), int(median(u.peak for u in usages)))


def build(command: Sequence[str], what: str) -> str | None:
    """Why it cannot be built, or None."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{what}: {error}"
    return None if done.returncode == 0 else f"{what}: {done.stderr.strip().splitlines()[-1:]}"


def nyash_command() -> list[str]:
    return [sys.executable, "-m", "nyash"]
