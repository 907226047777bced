"""The example programs, built once in each mode."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from nyash.driver import Options, Session

EXAMPLES = Path(__file__).parents[2] / "examples"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module", params=["dev", "release"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`run(example, *arguments, text=…)`: exit code, standard output, standard error."""
    folder = tmp_path_factory.mktemp("examples")
    built: dict[str, Path] = {}

    def call(name: str, *arguments: str, text: str = "") -> tuple[int, str, str]:
        if name not in built:
            release = request.param == "release"
            session = Session(Options(foreign_plugins=False, release=release, leak_check=True))
            module = session.module(str(EXAMPLES / f"{name}.nyash"))
            assert module is not None and not session.report.diagnostics, session.report.diagnostics
            built[name] = folder / name
            assert session.emit(module, "exe", built[name]) is not None
        command = [built[name], *arguments]
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    return call
