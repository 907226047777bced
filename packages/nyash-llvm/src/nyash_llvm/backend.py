"""The backend `llvm`: from a verified module to LLVM text, assembly, an object or an executable."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nyash_ir.hooks.records import BackendError, EmitOptions

from .build import Build
from .program import program_module
from .timing import timed

if TYPE_CHECKING:
    from nyash_ir.module import Module

KINDS = ("llvm", "asm", "obj", "exe")


class LlvmGenerator:
    """The `CodeGenerator` of this package."""

    def emit(self, module: Module, kind: str, output: Path | None, options: EmitOptions) -> bytes:
        if kind not in KINDS:
            raise BackendError(f"the backend `llvm` makes {', '.join(KINDS)}, not {kind}")
        if kind == "exe" and output is None:
            raise BackendError("an executable needs a file to be written to")
        with timed(options, "emit"):
            program = program_module(
                module,
                options.target,
                debug_info=options.debug_info,
                release=options.release,
                leak_check=options.leak_check,
            )
        if options.dump is not None:
            options.dump("program.ll", program.render().encode())
        if kind == "llvm":
            return _written(program.render().encode(), output)
        with tempfile.TemporaryDirectory(prefix="nyash-") as folder:
            build = Build(module, options, Path(folder))
            build.dump_merged(program)
            if kind != "exe":
                return _written(build.machine_code(program, kind), output)
            assert output is not None
            build.executable(program, output)
            return b""


def _written(data: bytes, output: Path | None) -> bytes:
    if output is not None:
        try:
            output.write_bytes(data)
        except OSError as error:
            raise BackendError(f"cannot write {output}: {error.strerror}") from None
    return data


def generator() -> LlvmGenerator:
    return LlvmGenerator()
