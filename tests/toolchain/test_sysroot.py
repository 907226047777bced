"""Taking the sysroot from a verbose link, with a zig that only pretends (the real one needs a
minute)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from nyash_ir.hooks.records import BackendError, Target, silent
from nyash_rt.toolchain.cache import Cache
from nyash_rt.toolchain.sysroot import sysroot


@dataclass
class PretendedZig:
    """Links nothing, but says how it would have. `relative`: names below the current folder, as
    zig prints them when its cache lies there."""

    relative: bool
    files: tuple[str, ...] = ("crt1.o", "empty.o", "libc.a", "libzigc.a", "libcompiler_rt.a")
    version: str = "0.0"

    def run(self, *arguments: object, work: Path) -> str:
        names = []
        for name in self.files:
            (work / name).write_text(f"content of {name}")
            names.append(os.path.relpath(work / name) if self.relative else str(work / name))
        output = arguments[-1]
        link = f"ld.lld -m elf_x86_64 -static -o {output} {' '.join(names)}"
        return f"ar rcs libc.a\nclang version 22\n{link}\n"


@pytest.mark.parametrize("relative", [False, True])
def test_files_of_the_linker_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, relative: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    cache = Cache(tmp_path / "cache")
    found = sysroot(PretendedZig(relative), Target(), cache, silent)  # type: ignore[arg-type]
    assert [p.name for p in found.start] == ["crt1.o"]
    assert [p.name for p in found.libraries] == ["libc.a", "libzigc.a", "libcompiler_rt.a"]
    assert found.emulation == "elf_x86_64"
    assert found.libraries[0].read_text() == "content of libc.a"
    left = sorted(p.name for p in found.start[0].parent.iterdir())
    assert left == ["crt1.o", "libc.a", "libcompiler_rt.a", "libzigc.a", "order"]


def test_a_link_without_libc_is_refused(tmp_path: Path) -> None:
    zig = PretendedZig(False, files=("crt1.o",))
    with pytest.raises(BackendError, match="not known"):
        sysroot(zig, Target(), Cache(tmp_path), silent)  # type: ignore[arg-type]
    assert [p for p in (tmp_path / "sysroot").iterdir() if p.is_dir()] == []
