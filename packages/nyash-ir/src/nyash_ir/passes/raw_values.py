"""Keep proven numbers raw where they are used raw.

A loop variable is a block parameter, and as a word it would be boxed at the end of each round and
unboxed at the start of the next. Where inference has proven a parameter to be an Integer, Float or
Bool, and some use wants it raw, the parameter becomes raw, and the uses that want a word box it
there; so do the uses of a `box` in other blocks than its own. Boxing is a few machine instructions
for all but huge Integers, and Integers have no identity, so doing it twice cannot be noticed.
"""

from __future__ import annotations

from msgspec.structs import replace

from ..instruction import Instruction
from ..instructions import Box, Branch, End, Jump, Unbox
from ..module import Block, Function, Value
from ..representation import Representation
from ..rewrite import substitute, uses_of
from ..types import BOOL, FLOAT, INTEGER

_HELD = {
    INTEGER: Representation.I64,
    FLOAT: Representation.F64,
    BOOL: Representation.I1,
}
MOST_BLOCKS = 3
"""Blocks in which a `box` is repeated; with more, it stays where it is."""


def keep_values_raw(function: Function) -> bool:
    """Whether anything changed. Conversions that meet are left for folding."""
    parameters = _useful_parameters(function)
    if parameters:
        _make_parameters_raw(function, parameters)
    raw_of = {word: raw for word, (raw, _) in parameters.items()}
    raw_of.update(_boxes_used_elsewhere(function))
    if not raw_of:
        return False
    _replace_unboxed(function, raw_of)
    for block in function.blocks:
        block.instructions = _box_where_used(function, block, raw_of)
    return True


def _replace_unboxed(function: Function, raw_of: dict[int, int]) -> None:
    """Use the raw values directly where they were unboxed, and forget the words' ends."""
    same: dict[int, int] = {}
    for block in function.blocks:
        items = []
        for item in block.instructions:
            if isinstance(item, End) and item.value in raw_of:
                continue
            if isinstance(item, Unbox) and item.operand in raw_of:
                same[item.result] = raw_of[item.operand]
                continue
            items.append(item)
        block.instructions = items
    final = {}
    for value in same:
        raw = value
        while raw in same:
            raw = same[raw]
        final[value] = raw
    if final:
        for block in function.blocks:
            block.instructions = [substitute(item, final) for item in block.instructions]
        for word, raw in raw_of.items():
            raw_of[word] = final.get(raw, raw)


def _edges(item: Instruction) -> list[tuple[int, tuple[int, ...]]]:
    if isinstance(item, Jump):
        return [(item.target, item.arguments)]
    if isinstance(item, Branch):
        return [(item.then_block, item.then_arguments), (item.else_block, item.else_arguments)]
    return []


def _useful_parameters(function: Function) -> dict[int, tuple[int, int]]:
    """Word parameters to make raw, each with the number of its raw value to be and its block.

    Useful are those that some instruction unboxes, and those passed to useful ones."""
    home: dict[int, int] = {}
    for number, block in enumerate(function.blocks):
        for value in block.parameters:
            found = function.values[value]
            if found.representation is Representation.WORD and found.type in _HELD:
                home[value] = number
    if not home:
        return {}
    given: dict[int, list[int]] = {}
    pending: list[int] = []
    for block in function.blocks:
        for item in block.instructions:
            if isinstance(item, Unbox) and item.operand in home:
                pending.append(item.operand)
        for target, arguments in _edges(block.instructions[-1]):
            for parameter, argument in zip(
                function.blocks[target].parameters, arguments, strict=True
            ):
                given.setdefault(parameter, []).append(argument)
    useful: dict[int, tuple[int, int]] = {}
    while pending:
        value = pending.pop()
        if value in useful:
            continue
        held = _HELD[function.values[value].type]
        function.values.append(
            Value(function.values[value].type, held, function.values[value].name)
        )
        useful[value] = (len(function.values) - 1, home[value])
        pending.extend(a for a in given.get(value, ()) if a in home)
    return useful


def _make_parameters_raw(function: Function, parameters: dict[int, tuple[int, int]]) -> None:
    """Change the blocks' parameters and unbox what is passed to them."""
    positions: dict[int, dict[int, Representation]] = {}
    for word, (raw, number) in parameters.items():
        block = function.blocks[number]
        index = block.parameters.index(word)
        positions.setdefault(number, {})[index] = function.values[raw].representation
    for word, (raw, number) in parameters.items():
        block = function.blocks[number]
        block.parameters = [raw if value == word else value for value in block.parameters]
    for block in function.blocks:
        last = block.instructions[-1]
        added: list[Instruction] = []

        def unboxed(
            target: int,
            arguments: tuple[int, ...],
            last: Instruction = last,
            added: list[Instruction] = added,
        ) -> tuple[int, ...]:
            wanted = positions.get(target)
            if not wanted:
                return arguments
            found = list(arguments)
            for index, held in wanted.items():
                word = found[index]
                if word in parameters:
                    found[index] = parameters[word][0]
                    continue
                function.values.append(Value(function.values[word].type, held))
                found[index] = len(function.values) - 1
                added.append(Unbox(span=last.span, result=found[index], operand=word))
            return tuple(found)

        if isinstance(last, Jump):
            last = replace(last, arguments=unboxed(last.target, last.arguments))
        elif isinstance(last, Branch):
            last = replace(
                last,
                then_arguments=unboxed(last.then_block, last.then_arguments),
                else_arguments=unboxed(last.else_block, last.else_arguments),
            )
        block.instructions = [*block.instructions[:-1], *added, last]


def _boxes_used_elsewhere(function: Function) -> dict[int, int]:
    """The `box` results used as words, and only in a few other blocks, with their raw values."""
    boxes: dict[int, tuple[int, int]] = {}
    for number, block in enumerate(function.blocks):
        for item in block.instructions:
            if isinstance(item, Box):
                boxes[item.result] = (item.operand, number)
    blocks: dict[int, set[int]] = {}
    for number, block in enumerate(function.blocks):
        for item in block.instructions:
            if not isinstance(item, End):
                for value in uses_of(item):
                    if value in boxes:
                        blocks.setdefault(value, set()).add(number)
    return {
        value: boxes[value][0]
        for value, used in blocks.items()
        if boxes[value][1] not in used and len(used) <= MOST_BLOCKS
    }


def _box_where_used(function: Function, block: Block, raw_of: dict[int, int]) -> list[Instruction]:
    """The block with every use of a word in `raw_of` boxed before it, once a block."""
    boxed: dict[int, int] = {}
    items: list[Instruction] = []
    for item in block.instructions:
        for value in uses_of(item):
            if value in raw_of and value not in boxed:
                known = function.values[value]
                function.values.append(Value(known.type, Representation.WORD, known.name))
                boxed[value] = len(function.values) - 1
                items.append(Box(span=item.span, result=boxed[value], operand=raw_of[value]))
        items.append(substitute(item, boxed) if boxed else item)
    return items
