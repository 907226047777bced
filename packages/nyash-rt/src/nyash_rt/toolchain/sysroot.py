"""What a static executable is linked against: crt1.o, libc.a, libzigc.a, libcompiler_rt.a.

Zig builds musl from source when it first links for a target (20 to 60 s of CPU). That is done
once: a trivial program is linked verbosely, the files its linker call names are copied into the
cache (2.8 MB), zig's intermediate files (60 MB) are dropped. Later links then call lld directly,
which takes 13 ms where `zig cc` takes 45.
"""

from __future__ import annotations

import shlex
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nyash_ir.hooks.records import BackendError, Progress, Target

from .cache import Cache, key_of
from .zig import Zig

_PROGRAM = "int main(void) { return 0; }\n"


@dataclass(frozen=True)
class Sysroot:
    """`start` are the objects that go before the program's, `libraries` the archives after it;
    `emulation` is lld's name of the target (`elf_x86_64`)."""

    start: tuple[Path, ...]
    libraries: tuple[Path, ...]
    emulation: str


def sysroot(zig: Zig, target: Target, cache: Cache, progress: Progress) -> Sysroot:
    """The sysroot of a target, built if it is not cached."""

    def build(folder: Path) -> None:
        progress(f"building the C library for {target.triple}, once (20 to 60 seconds)")
        _build(zig, target, folder)

    folder = cache.get("sysroot", sysroot_key(zig, target), build)
    order = (folder / "order").read_text().split("\n")
    emulation, names = order[0], order[1:]
    return Sysroot(
        tuple(folder / n for n in names if n.endswith(".o")),
        tuple(folder / n for n in names if n.endswith(".a")),
        emulation,
    )


def sysroot_key(zig: Zig, target: Target) -> str:
    return key_of((zig.version, target.triple))


def _build(zig: Zig, target: Target, folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="zig-", dir=folder) as temporary:
        work = Path(temporary)
        source, program = work / "empty.c", work / "empty"
        source.write_text(_PROGRAM)
        # -s: the objects of libc then carry no debug information, which would be 0.5 MB of every
        # executable that is not stripped.
        options = ("-target", target.triple, "-static", "-O2", "-g0", "-s", "--verbose")
        output = zig.run("cc", *options, source, "-o", program, work=work)
        call = _linker_call(output, str(program))
        emulation = call[call.index("-m") + 1] if "-m" in call else ""
        names = []
        for word in call:
            path = Path(word)
            if path.name.startswith("empty") or path.suffix not in (".o", ".a"):
                continue
            if not path.is_file():  # relative names are, as zig's, below the current folder
                raise BackendError(f"zig's linker call names {word}, which is not there")
            shutil.copyfile(path, folder / path.name)
            names.append(path.name)
    if "crt1.o" not in names or "libc.a" not in names:
        raise BackendError(f"zig {zig.version} links {target.triple} in a way that is not known")
    (folder / "order").write_text("\n".join((emulation, *names)))


def _linker_call(output: str, program: str) -> list[str]:
    """The words of the call that linked `program`, from `zig cc --verbose`."""
    for line in reversed(output.splitlines()):
        if line.startswith("ld.lld ") and program in line:
            words = shlex.split(line)
            if "-o" in words and words[words.index("-o") + 1] == program:
                return words
    raise BackendError("`zig cc --verbose` did not show how it links")
