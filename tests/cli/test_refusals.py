"""What the command refuses because of where it runs: caches, toolchains, libraries, systems."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HELLO = 'print("hello")\n'


@pytest.fixture
def hello(nyash, tmp_path: Path) -> Path:
    file = tmp_path / "hello.nyash"
    file.write_text(HELLO)
    return file


def test_a_cache_that_cannot_be_used(nyash, hello, monkeypatch: pytest.MonkeyPatch) -> None:
    (hello.parent / "file").write_text("")
    monkeypatch.setenv("NYASH_CACHE_DIR", str(hello.parent / "file"))
    done = nyash("run", str(hello))
    assert done.code != 0
    assert "error[N0917]" in done.err and "NYASH_CACHE_DIR" in done.err


def test_a_toolchain_that_fails(nyash, hello, tmp_path: Path) -> None:
    done = nyash("build", str(hello), "--target", "sparc-linux-gnu", "-o", str(tmp_path / "x"))
    assert done.code != 0 and "error[N07" in done.err and "sparc" in done.err


def test_no_toolchain(nyash, hello, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nyash_rt.plugin.nyash_toolchain.__code__", (lambda target: None).__code__)
    done = nyash("build", str(hello))
    assert done.code != 0 and "error[N0702]" in done.err


def test_a_compiler_that_is_missing(nyash, hello, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--sanitize` asks for gcc."""
    monkeypatch.setenv("PATH", str(hello.parent))
    monkeypatch.setenv("NYASH_CACHE_DIR", str(hello.parent / "cache"))
    done = nyash("build", str(hello), "--sanitize")
    assert done.code != 0 and "error[N0701]" in done.err and "gcc" in done.err


def test_a_program_that_cannot_be_started(nyash, hello, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "execve", refuse)
    done = nyash("run", str(hello))
    assert done.code != 0 and "error[N0704]" in done.err and "Permission denied" in done.err


def test_an_artifact_of_a_library_that_is_not_installed(nyash, hello, tmp_path: Path) -> None:
    from nyash_ir.codec import from_artifact, to_artifact

    artifact = tmp_path / "hello.nyir"
    assert nyash("pipeline", str(hello), "--emit", "ir", "-o", str(artifact)).code == 0
    module = from_artifact(artifact.read_bytes())
    module.libraries.append("nosuch")
    artifact.write_bytes(to_artifact(module))
    done = nyash("pipeline", str(artifact), "--emit", "exe", "-o", str(tmp_path / "x"))
    assert done.code != 0 and "error[N0915]" in done.err and "`nosuch`" in done.err


def test_an_unknown_code(nyash) -> None:
    done = nyash("explain", "N9999")
    assert done.code != 0 and "error[N0918]" in done.err


def test_no_tests(nyash, tmp_path: Path) -> None:
    done = nyash("test")
    assert done.code != 0 and "error[N0919]" in done.err
    file = tmp_path / "none.nyash"
    file.write_text(HELLO)
    done = nyash("test", str(file))
    assert done.code != 0 and "error[N0919]" in done.err


def test_a_tree_with_a_method_that_has_no_body(nyash, tmp_path: Path) -> None:
    """The parser refuses it (N0024); a tree in an artifact may hold it all the same."""
    import msgspec
    from nyash_parse import artifact
    from nyash_parse.ast import Program

    source = tmp_path / "p.nyash"
    source.write_text("box P { size() { return 1 } }\nprint(new P().size())\n")
    tree = tmp_path / "p.ast.msgpack"
    assert nyash("pipeline", str(source), "--emit", "ast", "-o", str(tree)).code == 0
    program = artifact.read(tree.read_bytes(), "ast", Program)
    box = program.files[0].items[0]
    bare = msgspec.structs.replace(box.methods[0], body=None)
    items = (msgspec.structs.replace(box, methods=(bare,)), *program.files[0].items[1:])
    file = msgspec.structs.replace(program.files[0], items=items)
    changed = msgspec.structs.replace(program, files=(file,))
    tree.write_bytes(artifact.write("ast", changed, {}, []))
    done = nyash("pipeline", str(tree), "--emit", "exe", "-o", str(tmp_path / "x"))
    assert done.code != 0 and "error[N0212]" in done.err
