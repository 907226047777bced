"""Our own passes, registered like anyone's. Each is loaded when it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from .hooks import Pass, Target, hookimpl

if TYPE_CHECKING:
    from .module import Module

NYASH_HOOKS = 1


def _pass(name: str, description: str, after: tuple[str, ...] = ()) -> Pass:
    """The pass `run(module, options)` of `passes/<name>.py`."""

    def run(module: Module, options: Mapping[str, Any]) -> bool:
        return import_module(f"nyash_ir.passes.{name}").run(module, options)

    return Pass(name, run, after, (), description)


@hookimpl
def nyash_passes(target: Target) -> Sequence[Pass]:
    """The whole pipeline between lowering and code generation, for every target."""
    return [
        _pass("dead_code", "drop functions, methods and values that nothing uses"),
        _pass("simplify", "fold constants, thread jumps, drop checks that cannot fail"),
        _pass("infer", "prove types over the whole program", ("dead_code", "simplify")),
        _pass("specialise", "raw arithmetic and direct calls where types are proven", ("infer",)),
        _pass("inline", "put small functions in the place of their calls", ("specialise",)),
        _pass("ownership", "make reference counts explicit", ("inline",)),
        _pass("elide", "drop pairs of counts that cancel out", ("ownership",)),
    ]
