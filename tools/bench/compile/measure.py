"""What one command of the compiler costs."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

SECONDS = 600


class Cost(NamedTuple):
    """Seconds: user and system time with all children's, and by the clock."""

    processor: float
    elapsed: float


class CommandFailed(Exception):
    """The compiler refused, crashed or took too long."""


def cost_of(command: Sequence[str]) -> Cost:
    """Of `nyash COMMAND…`. Raises `CommandFailed`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "nyash", *command],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CommandFailed(f"{' '.join(command)}: no end after {SECONDS} s") from None
    if done.returncode != 0:
        raise CommandFailed(f"{' '.join(command)}: {done.stderr[-500:]}")
    elapsed = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    user = after.ru_utime - before.ru_utime
    return Cost(user + after.ru_stime - before.ru_stime, elapsed)
