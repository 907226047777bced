"""Places of source text in what the backend writes, and in what debuggers make of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from compiling import built, compiled, session
from nyash_ir.hooks.records import Target
from nyash_llvm.bitcode import parse_text
from nyash_llvm.program import program_module

PROGRAM = """\
box Point {
    init { x, sorted }
    pack(x) { me.x = x }
    label() {
        return print(me.x)
    }
    fini() {
        local me_x = me.x
        print("end of " + me_x)
    }
}
function show(p) {
    return p.label()
}
static box Main {
    main() {
        local points = [new Point(1)]
        loop(p in points) { show(p) }
        return 0
    }
}
"""


def text_of(folder: Path, debug_info: bool = True) -> str:
    using = session()
    module = compiled(PROGRAM, folder, using)
    return program_module(module, Target(), debug_info=debug_info).render()


def test_every_line_of_a_function_has_a_place(tmp_path: Path) -> None:
    """One call without drops the whole module's debug information."""
    functions = re.findall(r"^define (.+?) \{\n(.*?)^\}", text_of(tmp_path), re.M | re.S)
    assert len(functions) > 10
    for head, body in functions:
        assert "!dbg" in head, head
        for line in body.splitlines():
            if " call " in line:
                assert ", !dbg !" in line, f"{head}: {line}"


def test_llvm_keeps_the_debug_information(tmp_path: Path) -> None:
    kept = str(parse_text(text_of(tmp_path)))
    assert '!DISubprogram(name: "Point.label"' in kept
    assert re.search(r"!DIFile\(filename: \"[^\"]*program\.nyash\"", kept)


def test_without_debug_information(tmp_path: Path) -> None:
    text = text_of(tmp_path, debug_info=False)
    assert "!dbg" not in text and "!DI" not in text
    parse_text(text)


def test_sites_name_function_file_and_line(tmp_path: Path) -> None:
    text = text_of(tmp_path)
    (rows,) = re.findall(r"^@ny_sites = constant .*", text, re.M)
    assert "i32 5, i32 0 }" in rows, "print in Point.label stands on line 5"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("gdb") is None, reason="needs gdb")
@pytest.mark.parametrize("release", [True, False], ids=["release", "development"])
def test_gdb_shows_functions_and_lines(tmp_path: Path, release: bool) -> None:
    executable = built(PROGRAM, tmp_path, release=release)
    done = subprocess.run(
        ["gdb", "-nx", "-batch", "-ex", "break ny_print", "-ex", "run", "-ex", "bt", executable],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    trace = done.stdout
    for function, line in (("Point.label", 5), ("show", 13), ("Main.main", 18)):
        assert re.search(rf"{re.escape(function)} \(\) at \S*program\.nyash:{line}\b", trace), trace


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("llvm-dwarfdump") is None, reason="needs llvm-dwarfdump")
def test_the_dwarf_is_sound(tmp_path: Path) -> None:
    executable = built(PROGRAM, tmp_path)
    done = subprocess.run(
        ["llvm-dwarfdump", "--verify", executable],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
