"""Modules in LLVM's memory: reading text, linking the runtime in, hiding what nobody else needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nyash_ir.hooks.records import BackendError

from .symbols import CLASS_ID_PREFIX, FOR_THE_RUNTIME

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


def hide_internals(module: ModuleRef) -> None:
    """Make every definition of a program local but what the runtime looks for, so that LLVM may
    drop, inline and change the rest."""
    for group in (module.functions, module.global_variables):
        for value in group:
            name = value.name
            if value.is_declaration or value.linkage.name != "external":
                continue
            if name not in FOR_THE_RUNTIME and not name.startswith(CLASS_ID_PREFIX):
                value.linkage = "internal"
