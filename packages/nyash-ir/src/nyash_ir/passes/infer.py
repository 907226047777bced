"""Prove types over the whole program.

Stands after simplification, which leaves less to look at, and before `specialise`, which turns
what is proven into raw arithmetic and direct calls. It only writes types (and summaries); the
program means the same with and without it.

The analysis is the usual optimistic fixpoint: every word starts as Never, and what flows into a
value joins its type, across assignments, calls, returns, fields, globals, slots and captures,
until nothing changes (a union grows to at most `LARGEST_UNION` names, which bounds it). It is sound
because the world is closed and each way a value can travel without an instruction of ours seeing it
counts as Any: elements of Arrays and Maps that were made or may be changed elsewhere (see
`infer_sites`), errors, results of function values, arguments of functions that are called as
values, by the runtime, or as bound methods, and fields of Boxes with native parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ..analysis.hierarchy import Hierarchy
from ..module import Module
from ..types import NEVER
from .infer_function import FunctionTypes
from .infer_program import ProgramTypes
from .infer_sites import ProgramSites

MOST_VISITS = 60
"""Visits of a function, on average, after which inference gives up; programs need 2 to 5."""


def run(module: Module, options: Mapping[str, Any]) -> bool:
    """The pass."""
    hierarchy = Hierarchy(module)
    program = ProgramTypes(module, hierarchy)
    sites = ProgramSites(module, program)
    functions: dict[str, FunctionTypes] = {}
    budget = MOST_VISITS * (len(module.functions) + 10)
    while (name := program.next_function()) is not None:
        budget -= 1
        if budget < 0:
            return False
        types = functions.get(name)
        if types is None:
            types = functions[name] = FunctionTypes(module.functions[name], program, sites)
        types.visit()
    return _write(module, program, functions)


def _write(
    module: Module,
    program: ProgramTypes,
    functions: Mapping[str, FunctionTypes],
) -> bool:
    """Put what was proven into values, fields and summaries."""
    changed = False
    for name, types in functions.items():
        function = module.functions[name]
        for value, proven in zip(function.values, types.types, strict=True):
            if value.representation.counted and proven.names and proven != value.type:
                value.type = proven
                changed = True
        summary = replace(
            function.summary,
            parameters=tuple(program.parameters[name]),
            result=program.results.get(name, NEVER),
        )
        if summary != function.summary:
            function.summary = summary
            changed = True
    for box in module.classes.values():
        fields = [
            replace(f, type=program.field_type(box.name, f.name) or NEVER) for f in box.fields
        ]
        if fields != box.fields:
            box.fields = fields
            changed = True
    return changed
