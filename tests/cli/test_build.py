"""`nyash build` and its short forms: what they write, what they say, what they leave alone."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
HELLO = 'print("hello", 6 * 7)\n'


def _run(path: Path) -> str:
    done = subprocess.run([path], capture_output=True, text=True, timeout=10, check=True)
    return done.stdout


def test_the_default_output(nyash, program, tmp_path: Path) -> None:
    shown = nyash("build", program(HELLO, "hello.nyash"))
    assert shown.code == 0, shown.err
    assert shown.out == ""
    assert shown.err.splitlines()[-1].startswith("built hello.exe (")
    assert _run(tmp_path / "hello.exe") == "hello 42\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["hello.exe", "hello.nyash"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--compile-native", "p.nyash", "-o", "out"],
        ["--aot", "p.nyash", "-o", "out"],
        ["p.nyash", "--compile-native", "-o", "out"],
        ["-o", "out", "--aot", "p.nyash"],
        ["--compile-native=p.nyash", "--output", "out"],
    ],
)
def test_the_other_spellings(nyash, program, tmp_path: Path, arguments: list[str]) -> None:
    program(HELLO)
    shown = nyash(*arguments)
    assert shown.code == 0, shown.err
    assert _run(tmp_path / "out") == "hello 42\n"


def test_stripped_is_smaller_and_dev_works(nyash, program, tmp_path: Path) -> None:
    name = program(HELLO)
    sizes = {}
    for flag in ("--strip", "--dev", "--quiet"):
        shown = nyash("build", name, "-o", "p.exe", flag)
        assert shown.code == 0, shown.err
        assert _run(tmp_path / "p.exe") == "hello 42\n"
        sizes[flag] = (tmp_path / "p.exe").stat().st_size
        assert ("built p.exe" in shown.err) == (flag != "--quiet")
    assert sizes["--strip"] < sizes["--quiet"]


def test_an_error_leaves_the_old_executable(nyash, program, tmp_path: Path) -> None:
    (tmp_path / "p.exe").write_text("old")
    shown = nyash("build", program("box {\n"))
    assert shown.code == 1
    assert (tmp_path / "p.exe").read_text() == "old"


def test_a_running_executable_can_be_replaced(nyash, program, tmp_path: Path) -> None:
    assert nyash("build", program("Task.sleep(5000)\n")).code == 0
    running = subprocess.Popen([tmp_path / "p.exe"])
    try:
        assert nyash("build", program(HELLO)).code == 0
        assert _run(tmp_path / "p.exe") == "hello 42\n"
        assert running.poll() is None
    finally:
        running.kill()
        running.wait()


def test_going_on_from_ir_on_another_machine(nyash, program, tmp_path: Path) -> None:
    """Without the sources, and in another folder."""
    assert nyash("pipeline", program(HELLO), "--emit", "ir", "-o", "x.nyir").code == 0
    (tmp_path / "p.nyash").unlink()
    shown = nyash("pipeline", "x.nyir", "--emit", "exe")
    assert shown.code == 0, shown.err
    assert _run(tmp_path / "x.exe") == "hello 42\n"


@pytest.mark.parametrize(
    ("kind", "start"), [("llvm", b"; "), ("asm", b"\t"), ("obj", b"\x7fELF"), ("exe", b"\x7fELF")]
)
def test_every_kind(nyash, program, tmp_path: Path, kind: str, start: bytes) -> None:
    shown = nyash("pipeline", program(HELLO), "--emit", kind, "-o", "result")
    assert shown.code == 0, shown.err
    data = (tmp_path / "result").read_bytes()
    assert len(data) > 500
    if kind in ("obj", "exe"):
        assert data.startswith(start)
    else:
        assert b"main" in data


def test_a_cache_that_cannot_be_written(process, program, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    environment = {**os.environ, "NYASH_CACHE_DIR": str(tmp_path / "file" / "x")}
    shown = process("build", program(HELLO), env=environment)
    assert shown.code == 3
    assert "NYASH_CACHE_DIR" in shown.err and "Traceback" not in shown.err


def test_a_target_nobody_knows(nyash, program) -> None:
    shown = nyash("build", program(HELLO), "--target", "pdp11-unknown-none")
    assert shown.code == 3
    assert "error[N07" in shown.err and "pdp11" in shown.err
