"""How programs end: exit codes, signals, deadlock, stack overflow, standard input and output."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Build


def run(program: Path, *arguments: str, **more: object) -> tuple[int, str, str]:
    command = [str(program), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, timeout=30, **more)  # type: ignore[call-overload]
    return result.returncode, result.stdout, result.stderr


@pytest.fixture
def program(build: Build) -> Path:
    return build("program")


def test_the_result_of_main_is_the_exit_code(program: Path) -> None:
    assert run(program) == (0, "", "")
    assert run(program, "code") == (2, "", "")


def test_an_uncaught_error_ends_it(program: Path) -> None:
    assert run(program, "uncaught") == (1, "", "OddError: odd\n")


def test_an_error_that_nobody_awaits_is_printed(program: Path) -> None:
    code, _, errors = run(program, "unawaited")
    assert (code, errors) == (0, "error in a task that nobody awaited: OddError: odd\n")


def test_main_waits_for_tasks(program: Path) -> None:
    assert run(program, "outlives-main") == (0, "main\nslept\n", "")


def test_exit_cancels_the_others(program: Path) -> None:
    code, output, errors = run(program, "exit")
    assert (code, errors) == (7, "")
    assert sorted(output.splitlines()) == ["cancelled", "main cancelled"]


def test_deadlock_is_told(program: Path) -> None:
    code, output, errors = run(program, "deadlock")
    assert (code, output) == (1, "before\n")
    assert errors.startswith("DeadlockError: ")
    assert "task main waits for await" in errors
    assert "task Main.waiter waits for await" in errors


@pytest.mark.parametrize(
    ("what", "name"), [("overflow", "main"), ("overflow-in-task", "Main.deep")]
)
def test_stack_overflow_is_told(build: Build, what: str, name: str) -> None:
    if build.flavour == "sanitized":
        pytest.skip("AddressSanitizer reports it by itself")
    code, _, errors = run(build("program"), what)
    assert code == 1
    assert errors.startswith(f"StackOverflowError: the stack of task {name} is full")


def serving(program: Path, what: str) -> subprocess.Popen[str]:
    process = subprocess.Popen([program, what], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "serving\n"
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop(program: Path, number: signal.Signals) -> None:
    process = serving(program, "serve")
    process.send_signal(number)
    output, _ = process.communicate(timeout=20)
    assert sorted(output.splitlines()) == ["idle ends", "stopped", "stopping"]
    assert process.returncode == 3


def test_a_second_signal_ends_it_at_once(program: Path) -> None:
    process = serving(program, "stubborn")
    process.terminate()
    time.sleep(0.2)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 130


def test_lines(program: Path) -> None:
    assert run(program, "lines", input="a\r\n\nb") == (0, "a\n\nb\n", "")
    assert run(program, "lines", stdin=subprocess.DEVNULL) == (0, "", "")
    text = "".join(f"{number} {'x' * (number % 9000)}\n" for number in range(0, 30000, 700))
    assert run(program, "lines", input=text) == (0, text, "")


def test_lines_that_come_slowly(program: Path) -> None:
    with subprocess.Popen(
        [program, "lines"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        for line in ("one\n", "two\n"):
            process.stdin.write(line)
            process.stdin.flush()
            assert process.stdout.readline() == line


def test_lines_from_a_file(program: Path, tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_text("a\nb\n")
    with path.open() as file:
        assert run(program, "lines", stdin=file) == (0, "a\nb\n", "")


def test_a_reader_that_leaves_is_no_error(program: Path) -> None:
    with subprocess.Popen([program, "much"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(100)
        process.stdout.close()
        assert process.wait(timeout=20) == 5
