"""Compiles Zig sources of Box libraries: what Zig's standard library has and C would have to copy.

They stand beside the assembly (`BoxLibrary.assembly`): one object each, for every flavour of build,
with no libc and no runtime of Zig's. Checks stay on, so a fault in one ends the program instead of
spoiling its memory.
"""

from __future__ import annotations

from pathlib import Path

from .zig import Zig

SUFFIX = ".zig"

FLAGS = (
    *("-O", "ReleaseSafe", "-mcpu=baseline", "-ffunction-sections", "-fstrip"),
    *("-fno-stack-check", "-fno-stack-protector", "-fno-unwind-tables", "-fno-compiler-rt"),
)


def compile_zig(zig: Zig, source: Path, triple: str, output: Path) -> None:
    """Raises `BackendError` with what the compiler complained of."""
    zig.run("build-obj", source, "-target", triple, *FLAGS, f"-femit-bin={output}")
