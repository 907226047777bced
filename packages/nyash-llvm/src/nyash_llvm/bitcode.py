"""Modules in LLVM's memory: reading text, linking the runtime in, hiding what nobody else needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nyash_ir.hooks.records import BackendError

if TYPE_CHECKING:
    from llvmlite.binding import ModuleRef

_ENTRY_POINTS = frozenset(("main", "__main_argc_argv", "_start"))
"""What the C library or the linker looks for; a WebAssembly program's main has the second name."""


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


def internalise(module: ModuleRef, keep: frozenset[str] = frozenset()) -> None:
    """Make every definition local but the entry points and `keep`, so that LLVM may drop, inline
    and change what is left."""
    for group in (module.functions, module.global_variables):
        for value in group:
            name = value.name
            if value.is_declaration or name in keep or name in _ENTRY_POINTS:
                continue
            if value.linkage.name in ("external", "weak_any", "weak_odr", "linkonce_any"):
                if not name.startswith("llvm."):
                    value.linkage = "internal"
