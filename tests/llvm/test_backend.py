"""The backend as the command uses it: kinds, determinism, other targets, refusals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from compiling import compiled, session
from nyash_ir.hooks.records import BackendError, EmitOptions, Target
from nyash_llvm.backend import KINDS, LlvmGenerator
from nyash_llvm.plugin import nyash_backends

PROGRAM = 'local a = [1, 2]\na.forEach(x => print(x + 1))\nthrow "end"\n'


def options(target: Target | None = None, **changes: object) -> EmitOptions:
    using = session()
    given = {"toolchain": using.toolchain, "libraries": using.box_libraries, **changes}
    return EmitOptions(target or Target(), **given)  # type: ignore[arg-type]


def module_in(folder: Path):
    return compiled(PROGRAM, folder, session())


def test_the_plugin_offers_what_the_generator_makes() -> None:
    (backend,) = nyash_backends()
    assert backend.produces == KINDS
    assert isinstance(backend.load(), LlvmGenerator)


def test_text_needs_no_toolchain(tmp_path: Path) -> None:
    output = tmp_path / "program.ll"
    data = LlvmGenerator().emit(
        module_in(tmp_path), "llvm", output, options(toolchain=None, libraries=())
    )
    assert output.read_bytes() == data
    assert b"define i64 @ny_program_main" in data


@pytest.mark.slow
@pytest.mark.parametrize("release", [True, False], ids=["release", "development"])
def test_assembly_and_object(tmp_path: Path, release: bool) -> None:
    module = module_in(tmp_path)
    assembly = LlvmGenerator().emit(module, "asm", None, options(release=release))
    assert b"ny_program_main:" in assembly
    times = options(release=release)
    assert LlvmGenerator().emit(module, "obj", None, times).startswith(b"\x7fELF")
    assert set(times.times) == {"emit", "optimise"}


@pytest.mark.parametrize("triple", ["aarch64-linux-musl", "riscv64-linux-musl"])
def test_other_targets(tmp_path: Path, triple: str) -> None:
    given = options(Target(triple), release=False, toolchain=None)
    assembly = LlvmGenerator().emit(module_in(tmp_path), "asm", None, given).decode()
    assert ("bl\t" if triple.startswith("aarch64") else "call\t") in assembly


def test_equal_modules_give_equal_texts(tmp_path: Path) -> None:
    """Whatever the order of Python's hashes."""
    source = tmp_path / "program.nyash"
    source.write_text(PROGRAM)
    code = (
        "import sys; from nyash.driver import Options, Session\n"
        "using = Session(Options(foreign_plugins=False))\n"
        "module = using.module(sys.argv[1])\n"
        "from nyash_llvm.program import program_module\n"
        "from nyash_ir.hooks.records import Target\n"
        "sys.stdout.write(program_module(module, Target()).render())\n"
    )

    def text(seed: str) -> bytes:
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        command = [sys.executable, "-c", code, source]
        return subprocess.run(
            command, env=environment, capture_output=True, timeout=60, check=True
        ).stdout

    assert text("1") == text("2") != b""


def test_refusals(tmp_path: Path) -> None:
    module = module_in(tmp_path)
    generator = LlvmGenerator()

    def refusal(kind: str, output: Path | None, given: EmitOptions) -> str:
        with pytest.raises(BackendError) as error:
            generator.emit(module, kind, output, given)
        return str(error.value)

    assert "makes llvm, asm, obj, exe, not png" in refusal("png", None, options())
    assert "needs a file" in refusal("exe", None, options())
    assert "no plug-in offers a toolchain" in refusal("obj", None, options(toolchain=None))
    assert "needs the Box library" in refusal("obj", None, options(libraries=()))
    assert "no code generation for pdp11" in refusal("llvm", None, options(Target("pdp11-unix")))
    missing = tmp_path / "missing" / "program.ll"
    assert "No such file" in refusal("llvm", missing, options())
