"""Runs the command: in this process for its output, as a process of its own for its end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Command = Callable[..., Outcome]


@pytest.fixture
def nyash(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Command:
    """Run the command here, in an empty folder."""
    from nyash.cli import run

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NYASH_PLUGINS", raising=False)
    limit = sys.getrecursionlimit()

    def call(*arguments: str) -> Outcome:
        capsys.readouterr()
        try:
            code = run(arguments)
        finally:
            sys.setrecursionlimit(limit)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture
def process(tmp_path: Path) -> Command:
    """Run the command as a process of its own, in an empty folder."""

    def call(*arguments: str, timeout: float = 120, **more: object) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "nyash", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            **more,  # type: ignore[call-overload]
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., str]:
    """Write a program; its name."""

    def write(text: str, name: str = "p.nyash") -> str:
        (tmp_path / name).write_text(text)
        return name

    return write
