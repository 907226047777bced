"""What is kept for the time when there is no memory: a stack, on which tasks that get none end, and
room for numbers, whose instructions cannot throw. Real limits and single faults."""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path

import pytest
from nyash.driver import Options, Session

from tools.faults.runs import build, environment

HERE = Path(__file__).parent
MEGABYTE = 1 << 20


def _build_usual(program: str, folder: Path) -> Path:
    session = Session(Options(release=False, foreign_plugins=False))
    module = session.module(str(HERE / program))
    assert module is not None
    session.emit(module, "exe", folder / "p.exe")
    return folder / "p.exe"


def _run(
    program: Path, fault: str = "", limit: int = resource.RLIM_INFINITY
) -> tuple[int, str, str]:
    done = subprocess.run(
        [program], capture_output=True, text=True, timeout=20, env=environment(fault) if fault else None,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("megabytes", [4, 5, 6, 8])
def test_numbers_under_a_limit(tmp_path: Path, megabytes: int) -> None:
    program = _build_usual("out_of_numbers.nyash", tmp_path)
    code, out, errors = _run(program, limit=megabytes * MEGABYTE)
    assert (code, out, errors) == (0, "caught true true\n", "")


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = tmp_path_factory.mktemp("numbers") / "p.exe"
    assert build(HERE / "out_of_numbers.nyash", program, sanitize=False)
    return program


@pytest.mark.parametrize("fault", ["alloc:400", "alloc:401", "alloc:402"])
def test_a_number_without_memory(numbers: Path, fault: str) -> None:
    code, out, errors = _run(numbers, fault)
    assert (code, errors) == (0, "")
    assert out in ("caught true true\n", "caught false true\n")


def test_more_numbers_than_the_reserve(numbers: Path) -> None:
    """Printing takes memory too, so the program can only say why it ends."""
    code, _, errors = _run(numbers, "alloc:400+")
    assert code == 1
    assert errors.startswith("OutOfMemoryError")


def test_tasks_without_a_stack(tmp_path: Path) -> None:
    program = tmp_path / "p.exe"
    assert build(HERE / "out_of_stacks.nyash", program, sanitize=False)
    code, out, errors = _run(program, "map:3+")
    assert (code, errors) == (0, "")
    assert out == "39 true\n"


def test_tasks_under_a_limit(tmp_path: Path) -> None:
    program = _build_usual("out_of_stacks.nyash", tmp_path)
    code, out, errors = _run(program, limit=12 * MEGABYTE)
    assert (code, out, errors) == (0, "39 true\n", "")


@pytest.mark.parametrize("megabytes", [16, 40])
def test_whatever_grows_can_be_caught(tmp_path: Path, megabytes: int) -> None:
    """Lists of 100,000 Boxes end without memory for those that wait, too."""
    program = _build_usual("out_of_memory.nyash", tmp_path)
    code, out, errors = _run(program, limit=megabytes * MEGABYTE)
    assert (code, errors) == (0, "")
    assert out.splitlines() == [*["caught", "caught in a task"] * 5, "goes on"]
