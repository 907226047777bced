"""Modules in LLVM's memory: reading text, linking the runtime in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nyash_ir.hooks.records import BackendError

if TYPE_CHECKING:
    from llvmlite.binding import ModuleRef


def parse_text(text: str) -> ModuleRef:
    """LLVM text as a module, verified. A fault is the backend's own, never the program's."""
    import llvmlite.binding as llvm

    try:
        module = llvm.parse_assembly(text)
        module.verify()
    except RuntimeError as error:
        raise BackendError(f"LLVM refuses what the backend wrote: {error}") from None
    return module


def link_bitcode(module: ModuleRef, path: Path) -> None:
    """Put the module in a bitcode file into `module`."""
    import llvmlite.binding as llvm

    try:
        module.link_in(llvm.parse_bitcode(path.read_bytes()))
    except OSError as error:
        raise BackendError(f"cannot read {path}: {error.strerror}") from None
    except RuntimeError as error:
        raise BackendError(f"the program and the runtime do not fit: {error}") from None
