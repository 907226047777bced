"""The rules of the IR, checked after passes and on loading.

Each file answers a list of faults for one function. Later files rely on what earlier ones have
checked, so a function goes on to the next only while it has no faults.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ..analysis.effects import ProgramEffects
from ..module import Function, Module
from . import dominance, effects, ownership, references, structure, tables, typing
from .fault import Fault

Stage = Literal["before-ownership", "after-ownership"]
MOST_FAULTS = 100
"""Enough to see what is wrong; a broken pass can break every function."""


def verify(
    module: Module,
    stage: Stage = "before-ownership",
    functions: Iterable[str] | None = None,
) -> list[Fault]:
    """The faults of a module, at most `MOST_FAULTS`; none for IR that keeps every rule.

    `functions` restricts the work to the functions named (the module's tables are always
    checked). Raises nothing, however broken the module is, as long as it has the shape that the
    codec accepts.
    """
    found = tables.check(module)
    names = list(module.functions) if functions is None else functions
    effects = None
    for name in names:
        function = module.functions.get(name)
        if function is None:
            continue
        more = _function_faults(function, module, stage)
        if not more and not found and stage == "after-ownership":
            effects = effects or ProgramEffects(module)
            more = ownership.check(function, module, effects)
        found.extend(more)
        if len(found) >= MOST_FAULTS:
            return found[:MOST_FAULTS]
    return found


def _function_faults(function: Function, module: Module, stage: Stage) -> list[Fault]:
    found = structure.check(function)
    if not found:
        found = references.check(function, module)
        found += typing.check(function)
        found += effects.check(function, stage)
        found += dominance.check(function)
    return found


__all__ = ["Fault", "MOST_FAULTS", "Stage", "verify"]
