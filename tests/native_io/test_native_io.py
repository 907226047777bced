"""Runs each `*_test.c`: tasks, timers and sockets, checked from C."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Build


@pytest.mark.parametrize("name", ["tasks_test", "socket_test", "socket_output_test"])
def test_from_c(build: Build, name: str) -> None:
    result = subprocess.run([build(name)], capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stderr) == (0, "")


def test_timer_wheel(build: Build) -> None:
    subprocess.run([build.alone("timer_wheel_test", "timer_wheel")], check=True, timeout=60)
