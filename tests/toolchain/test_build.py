"""The toolchain with small C libraries: bitcode, objects, assembly, contract, link.

The sysroot comes from the user's own cache (building libc takes a minute); everything else is
built into folders of the tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest
from nyash_ir.hooks.records import BackendError, BoxLibrary, Target, silent
from nyash_rt.toolchain.cache import Cache, default_root
from nyash_rt.toolchain.zig_toolchain import ZigToolchain

INCLUDE = files("nyash_rt") / "native" / "include"
HELLO = """
#include <stdio.h>
#include "nyash.h"
#include "greeting.h"
static int count;
ny_word greet(ny_word who) { printf("hello %d\\n", ++count); return who; }
"""
MAIN = """
#include "nyash.h"
#include "greeting.h"
static int count = 40;
int main(void) { greet(NY_NULL); return ++count + (int)assembled(); }
"""
HEADER = """
#ifndef GREETING_H
#define GREETING_H
#include "nyash.h"
ny_word greet(ny_word who);
long assembled(void);
#endif
"""
ASSEMBLY = {
    "x86_64": "movq $1, %rax\n    ret",
    "aarch64": "mov x0, #1\n    ret",
}


@pytest.fixture
def toolchain(tmp_path: Path) -> ZigToolchain:
    """A toolchain with a cache of its own that borrows the built sysroots."""
    shared = default_root(os.environ) / "sysroot"
    if not shared.is_dir() or not any(p.is_dir() for p in shared.iterdir()):
        ZigToolchain(Target()).prepare(silent)
    own = tmp_path / "cache"
    own.mkdir()
    (own / "sysroot").symlink_to(shared)
    return ZigToolchain(Target(), Cache(own))


@pytest.fixture
def library(tmp_path: Path) -> BoxLibrary:
    folder = tmp_path / "library"
    folder.mkdir()
    for name, text in (("hello.c", HELLO), ("main.c", MAIN), ("greeting.h", HEADER)):
        (folder / name).write_text(text)
    for architecture, body in ASSEMBLY.items():
        (folder / f"assembled_{architecture}.S").write_text(
            f'.globl assembled\nassembled:\n    {body}\n.section .note.GNU-stack,"",%progbits\n'
        )
    return _library(folder)


def _library(folder: Path, declarations: str = "") -> BoxLibrary:
    if declarations:
        (folder / "boxes.nyash").write_text(declarations)
    return BoxLibrary(
        name="greeting",
        declarations=tuple(sorted(folder.glob("*.nyash"))),
        native=tuple(sorted(folder.glob("*.c"))),
        assembly=tuple(sorted(folder.glob("*.S"))),
        include=(INCLUDE,),
        headers=("greeting.h",),
    )


def _run(program: Path) -> tuple[int, str]:
    done = subprocess.run([program], capture_output=True, text=True, timeout=10, check=False)
    return done.returncode, done.stdout


@pytest.mark.slow
def test_objects_link_to_a_static_executable(
    toolchain: ZigToolchain, library: BoxLibrary, tmp_path: Path
) -> None:
    program = tmp_path / "hello.exe"
    objects = toolchain.objects([library], silent)
    toolchain.link(objects, program, silent)
    assert _run(program) == (42, "hello 1\n")
    assert b"/ld-musl" not in program.read_bytes(), "it must not need a dynamic loader"
    whole = program.stat().st_size
    toolchain.link(objects, program, silent, strip=True)
    assert _run(program) == (42, "hello 1\n")
    assert program.stat().st_size < whole
    assert [p.name for p in tmp_path.glob(".hello*")] == []


@pytest.mark.slow
def test_bitcode_is_one_portable_module(toolchain: ZigToolchain, library: BoxLibrary) -> None:
    import llvmlite.binding as llvm

    module = llvm.parse_bitcode(toolchain.bitcode([library], silent).read_bytes())
    text = str(module)
    assert "target-cpu" not in text and "target-features" not in text
    assert {f.name for f in module.functions if not f.is_declaration} >= {"greet", "main"}
    counts = [v.name for v in module.global_variables if "count" in v.name]
    assert len(counts) == 2, "static variables of two files stay two"


@pytest.mark.slow
def test_bitcode_and_assembly_link(
    toolchain: ZigToolchain, library: BoxLibrary, tmp_path: Path
) -> None:
    bitcode = toolchain.bitcode([library], silent)
    object_file, listing = tmp_path / "p.o", tmp_path / "p.s"
    toolchain.compile_bitcode(bitcode, object_file, "obj", 2)
    toolchain.compile_bitcode(bitcode, listing, "asm", 2)
    assert "greet" in listing.read_text()
    assembly = toolchain.assembly_objects([library], silent)
    assert [p.name for p in assembly] == ["assembled_x86_64.o"], "only the target's own"
    toolchain.link((object_file, *assembly), tmp_path / "p.exe", silent)
    assert _run(tmp_path / "p.exe") == (42, "hello 1\n")


@pytest.mark.slow
def test_what_changed_is_built_anew(toolchain: ZigToolchain, library: BoxLibrary) -> None:
    said: list[str] = []
    first = toolchain.bitcode([library], said.append)
    assert toolchain.bitcode([library], said.append) == first
    assert len(said) == 1, "the second time nothing is built"
    header = Path(str(library.native[0])).parent / "greeting.h"
    header.write_text(header.read_text() + "/* changed */\n")
    assert toolchain.bitcode([library], said.append) == first, "one build, one state of sources"
    following = ZigToolchain(Target(), toolchain.cache)
    assert following.bitcode([library], said.append) != first
    assert len(said) == 2


@pytest.mark.slow
def test_a_c_error_is_shown(toolchain: ZigToolchain, library: BoxLibrary) -> None:
    Path(str(library.native[0])).write_text("int f(void) { return missing; }\n")
    with pytest.raises(BackendError, match=r"hello\.c:1:.*missing"):
        toolchain.bitcode([library], silent)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ('int f(int a) { __asm__("nop"); return a; }\n', "inline assembly"),
        ("_Thread_local int place; int f(void) { return place++; }\n", "`place` is thread-local"),
    ],
)
def test_what_cannot_be_merged_is_refused(
    toolchain: ZigToolchain, library: BoxLibrary, code: str, message: str
) -> None:
    Path(str(library.native[0])).write_text(code)
    with pytest.raises(BackendError, match=message):
        toolchain.bitcode([library], silent)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("declaration", "holds"),
    [
        ('native function greet(who: Any): Any = "greet" throws\n', True),
        ('native function greet(who: String): Any = "greet"\n', True),
        ('native function greet(who: Integer): Any = "greet" throws\n', False),
        ('native function greet(): Any = "greet" throws\n', False),
        ('native function greet(who) = "greet"\n', False),
        ('native function gruss(who: Any): Any = "gruss" throws\n', False),
        ('native box GreetBox = "ny_string" size 40 { native greet() = "greet" throws }\n', True),
        ('native box GreetBox = "ny_string" size 48 { native greet() = "greet" throws }\n', False),
        ('native box GreetBox = "" size 8 destroy "greet" { }\n', False),
        ('native box IntegerBox = "" size 16 id 2 { native greet() = "greet" throws }\n', False),
        ('static box Greet { native greet(who) = "greet" throws }\n', True),
        ('extend box StringBox { native greet() = "greet" throws }\n', True),
    ],
)
def test_declarations_and_c_must_agree(
    toolchain: ZigToolchain, library: BoxLibrary, declaration: str, holds: bool
) -> None:
    declared = _library(Path(str(library.native[0])).parent, declaration)
    if holds:
        toolchain.bitcode([declared], silent)
    else:
        with pytest.raises(BackendError, match="its C code is not what"):
            toolchain.bitcode([declared], silent)


@pytest.mark.slow
def test_two_definitions_of_one_symbol(toolchain: ZigToolchain, library: BoxLibrary) -> None:
    folder = Path(str(library.native[0])).parent
    (folder / "again.c").write_text(HELLO)
    with pytest.raises(BackendError, match="greet"):
        toolchain.bitcode([_library(folder)], silent)


@pytest.mark.slow
def test_an_undefined_symbol(toolchain: ZigToolchain, library: BoxLibrary, tmp_path: Path) -> None:
    objects = toolchain.objects([library], silent)
    output = tmp_path / "p.exe"
    output.write_text("as it was")
    with pytest.raises(BackendError, match="assembled"):
        toolchain.link(objects[:1], output, silent)
    assert output.read_text() == "as it was"


def test_the_output_folder_is_missing(toolchain: ZigToolchain, tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="cannot write"):
        toolchain.link((), tmp_path / "nowhere" / "p.exe", silent)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc")
def test_the_sanitised_flavour(
    toolchain: ZigToolchain, library: BoxLibrary, tmp_path: Path
) -> None:
    objects = toolchain.objects([library], silent, sanitize=True)
    toolchain.link(objects, tmp_path / "p.exe", silent, sanitize=True)
    assert _run(tmp_path / "p.exe") == (42, "hello 1\n")


def test_no_gcc_for_sanitizers(
    toolchain: ZigToolchain, library: BoxLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BackendError, match="needs gcc"):
        toolchain.objects([library], silent, sanitize=True)
