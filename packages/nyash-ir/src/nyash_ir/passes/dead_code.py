"""Drop what nothing uses.

Runs first, so that no other pass spends time on library methods that the program cannot reach;
the values that later passes leave over are removed with the same `remove_dead_values`. What a
program could notice stays: a variable keeps its Box alive to the end of its block, used or not,
so a counted value with an `end` is only dropped when its end cannot be observed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ..analysis.call_graph import CallGraph
from ..analysis.hierarchy import unobservable
from ..effects import Effects
from ..instruction import Instruction, Throwing, result_of
from ..instructions import Branch, End, Jump
from ..module import Block, Function, Module
from ..rewrite import uses_of


def run(module: Module, options: Mapping[str, Any]) -> bool:
    """The pass: functions, dispatch entries and natives out of reach, then dead values."""
    changed = remove_unreachable_functions(module)
    for function in module.functions.values():
        changed |= remove_dead_values(function)
    return changed


def remove_unreachable_functions(module: Module) -> bool:
    """Keep only what the entry can reach; the classes' tables then only name what is kept."""
    graph = CallGraph(module)
    kept = graph.functions
    if len(kept) == len(module.functions) and len(graph.natives) == len(module.natives):
        return False
    module.functions = {n: f for n, f in module.functions.items() if n in kept}
    module.natives = {n: f for n, f in module.natives.items() if n in graph.natives}
    for box in module.classes.values():
        box.methods = {s: n for s, n in box.methods.items() if n in kept}
        box.protocol = {s: n for s, n in box.protocol.items() if n in kept}
        box.finalisers = [name for name in box.finalisers if name in kept]
        if box.constructor not in kept:
            box.constructor = None
        if box.static_initialiser not in kept:
            box.static_initialiser = None
    return True


def remove_dead_values(function: Function) -> bool:
    """Remove instructions without effects and block parameters whose values nobody needs, also
    where they only feed each other around a loop."""
    return _DeadValues(function).run()


_REMOVABLE: dict[type[Instruction], bool] = {}


def _removable(kind: type[Instruction]) -> bool:
    """Whether instructions of a class may go when their result is not needed."""
    found = _REMOVABLE.get(kind)
    if found is None:
        found = _REMOVABLE[kind] = (
            not kind.terminator
            and not issubclass(kind, Throwing)
            and not kind.effects & ~Effects.READS
            and any(field.name == "result" for field in kind.fields)
        )
    return found


class _DeadValues:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.definitions: dict[int, Instruction] = {}
        self.needed: set[int] = set()
        self.pending: list[int] = []
        self.arguments: dict[int, list[int]] = {}

    def need(self, value: int) -> None:
        if value not in self.needed:
            self.needed.add(value)
            self.pending.append(value)

    def run(self) -> bool:
        function = self.function
        ends: list[int] = []
        for block in function.blocks:
            for value in block.parameters:
                if not self.droppable(value):
                    self.need(value)
            for item in block.instructions:
                if isinstance(item, End):
                    ends.append(item.value)
                elif _removable(type(item)):
                    self.definitions[item.result] = item  # type: ignore[attr-defined]
                elif isinstance(item, Jump | Branch):
                    self.pass_arguments(item)
                else:
                    for value in uses_of(item):
                        self.need(value)
        for value in ends:
            item = self.definitions.get(value)
            if item is not None and item.effects and not self.droppable(value):
                self.need(value)
        while self.pending:
            value = self.pending.pop()
            item = self.definitions.get(value)
            if item is not None:
                for used in uses_of(item):
                    self.need(used)
            for argument in self.arguments.get(value, ()):
                self.need(argument)
        return self.sweep()

    def droppable(self, value: int) -> bool:
        found = self.function.values[value]
        return not found.representation.counted or unobservable(found.type)

    def pass_arguments(self, item: Jump | Branch) -> None:
        if isinstance(item, Branch):
            self.need(item.condition)
            edges = [
                (item.then_block, item.then_arguments),
                (item.else_block, item.else_arguments),
            ]
        else:
            edges = [(item.target, item.arguments)]
        for block, arguments in edges:
            parameters = self.function.blocks[block].parameters
            for parameter, argument in zip(parameters, arguments, strict=True):
                if parameter in self.needed:
                    self.need(argument)
                else:
                    self.arguments.setdefault(parameter, []).append(argument)

    def sweep(self) -> bool:
        function = self.function
        gone = {value for value in self.definitions if value not in self.needed}
        keep: dict[int, list[bool]] = {}
        for number, block in enumerate(function.blocks):
            flags = [value in self.needed for value in block.parameters]
            if not all(flags):
                keep[number] = flags
                gone.update(v for v in block.parameters if v not in self.needed)
        if not gone:
            return False
        for number, block in enumerate(function.blocks):
            self.sweep_block(number, block, gone, keep)
        return True

    def sweep_block(
        self, number: int, block: Block, gone: set[int], keep: Mapping[int, list[bool]]
    ) -> None:
        if number in keep:
            block.parameters = [v for v in block.parameters if v in self.needed]
        items = []
        for item in block.instructions:
            if result_of(item) in gone or (isinstance(item, End) and item.value in gone):
                continue
            items.append(item)
        last = items[-1]
        if isinstance(last, Jump) and last.target in keep:
            items[-1] = replace(last, arguments=_kept(last.arguments, keep[last.target]))
        elif isinstance(last, Branch) and (last.then_block in keep or last.else_block in keep):
            items[-1] = replace(
                last,
                then_arguments=_kept(last.then_arguments, keep.get(last.then_block)),
                else_arguments=_kept(last.else_arguments, keep.get(last.else_block)),
            )
        block.instructions = items


def _kept(arguments: tuple[int, ...], flags: list[bool] | None) -> tuple[int, ...]:
    if flags is None:
        return arguments
    return tuple(value for value, keep in zip(arguments, flags, strict=True) if keep)
