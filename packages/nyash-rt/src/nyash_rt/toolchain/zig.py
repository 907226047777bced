"""The `ziglang` wheel: where its executable is, its versions, and running it.

Zig brings clang, lld and the sources of musl in one wheel, so that a Nyash program needs no
compiler of the machine.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nyash_ir.hooks.records import BackendError

_LONGEST_RUN = 600.0
"""Seconds. The longest step, building libc on a slow machine, takes about one minute."""


@dataclass(frozen=True)
class Zig:
    """One installed zig. `work` is the folder for zig's own caches."""

    path: Path
    version: str
    work: Path

    @classmethod
    def find(cls, work: Path) -> Zig:
        """The wheel's zig. Raises `BackendError` when it is not installed."""
        found = importlib.util.find_spec("ziglang")
        if found is None or found.origin is None:
            raise BackendError("the package `ziglang` is not installed (pip install ziglang)")
        path = Path(found.origin).with_name("zig")
        if not os.access(path, os.X_OK):
            raise BackendError(f"{path} cannot be run; install the package `ziglang` again")
        return cls(path, importlib.metadata.version("ziglang"), work)

    @cached_property
    def clang_major(self) -> int:
        """The major version of the clang inside."""
        words = self.run("clang", "--version").split()
        try:
            return int(words[words.index("version") + 1].split(".")[0])
        except (ValueError, IndexError):
            raise BackendError(f"cannot tell the version of the clang in {self.path}") from None

    def run(self, *arguments: str | Path, work: Path | None = None) -> str:
        """Run one zig command; what it wrote on both streams. Raises `BackendError` if it fails.

        `work` replaces the folder for zig's caches in this run.
        """
        folder = work or self.work
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": os.environ.get("HOME", "/"),
            "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
            "ZIG_GLOBAL_CACHE_DIR": str(folder / "global"),
            "ZIG_LOCAL_CACHE_DIR": str(folder / "local"),
        }
        return run_tool([str(self.path), *map(str, arguments)], environment)


def run_tool(command: Sequence[str], environment: dict[str, str] | None = None) -> str:
    """Run a compiler or linker. Its output, or `BackendError` with what it complained of."""
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_LONGEST_RUN,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BackendError(
            f"`{shlex.join(command[:3])} …` took over {_LONGEST_RUN:.0f} s"
        ) from None
    except OSError as error:
        raise BackendError(f"cannot run {command[0]}: {error.strerror}") from None
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        shown = output.strip()[-6000:] or f"no message (exit status {done.returncode})"
        raise BackendError(f"`{shlex.join(command[:2])} …` failed:\n{shown}")
    return output
