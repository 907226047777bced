"""From LLVM text to machine code: what is optimised where, and what it is linked with.

Release: the toolchain's clang optimises the program with copies of the runtime's small functions at
hand, a large program in parts side by side. Development: the program alone is lightly optimised in
this process. Both are then linked with the runtime's objects, which are built once.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from nyash_ir.hooks.records import BackendError, BoxLibrary, EmitOptions, Toolchain

from .context import part_count
from .module_parts import parts
from .timing import timed

if TYPE_CHECKING:
    from llvmlite.binding import ModuleRef
    from nyash_ir.module import Module

    from .module_text import ModuleText

_RELEASE_LEVEL = 2
_DEVELOPMENT_LEVEL = 1


class Build:
    """One way from LLVM text to machine code. `folder` is for files on the way."""

    def __init__(self, module: Module, options: EmitOptions, folder: Path) -> None:
        self._options = options
        self._folder = folder
        self._libraries = _libraries(module, options)
        self._inlines = options.release and not (options.sanitize or options.faults)
        self._part_count = part_count(module)

    def machine_code(self, program: ModuleText, kind: str) -> bytes:
        """`kind` is `obj` or `asm`."""
        with timed(self._options, "optimise"):
            return self._compiled([program.render()], kind)[0].read_bytes()

    def executable(self, program: ModuleText, output: Path) -> None:
        with timed(self._options, "optimise"):
            in_parts = self._part_count > 1 and self._inlines and self._optimises_text
            texts = parts(program, self._part_count) if in_parts else [program.render()]
            objects = self._compiled(texts, "obj")
        with timed(self._options, "link"):
            toolchain, options = self._toolchain, self._options
            checks = (options.sanitize, options.faults)
            runtime = toolchain.objects(self._libraries, options.progress, *checks)
            toolchain.link((*objects, *runtime), output, options.progress, options.strip, *checks)

    @property
    def _toolchain(self) -> Toolchain:
        if self._options.toolchain is None:
            triple = self._options.target.triple
            raise BackendError(f"no plug-in offers a toolchain for {triple}")
        return self._options.toolchain

    @property
    def _optimises_text(self) -> bool:
        return callable(getattr(self._toolchain, "compile_text", None))

    def _compiled(self, texts: Sequence[str], kind: str) -> list[Path]:
        """A file of machine code for each text."""
        suffix = "s" if kind == "asm" else "o"
        products = [self._folder / f"program.{number}.{suffix}" for number in range(len(texts))]
        one = self._compile_release if self._inlines else self._compile_development
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            for _ in pool.map(one, texts, [kind] * len(texts), products):
                pass
        return products

    def _compile_release(self, text: str, kind: str, product: Path) -> None:
        toolchain, options = self._toolchain, self._options
        inlinable = toolchain.inlinable_bitcode(self._libraries, options.progress)
        if self._optimises_text:
            file = product.with_suffix(".ll")
            file.write_text(text, "utf-8")
            toolchain.compile_text(file, inlinable, product, kind, _RELEASE_LEVEL)
        else:
            file = product.with_suffix(".bc")
            file.write_bytes(self._merged(text, inlinable).as_bitcode())
            toolchain.compile_bitcode(file, product, kind, _RELEASE_LEVEL)

    def dump_merged(self, program: ModuleText) -> None:
        """Show the program with the runtime's small functions in it, as the optimiser sees it."""
        if self._inlines and self._options.dump is not None:
            options = self._options
            inlinable = self._toolchain.inlinable_bitcode(self._libraries, options.progress)
            merged = self._merged(program.render(), inlinable)
            self._options.dump("merged.ll", str(merged).encode())

    def _merged(self, text: str, inlinable: Path) -> ModuleRef:
        from .bitcode import link_bitcode, parse_text
        from .optimise import drop_unused
        from .target import target_machine

        module = parse_text(text)
        link_bitcode(module, inlinable)
        drop_unused(module, target_machine(self._options.target, _RELEASE_LEVEL))
        return module

    def _compile_development(self, text: str, kind: str, product: Path) -> None:
        from .bitcode import parse_text
        from .optimise import optimise_lightly
        from .target import target_machine

        module = parse_text(text)
        machine = target_machine(self._options.target, _DEVELOPMENT_LEVEL)
        optimise_lightly(module, machine)
        if kind == "asm":
            product.write_text(machine.emit_assembly(module))
        else:
            product.write_bytes(machine.emit_object(module))


def _libraries(module: Module, options: EmitOptions) -> Sequence[BoxLibrary]:
    """The libraries whose native code the module needs, in the order the plug-ins gave them."""
    missing = sorted(set(module.libraries) - {library.name for library in options.libraries})
    if missing:
        raise BackendError(
            f"the program needs the Box library {missing[0]}, which no installed plug-in provides"
        )
    return [library for library in options.libraries if library.name in module.libraries]
