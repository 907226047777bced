"""`nyash run`: the program's own output, exit code, arguments and signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def test_output_and_exit_code(process, program) -> None:
    name = program("static box Main { main() { print(6 * 7)\n return 300 } }\n")
    shown = process("run", name)
    assert (shown.out, shown.err) == ("42\n", "")
    assert shown.code == 300 % 256


def test_a_bare_file_is_run(process, program) -> None:
    assert process(program('print("bare")\n')).out == "bare\n"


def test_arguments_belong_to_the_program(process, program) -> None:
    name = program("static box Main { main(args) { print(args) } }\n")
    shown = process("run", name, "--debug", "-o", "x y", "--", "--help")
    assert shown.out == '["--debug", "-o", "x y", "--", "--help"]\n', shown.err


def test_standard_input_reaches_the_program(process, program) -> None:
    name = program("print(new ConsoleBox().readLine())\n")
    assert process("run", name, input="typed\n").out == "typed\n"


def test_compile_errors_exit_as_check_does(process, program) -> None:
    shown = process("run", program("static box Main { main() { x = 1 } }\n"))
    assert (shown.code, shown.out) == (1, "")
    assert "error[N0102]" in shown.err


def test_an_uncaught_error(process, program) -> None:
    shown = process("run", program('throw "broken"\n'))
    assert (shown.code, shown.out) == (1, "")
    assert "broken" in shown.err and "p.nyash:1" in shown.err


def test_nothing_stays_behind(process, program, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    folder = _cache() / "run"
    before = set(folder.iterdir()) if folder.is_dir() else set()
    shown = process("run", program('print("x")\n'), env=environment)
    assert shown.code == 0
    assert list((tmp_path / "tmp").iterdir()) == []
    assert {p for p in folder.iterdir() if p not in before and p.exists()} == set()


def _cache() -> Path:
    from nyash_rt.toolchain.cache import default_root

    return default_root(os.environ)


def _start(program_name: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "nyash", "run", program_name]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)


def test_a_signal_ends_the_program_itself(program, tmp_path: Path) -> None:
    started = _start(program('print("up")\nTask.sleep(20000)\n'), tmp_path)
    assert started.stdout is not None and started.stdout.readline() == "up\n"
    started.send_signal(signal.SIGKILL)
    assert started.wait(timeout=10) == -signal.SIGKILL


def test_ctrl_c_while_compiling_is_130(program, tmp_path: Path) -> None:
    lines = "\n".join(f"function f{i}(x) {{ return x * {i} + f{i}(x - 1) }}" for i in range(8000))
    command = [sys.executable, "-m", "nyash", "check", program(lines)]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's & has it ignored
    try:
        started = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    time.sleep(0.6)
    assert started.poll() is None, "it must still be at work"
    started.send_signal(signal.SIGINT)
    _, shown = started.communicate(timeout=20)
    assert started.returncode == 130
    assert "Traceback" not in shown


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "nyash", "explain"]
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        command, stdout=write_end, stderr=subprocess.PIPE, timeout=30, check=False
    )
    os.close(write_end)
    assert done.returncode == 141
    assert done.stderr == b""
