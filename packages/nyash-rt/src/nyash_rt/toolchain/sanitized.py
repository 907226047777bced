"""The flavours for finding errors of the runtime, by the machine's gcc and glibc: with
AddressSanitizer and UBSan, with faults (native/fault.h), or with both.

Zig's clang has no AddressSanitizer runtime, and memory checkers do not know musl's allocator. This
flavour is for contributors and CI; it is linked dynamically and slow.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from nyash_ir.hooks.records import BackendError, Progress

from .cache import Cache, key_of
from .link import replace_atomically
from .native_sources import NativeSources, content_parts
from .runtime_build import in_parallel
from .zig import Zig, run_tool
from .zig_source import FLAGS, SUFFIX, compile_zig

WRAPPED_CALLS = [
    "malloc",
    "calloc",
    "realloc",
    "mmap",
    "mprotect",
    "madvise",
    "pthread_create",
    "open",
    "opendir",
    "pipe2",
    "eventfd",
    "stat",
    "lstat",
    "fstat",
    "lseek",
    "ftruncate",
    "unlink",
    "rename",
    "mkdir",
    "rmdir",
    "close",
    "socket",
    "bind",
    "listen",
    "getsockname",
    "shutdown",
    "getaddrinfo",
    "connect",
    "accept4",
    "epoll_create1",
    "epoll_wait",
    "epoll_ctl",
    "read",
    "pread",
    "recv",
    "write",
    "pwrite",
    "send",
    "sendmsg",
]
"""What the linker replaces by functions of native/fault_calls.c."""

_SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=undefined")
_FLAGS = (
    "-std=gnu17",
    "-D_GNU_SOURCE",
    "-O1",
    "-g",
    "-fno-omit-frame-pointer",
    "-fno-pie",
    "-w",
)
_FAULTS = ("-DNYASH_FAULTS", "-U_FORTIFY_SOURCE", "-fno-builtin-malloc")


class SanitizedBuild:
    """Objects and links of one flavour. Raises `BackendError` if there is no gcc."""

    def __init__(self, cache: Cache, sanitize: bool, faults: bool, zig: Callable[[], Zig]) -> None:
        found = shutil.which("gcc")
        if found is None:
            raise BackendError(
                "--sanitize needs gcc with glibc (and --faults too) on PATH (apt-get install gcc)"
            )
        self._gcc = found
        self._sanitizers = _SANITIZERS if sanitize else ()
        chosen = ("-DNY_SANITIZE=1", *_SANITIZERS) if sanitize else ()
        self._flags = (*_FLAGS, *chosen, *(_FAULTS if faults else ()))
        self._wraps = tuple(f"-Wl,--wrap={call}" for call in WRAPPED_CALLS if faults)
        self._cache = cache
        self._zig = zig
        self._version = run_tool([found, "-dumpfullversion", "-dumpmachine"]).strip()

    def objects(self, sources: NativeSources, progress: Progress) -> tuple[Path, ...]:
        """An object per C, assembly and Zig file, those of C first."""
        headers = content_parts(sources.headers())
        announced: list[bool] = []

        def compile_one(path: Path) -> Path:
            def build(folder: Path) -> None:
                if not announced:
                    announced.append(True)
                    progress("compiling the runtime with checks")
                include = (f"-I{folder}" for folder in sources.include)
                output = str(folder / f"{path.stem}.o")
                if path.suffix == SUFFIX:
                    compile_zig(self._zig(), path, sources.target.triple, Path(output))
                    return
                run_tool([self._gcc, *self._flags, *include, "-c", str(path), "-o", output])

            parts = (self._version, *self._flags, *FLAGS, *content_parts((path,)), *headers)
            return self._cache.get("sanitized", key_of(parts), build) / f"{path.stem}.o"

        return tuple(in_parallel((*sources.sources, *sources.assembly), compile_one))

    def link(self, objects: Sequence[Path], output: Path) -> None:
        def write(temporary: Path) -> None:
            files = map(str, objects)
            options = ("-no-pie", *self._sanitizers, *self._wraps)
            run_tool([self._gcc, *options, *files, "-lm", "-o", str(temporary)])

        replace_atomically(output, write)
