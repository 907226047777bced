"""Builds the runtime with the test host, once per flavour of compiler."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NATIVE = HERE.parents[1] / "packages/nyash-rt/src/nyash_rt/native"
FLAGS = [
    "-std=gnu17", "-D_GNU_SOURCE", "-g", "-Wall", "-Wextra", "-Werror",
    f"-I{NATIVE}", f"-I{NATIVE / 'include'}", f"-I{HERE}",
]  # fmt: skip
ZIG = [sys.executable, "-m", "ziglang"]
COMPILERS = {
    "plain": ["gcc", "-O1"],
    "sanitized": ["gcc", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
    "zig": [*ZIG, "cc", "-target", "x86_64-linux-musl", "-O2"],
}


class Build:
    """Executables of one flavour, each made once."""

    def __init__(self, flavour: str, folder: Path) -> None:
        self.flavour = flavour
        self._compiler = [*COMPILERS[flavour], *FLAGS]
        self._folder = folder
        sources = [*NATIVE.glob("*.c"), NATIVE / "fiber_x86_64.S", HERE / "host.c"]
        command = [*self._compiler, "-c", *map(str, sorted(sources))]
        subprocess.run(command, cwd=folder, check=True, timeout=300)
        self._runtime = sorted(map(str, folder.glob("*.o")))

    def __call__(self, name: str) -> Path:
        """`name.c` with the runtime and the test host."""
        return self._link(name, self._runtime)

    def alone(self, name: str, *parts: str) -> Path:
        """`name.c`, which has a main of its own, with these files of the runtime."""
        return self._link(name, [str(NATIVE / f"{part}.c") for part in parts])

    def _link(self, name: str, inputs: list[str]) -> Path:
        program = self._folder / name
        if not program.exists():
            command = [*self._compiler, str(HERE / f"{name}.c"), *inputs, "-lm", "-o", str(program)]
            subprocess.run(command, check=True, timeout=120)
        return program


@pytest.fixture(scope="session", params=COMPILERS)
def build(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Flavours whose compiler is missing are skipped."""
    if request.param != "zig" and not shutil.which("gcc"):
        pytest.skip("gcc is not installed")
    if request.param == "zig":
        pytest.importorskip("ziglang")
    return Build(request.param, tmp_path_factory.mktemp(request.param))
