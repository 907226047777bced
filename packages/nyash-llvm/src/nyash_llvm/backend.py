"""The backend `llvm`: from a verified module to LLVM text, assembly, an object or an executable.

Release: the program with copies of the runtime's small functions is optimised by the toolchain's
clang. Development: the program alone is lightly optimised in this process. Both are then linked
with the runtime's objects, which are built once.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nyash_ir.hooks.records import BackendError, BoxLibrary, EmitOptions, Toolchain

from .program import program_text

if TYPE_CHECKING:
    from nyash_ir.module import Module

KINDS = ("llvm", "asm", "obj", "exe")
_RELEASE_LEVEL = 2
_DEVELOPMENT_LEVEL = 1


class LlvmGenerator:
    """The `CodeGenerator` of this package."""

    def emit(self, module: Module, kind: str, output: Path | None, options: EmitOptions) -> bytes:
        if kind not in KINDS:
            raise BackendError(f"the backend `llvm` makes {', '.join(KINDS)}, not {kind}")
        with _timed(options, "emit"):
            text = program_text(
                module,
                options.target,
                debug_info=options.debug_info,
                release=options.release,
                leak_check=options.leak_check,
            )
        data = text.encode()
        if options.dump is not None:
            options.dump("program.ll", data)
        if kind != "llvm":
            with tempfile.TemporaryDirectory(prefix="nyash-") as folder:
                data = _Build(module, options, Path(folder)).run(text, kind, output)
        if output is not None and kind != "exe":
            try:
                output.write_bytes(data)
            except OSError as error:
                raise BackendError(f"cannot write {output}: {error.strerror}") from None
        return data


class _Build:
    """One way from LLVM text to machine code. `folder` is for files on the way."""

    def __init__(self, module: Module, options: EmitOptions, folder: Path) -> None:
        self._options = options
        self._folder = folder
        self._libraries = _libraries(module, options)
        self._inlines = options.release and not (options.sanitize or options.faults)

    def run(self, text: str, kind: str, output: Path | None) -> bytes:
        if kind == "exe" and output is None:
            raise BackendError("an executable needs a file to be written to")
        machine_kind = "asm" if kind == "asm" else "obj"
        product = self._folder / ("program.s" if kind == "asm" else "program.o")
        with _timed(self._options, "optimise"):
            if self._inlines:
                self._compile_release(text, machine_kind, product)
            else:
                self._compile_development(text, machine_kind, product)
        if kind != "exe":
            return product.read_bytes()
        assert output is not None
        with _timed(self._options, "link"):
            self._link(product, output)
        return b""

    @property
    def _toolchain(self) -> Toolchain:
        if self._options.toolchain is None:
            triple = self._options.target.triple
            raise BackendError(f"no plug-in offers a toolchain for {triple}")
        return self._options.toolchain

    def _compile_release(self, text: str, kind: str, product: Path) -> None:
        from .bitcode import hide_internals, link_bitcode, parse_text
        from .optimise import drop_unused
        from .target import target_machine

        toolchain, options = self._toolchain, self._options
        module = parse_text(text)
        hide_internals(module)
        link_bitcode(module, toolchain.inlinable_bitcode(self._libraries, options.progress))
        drop_unused(module, target_machine(options.target, _RELEASE_LEVEL))
        merged = self._folder / "merged.bc"
        merged.write_bytes(module.as_bitcode())
        if options.dump is not None:
            options.dump("merged.ll", str(module).encode())
        toolchain.compile_bitcode(merged, product, kind, _RELEASE_LEVEL)

    def _compile_development(self, text: str, kind: str, product: Path) -> None:
        from .bitcode import hide_internals, parse_text
        from .optimise import optimise_lightly
        from .target import target_machine

        module = parse_text(text)
        hide_internals(module)
        machine = target_machine(self._options.target, _DEVELOPMENT_LEVEL)
        optimise_lightly(module, machine)
        if kind == "asm":
            product.write_text(machine.emit_assembly(module))
        else:
            product.write_bytes(machine.emit_object(module))

    def _link(self, program: Path, output: Path) -> None:
        toolchain, options = self._toolchain, self._options
        checks = (options.sanitize, options.faults)
        runtime = toolchain.objects(self._libraries, options.progress, *checks)
        toolchain.link((program, *runtime), output, options.progress, options.strip, *checks)


def _libraries(module: Module, options: EmitOptions) -> Sequence[BoxLibrary]:
    """The libraries whose native code the module needs, in the order the plug-ins gave them."""
    missing = sorted(set(module.libraries) - {library.name for library in options.libraries})
    if missing:
        raise BackendError(
            f"the program needs the Box library {missing[0]}, which no installed plug-in provides"
        )
    return [library for library in options.libraries if library.name in module.libraries]


@contextmanager
def _timed(options: EmitOptions, step: str) -> Iterator[None]:
    begin = time.perf_counter()
    try:
        yield
    finally:
        options.times[step] = options.times.get(step, 0.0) + time.perf_counter() - begin


def generator() -> LlvmGenerator:
    return LlvmGenerator()
