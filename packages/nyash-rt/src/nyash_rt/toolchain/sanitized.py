"""The flavour with AddressSanitizer and UBSan, by the machine's gcc and glibc.

Zig's clang has no AddressSanitizer runtime, and memory checkers do not know musl's allocator. This
flavour is for contributors and CI; it is linked dynamically and slow.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from nyash_ir.hooks.records import BackendError, Progress

from .cache import Cache, key_of
from .link import replace_atomically
from .native_sources import NativeSources, content_parts
from .runtime_build import in_parallel
from .zig import run_tool

_SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=undefined")
_FLAGS = (
    "-std=gnu17",
    "-D_GNU_SOURCE",
    "-DNY_SANITIZE=1",
    "-O1",
    "-g",
    "-fno-omit-frame-pointer",
    "-fno-pie",
    "-w",
    *_SANITIZERS,
)


class SanitizedBuild:
    """Objects and links of the sanitised flavour. Raises `BackendError` if there is no gcc."""

    def __init__(self, cache: Cache) -> None:
        found = shutil.which("gcc")
        if found is None:
            raise BackendError("--sanitize needs gcc with glibc on PATH (apt-get install gcc)")
        self._gcc = found
        self._cache = cache
        self._version = run_tool([found, "-dumpfullversion", "-dumpmachine"]).strip()

    def objects(self, sources: NativeSources, progress: Progress) -> tuple[Path, ...]:
        """An object per C and assembly file, the assembly's last."""
        headers = content_parts(sources.headers())
        announced: list[bool] = []

        def compile_one(path: Path) -> Path:
            def build(folder: Path) -> None:
                if not announced:
                    announced.append(True)
                    progress("compiling the runtime with sanitizers")
                include = (f"-I{folder}" for folder in sources.include)
                output = str(folder / f"{path.stem}.o")
                run_tool([self._gcc, *_FLAGS, *include, "-c", str(path), "-o", output])

            parts = (self._version, *_FLAGS, *content_parts((path,)), *headers)
            return self._cache.get("sanitized", key_of(parts), build) / f"{path.stem}.o"

        return tuple(in_parallel((*sources.sources, *sources.assembly), compile_one))

    def link(self, objects: Sequence[Path], output: Path) -> None:
        def write(temporary: Path) -> None:
            files = map(str, objects)
            run_tool([self._gcc, "-no-pie", *_SANITIZERS, *files, "-lm", "-o", str(temporary)])

        replace_atomically(output, write)
