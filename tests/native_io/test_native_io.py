"""Runs each `*_test.c`: tasks, timers and sockets, checked from C."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conftest import FLAGS, HERE, NATIVE

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


def test_helper_threads_under_thread_sanitizer(tmp_path: Path) -> None:
    if not shutil.which("gcc"):
        pytest.skip("gcc is not installed")
    program = tmp_path / "offload"
    command = ["gcc", "-O1", "-fsanitize=thread", *FLAGS, str(HERE / "offload_threads_test.c")]
    built = subprocess.run(
        [*command, str(NATIVE / "offload.c"), "-o", str(program)], capture_output=True, text=True
    )
    if "cannot find" in built.stderr and "tsan" in built.stderr:
        pytest.skip("gcc has no ThreadSanitizer")
    assert built.returncode == 0, built.stderr
    done = subprocess.run([program], capture_output=True, text=True, timeout=60)
    if "unexpected memory mapping" in done.stderr:
        pytest.skip("ThreadSanitizer does not work with this kernel's address layout")
    assert (done.returncode, done.stderr) == (0, "")
