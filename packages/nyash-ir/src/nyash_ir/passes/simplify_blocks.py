"""Fewer blocks: no unreachable ones, no detours, no parameters that are always the same value.

Block parameters own what is passed to them. Where one is replaced by the value it always holds,
its `end` becomes one more `end` of that value, which is how the ownership pass counts anyway.
"""

from __future__ import annotations

from msgspec.structs import replace

from ..analysis.control_flow import ControlFlow
from ..instruction import Instruction
from ..instructions import Branch, Jump
from ..module import Function
from ..rewrite import retarget, substitute, uses_of


def simplify_blocks(function: Function) -> bool:
    """Whether anything changed."""
    changed = remove_unreachable(function)
    changed |= _replace_constant_parameters(function)
    changed |= _skip_empty_blocks(function)
    changed |= _merge_chains(function)
    return remove_unreachable(function) or changed


def remove_unreachable(function: Function) -> bool:
    """Drop blocks that control cannot reach; whether there were any."""
    flow = ControlFlow(function)
    if len(flow.reachable) == len(function.blocks):
        return False
    kept = [n for n in range(len(function.blocks)) if n in flow.reachable]
    number = {old: new for new, old in enumerate(kept)}
    blocks = [function.blocks[old] for old in kept]
    for block in blocks:
        if block.handler is not None:
            block.handler = number[block.handler]
        last = block.instructions[-1]
        changed = retarget(last, lambda target: number[target])
        if changed is not last:
            block.instructions = [*block.instructions[:-1], changed]
    function.blocks = blocks
    return True


def _edges(item: Instruction) -> list[tuple[int, tuple[int, ...]]]:
    """The blocks a terminator goes to, with the arguments it passes."""
    if isinstance(item, Jump):
        return [(item.target, item.arguments)]
    if isinstance(item, Branch):
        return [(item.then_block, item.then_arguments), (item.else_block, item.else_arguments)]
    return []


def _replace_constant_parameters(function: Function) -> bool:
    """A parameter that is given one value on every edge (or itself) is that value."""
    given: dict[int, set[int]] = {}
    for block in function.blocks:
        for target, arguments in _edges(block.instructions[-1]):
            for parameter, argument in zip(
                function.blocks[target].parameters, arguments, strict=True
            ):
                given.setdefault(parameter, set()).add(argument)
    values: dict[int, int] = {}

    def resolve(value: int) -> int:
        while value in values:
            value = values[value]
        return value

    progress = True
    while progress:
        progress = False
        for parameter, arguments in given.items():
            if parameter in values:
                continue
            real = {resolve(a) for a in arguments} - {parameter}
            if len(real) == 1:
                values[parameter] = real.pop()
                progress = True
    if not values:
        return False
    values = {parameter: resolve(parameter) for parameter in values}
    for number, block in enumerate(function.blocks):
        keep = [p not in values for p in block.parameters]
        if not all(keep):
            _drop_arguments(function, number, keep)
            block.parameters = [p for p in block.parameters if p not in values]
    for block in function.blocks:
        block.instructions = [substitute(item, values) for item in block.instructions]
    return True


def _drop_arguments(function: Function, target: int, keep: list[bool]) -> None:
    def kept(arguments: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(a for a, k in zip(arguments, keep, strict=True) if k)

    for block in function.blocks:
        last = block.instructions[-1]
        if isinstance(last, Jump) and last.target == target:
            changed: Instruction = replace(last, arguments=kept(last.arguments))
        elif isinstance(last, Branch) and target in (last.then_block, last.else_block):
            changed = last
            if last.then_block == target:
                changed = replace(changed, then_arguments=kept(last.then_arguments))
            if last.else_block == target:
                changed = replace(changed, else_arguments=kept(last.else_arguments))
        else:
            continue
        block.instructions = [*block.instructions[:-1], changed]


def _skip_empty_blocks(function: Function) -> bool:
    """Edges to a block that only jumps on go to where it jumps, unless its parameters are used
    further on."""
    outside = _values_used_outside(function)
    forward: dict[int, Jump] = {}
    for number, block in enumerate(function.blocks):
        only = block.instructions[0]
        if (
            number
            and len(block.instructions) == 1
            and isinstance(only, Jump)
            and only.target != number
            and not outside.intersection(block.parameters)
        ):
            forward[number] = only
    if not forward:
        return False
    changed = False
    for block in function.blocks:
        last = block.instructions[-1]
        new = _redirected(last, function, forward)
        if new is not last:
            block.instructions = [*block.instructions[:-1], new]
            changed = True
    return changed


def _values_used_outside(function: Function) -> set[int]:
    """Block parameters used in other blocks than their own."""
    home = {p: n for n, block in enumerate(function.blocks) for p in block.parameters}
    return {
        value
        for number, block in enumerate(function.blocks)
        for item in block.instructions
        for value in uses_of(item)
        if home.get(value, number) != number
    }


def _redirected(item: Instruction, function: Function, forward: dict[int, Jump]) -> Instruction:
    def follow(target: int, arguments: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
        seen = {target}
        while (jump := forward.get(target)) is not None and jump.target not in seen:
            seen.add(jump.target)
            given = dict(zip(function.blocks[target].parameters, arguments, strict=True))
            target, arguments = jump.target, tuple(given.get(a, a) for a in jump.arguments)
        return target, arguments

    if isinstance(item, Jump):
        target, arguments = follow(item.target, item.arguments)
        if target == item.target:
            return item
        return replace(item, target=target, arguments=arguments)
    if isinstance(item, Branch):
        then_block, then_arguments = follow(item.then_block, item.then_arguments)
        else_block, else_arguments = follow(item.else_block, item.else_arguments)
        if then_block == item.then_block and else_block == item.else_block:
            return item
        return replace(
            item,
            then_block=then_block,
            then_arguments=then_arguments,
            else_block=else_block,
            else_arguments=else_arguments,
        )
    return item


def _merge_chains(function: Function) -> bool:
    """A block with one way in, from a block with one way out and the same handler, continues
    it."""
    flow = ControlFlow(function)
    values: dict[int, int] = {}
    merged = False
    gone: set[int] = set()
    for number in flow.order:
        if number in gone:
            continue
        block = function.blocks[number]
        while True:
            last = block.instructions[-1]
            if not isinstance(last, Jump):
                break
            target = last.target
            other = function.blocks[target]
            if (
                target == number
                or target in gone
                or flow.predecessors[target] != [number]
                or flow.handler_predecessors[target]
                or other.handler != block.handler
            ):
                break
            values.update(zip(other.parameters, last.arguments, strict=True))
            block.instructions = [*block.instructions[:-1], *other.instructions]
            other.parameters = []
            gone.add(target)
            merged = True
            flow.successors[number] = flow.successors[target]
            for successor in flow.successors[target]:
                predecessors = flow.predecessors[successor]
                flow.predecessors[successor] = [number if p == target else p for p in predecessors]
    if values:
        final = {}
        for parameter in values:
            value = parameter
            while value in values:
                value = values[value]
            final[parameter] = value
        for number, block in enumerate(function.blocks):
            if number not in gone:
                block.instructions = [substitute(item, final) for item in block.instructions]
    return merged
