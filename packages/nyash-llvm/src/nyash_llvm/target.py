"""Everything that depends on the target: triples, data layout, the target machine.

A triple is LLVM's and zig's at once (`x86_64-linux-musl`); LLVM's own has a vendor in the middle.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from nyash_ir.hooks.records import BackendError, Target

if TYPE_CHECKING:
    from llvmlite.binding import TargetMachine

_LAYOUTS = {
    "x86_64": ("e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"),
    "aarch64": (
        "e-m:e-p270:32:32-p271:32:32-p272:64:64-i8:8:32-i16:16:32-i64:64-i128:128-n32:64-S128-Fn32"
    ),
    "riscv64": "e-m:e-p:64:64-i64:64-i128:128-n32:64-S128",
}
"""LLVM's data layouts, so that writing text does not load LLVM. A test compares them with it."""

_FEATURES = {"riscv64": "+m,+a,+f,+d,+c"}


def architecture(target: Target) -> str:
    return target.triple.split("-")[0]


def llvm_triple(target: Target) -> str:
    """With the vendor that LLVM writes and clang expects."""
    parts = target.triple.split("-")
    return "-".join((parts[0], "unknown", *parts[1:])) if len(parts) == 3 else target.triple


def data_layout(target: Target) -> str:
    """Raises `BackendError` for an architecture this backend has no layout for."""
    found = _LAYOUTS.get(architecture(target))
    if found is None:
        known = ", ".join(_LAYOUTS)
        raise BackendError(f"no code generation for {target.triple}; architectures: {known}")
    return found


@lru_cache(maxsize=1)
def _initialise() -> None:
    import llvmlite.binding as llvm

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()


def target_machine(target: Target, level: int) -> TargetMachine:
    """LLVM's code generator for a target at an optimisation level. Executables are static and not
    position-independent, except where a target has no other kind."""
    import llvmlite.binding as llvm

    _initialise()
    try:
        found = llvm.Target.from_triple(llvm_triple(target))
    except RuntimeError as error:
        raise BackendError(f"LLVM does not know {target.triple}: {error}") from None
    return found.create_target_machine(
        opt=level,
        reloc="static",
        codemodel="small",
        features=_FEATURES.get(architecture(target), ""),
    )
