"""The native backend, registered like anyone's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nyash_ir.hooks import Backend, hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nyash_ir.hooks import CodeGenerator

NYASH_HOOKS = 1


def _load() -> CodeGenerator:
    from .backend import generator

    return generator()


@hookimpl
def nyash_backends() -> Sequence[Backend]:
    return [
        Backend(
            name="llvm",
            produces=("llvm", "asm", "obj", "exe"),
            load=_load,
            description="native code by LLVM, linked statically",
        )
    ]
