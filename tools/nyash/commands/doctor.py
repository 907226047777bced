"""Check the installation; show, prepare or clear the cache of what is built once."""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from .. import __version__, compilation, show
from ..exit_codes import FAILED, OK

EXAMPLES = """\
examples:
  nyash doctor
  nyash doctor --prepare         builds libc and the runtime now (for container images)
  nyash doctor --clear-cache

The cache lies in $NYASH_CACHE_DIR, else $XDG_CACHE_HOME/nyash, else ~/.cache/nyash. It may be
removed at any time; it is safe against parallel and interrupted builds.
"""

_OURS = ("nyash-parse", "nyash-ir", "nyash-llvm", "nyash-rt", "nyash-http")
_THEIRS = ("lark", "msgspec", "msgpack", "pluggy", "rich", "llvmlite", "ziglang")
_OPTIONAL = {
    "gcc": "--sanitize",
    "gdb": "debugging programs",
    "valgrind": "tests of the runtime",
    "wrk": "tools/bench",
    "ab": "tools/bench",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--prepare", action="store_true", help="build what is missing in the cache")
    parser.add_argument("--clear-cache", action="store_true", help="remove everything in the cache")
    parser.add_argument("--target", default="x86_64-linux-musl", help="target (%(default)s)")


def run(arguments: argparse.Namespace) -> int:
    from nyash_rt.toolchain.cache import Cache

    from ..driver import cache_folder

    cache = Cache(cache_folder())
    if arguments.clear_cache:
        _, size = cache.size()
        _attempt(cache.clear)
        print(f"cleared {cache.root} ({show.size_text(size)})")
        return OK
    if arguments.prepare:
        return _prepare(arguments)
    faults: list[str] = []
    show.table("versions", ["what", "version"], _versions(faults))
    entries, size = cache.size()
    rows = [["folder", str(cache.root)], ["entries", str(entries)], ["size", show.size_text(size)]]
    show.table("cache", ["what", "value"], rows)
    show.table("toolchain", ["what", "state"], _toolchain(arguments, faults))
    tools = [[name, shutil.which(name) or "-", use] for name, use in _OPTIONAL.items()]
    show.table("optional tools", ["tool", "path", "for"], tools)
    for fault in faults:
        print(f"problem: {fault}", file=sys.stderr)
    if not faults:
        print("everything is in place")
    return FAILED if faults else OK


def _versions(faults: list[str]) -> list[list[str]]:
    rows = [["nyash", __version__], ["python", platform.python_version()]]
    for name in (*_OURS, *_THEIRS):
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "missing"
            faults.append(f"the package {name} is not installed (pip install {name})")
        if name in _OURS and found not in (__version__, "missing"):
            faults.append(f"{name} {found} does not belong to nyash {__version__}")
        rows.append([name, found])
    return rows


def _toolchain(arguments: argparse.Namespace, faults: list[str]) -> list[list[str]]:
    """What the toolchain is made of, and whether its parts fit."""
    from nyash_ir.hooks.records import BackendError, Target
    from nyash_rt.toolchain.zig_toolchain import ZigToolchain

    toolchain = ZigToolchain(Target(arguments.target))
    rows = [["target", arguments.target]]
    try:
        zig = toolchain.zig
        rows.append(["zig", f"{zig.version} (clang {zig.clang_major})"])
        rows.append(["C library", "built" if toolchain.has_sysroot() else "not built yet"])
    except BackendError as error:
        faults.append(str(error))
        return rows
    try:
        import llvmlite.binding as llvm
    except ImportError as error:
        faults.append(f"llvmlite cannot be loaded: {error}")
        return rows
    ours = llvm.llvm_version_info
    rows.append(["LLVM", ".".join(map(str, ours))])
    if zig.clang_major > ours[0]:
        faults.append("ziglang is too new for llvmlite; install the versions in constraints.txt")
    return rows


def _prepare(arguments: argparse.Namespace) -> int:
    """Build sysroot and runtime as the first compilation would."""
    with show.progress() as progress:
        session = compilation.session_of(arguments, progress, release=True)
        toolchain, libraries = session.toolchain, session.box_libraries

        def build() -> None:
            progress.started("runtime")
            toolchain.inlinable_bitcode(libraries, progress.message)
            toolchain.objects(libraries, progress.message)
            progress.started("C library")
            if (prepare := getattr(toolchain, "prepare", None)) is not None:  # ours has it
                prepare(progress.message)

        _attempt(build)
        progress.done("prepared")
    return OK


def _attempt(action: Callable[[], None]) -> None:
    from nyash_ir.hooks.records import BackendError

    from ..failure import Failure

    try:
        action()
    except BackendError as error:
        raise Failure("N0701", str(error)) from error
