"""One compiled program answers the questions of all tests here, thousands in a run."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from nyash.driver import Options, Session

Ask = Callable[[Sequence[Sequence[Any]]], list[Any]]


@pytest.fixture(scope="session")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Answers to questions, each `[what, argument, …]` of answers.nyash."""
    session = Session(Options(foreign_plugins=False))
    module = session.module(str(Path(__file__).with_name("answers.nyash")))
    assert module is not None, session.report.diagnostics
    program = tmp_path_factory.mktemp("values") / "answers"
    assert session.emit(module, "exe", program) is not None, session.report.diagnostics

    def answers(questions: Sequence[Sequence[Any]]) -> list[Any]:
        lines = "".join(json.dumps(question, ensure_ascii=False) + "\n" for question in questions)
        done = subprocess.run(
            [program], input=lines.encode(), capture_output=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        found = [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]
        assert len(found) == len(questions)
        return found

    return answers


@pytest.fixture(scope="session")
def scale() -> int:
    """How many times the usual number of random cases; `NYASH_VALUES=50` is a long run."""
    return int(os.environ.get("NYASH_VALUES", "1"))
