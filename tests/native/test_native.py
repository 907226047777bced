"""Runs each `*_test.c` with the runtime's core, built by the machine's compiler.

Four flavours: gcc plain, gcc with AddressSanitizer and UBSan, gcc under valgrind, and zig (musl),
which is what programs are built with. Flavours whose tool is missing are skipped.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NATIVE = HERE.parents[1] / "packages/nyash-rt/src/nyash_rt/native"
CORE = """
arithmetic array array_edit blame box_index buffer class closure compare core cycle cycle_end cycle_graph cycle_judge cycle_snapshot zeroed failure fini float float_text hash
heap heap_own index integer iterator json_parse json_write letter_case map number print range refcount report stack_limit string
string_case string_edit string_search suggestion text to_string trace utf8 weak
""".split()
"""The runtime's files that need neither tasks nor the operating system's events."""

FLAGS = ["-std=gnu17", "-D_GNU_SOURCE", "-g", "-Wall", "-Wextra", "-Werror", "-DSLICE_NODES=64"]
ZIG = [sys.executable, "-m", "ziglang", "cc", "-target", "x86_64-linux-musl", "-O2"]
FLAVOURS = {
    "plain": ["gcc", "-O1"],
    "sanitized": ["gcc", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
    "valgrind": ["gcc", "-O1", "-DNYASH_HEAP_PLAIN"],
    "zig": ZIG,
}
TESTS = sorted(path.stem for path in HERE.glob("*_test.c"))


@pytest.fixture(scope="session", params=FLAVOURS)
def flavour(request, tmp_path_factory) -> tuple[str, list[str], Path]:
    """The flavour's name, its compiler, and the archive of the core and the test host."""
    name, compiler = request.param, FLAVOURS[request.param]
    tool = "valgrind" if name == "valgrind" else compiler[0]
    if name != "zig" and (not shutil.which(tool) or not shutil.which("gcc")):
        pytest.skip(f"{tool} is not installed")
    if name == "zig":
        pytest.importorskip("ziglang")
    folder = tmp_path_factory.mktemp(name)
    sources = [NATIVE / f"{part}.c" for part in CORE] + [HERE / "host.c"]
    command = [
        *compiler,
        *FLAGS,
        f"-I{NATIVE}",
        f"-I{NATIVE / 'include'}",
        "-c",
        *map(str, sources),
    ]
    subprocess.run(command, cwd=folder, check=True, timeout=300)
    archive = folder / "core.a"
    archiver = [sys.executable, "-m", "ziglang", "ar"] if name == "zig" else ["ar"]
    objects = sorted(map(str, folder.glob("*.o")))
    subprocess.run([*archiver, "rcs", str(archive), *objects], check=True, timeout=60)
    return name, compiler, archive


@pytest.mark.parametrize("test", TESTS)
def test_native(flavour: tuple[str, list[str], Path], test: str) -> None:
    name, compiler, archive = flavour
    program = archive.parent / test
    command = [*compiler, *FLAGS, f"-I{NATIVE}", f"-I{NATIVE / 'include'}", f"-I{HERE}"]
    command += [str(HERE / f"{test}.c"), str(archive), "-lm", "-o", str(program)]
    subprocess.run(command, check=True, timeout=120)
    run = [str(program)]
    if name == "valgrind":
        run = ["valgrind", "--error-exitcode=9", "--leak-check=full", "-q", *run]
    result = subprocess.run(run, capture_output=True, text=True, timeout=100)
    assert result.returncode == 0, result.stdout + result.stderr
