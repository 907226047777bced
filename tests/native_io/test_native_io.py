"""Runs each `*_test.c`: tasks, timers and sockets, checked from C."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Build


REPORTS = {"socket_test": "nyash: cannot accept connections: "}
"""What is told on standard error, and how its lines begin."""


@pytest.mark.parametrize("name", ["tasks_test", "socket_test", "socket_output_test"])
def test_from_c(build: Build, name: str) -> None:
    result = subprocess.run([build(name)], capture_output=True, text=True, timeout=60)
    begins = REPORTS.get(name)
    lines = result.stderr.splitlines()
    assert result.returncode == 0, result.stderr
    assert [line for line in lines if not (begins and line.startswith(begins))] == []
    assert bool(lines) == (name in REPORTS)


def test_timer_wheel(build: Build) -> None:
    subprocess.run([build.alone("timer_wheel_test", "timer_wheel")], check=True, timeout=60)
