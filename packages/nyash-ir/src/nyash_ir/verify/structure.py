"""The shape of a function: blocks, terminators, handlers, and values defined once.

Everything later may index blocks, values and slots without fear once this has passed.
"""

from __future__ import annotations

from ..instruction import successors_of
from ..instructions import Caught
from ..module import Block, Function
from ..representation import Representation
from ..rewrite import uses_of
from .fault import Fault


def check(function: Function) -> list[Fault]:
    """Faults in the shape of one function."""
    if not function.blocks:
        return [Fault(function.name, -1, -1, "a function needs at least one block")]
    return _Structure(function).check()


class _Structure:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.found: list[Fault] = []
        self.defined: set[int] = set()
        self.handlers = {b.handler for b in function.blocks if b.handler is not None}

    def fault(self, block: int, index: int, message: str) -> None:
        self.found.append(Fault(self.function.name, block, index, message))

    def check(self) -> list[Fault]:
        self.check_signature()
        for number, block in enumerate(self.function.blocks):
            for parameter in block.parameters:
                self.define(number, -1, parameter)
            self.check_handler(number, block)
            self.check_instructions(number, block)
        return self.found

    def check_signature(self) -> None:
        function = self.function
        for parameter in function.parameters:
            self.define(-1, -1, parameter)
            if 0 <= parameter < len(function.values):
                if function.values[parameter].representation is not Representation.WORD:
                    self.fault(-1, -1, f"parameter %{parameter} is not a word")
        if function.kind != "function" and not function.parameters:
            first = "`me`" if function.kind == "method" else "itself"
            self.fault(-1, -1, f"a {function.kind} takes {first} as its first parameter")
        if function.kind != "closure" and function.captures:
            self.fault(-1, -1, f"a {function.kind} has no captures")
        if function.blocks[0].parameters:
            self.fault(0, -1, "the entry block takes no parameters")

    def define(self, block: int, index: int, value: int) -> None:
        if not 0 <= value < len(self.function.values):
            self.fault(block, index, f"unknown value %{value}")
        elif value in self.defined:
            self.fault(block, index, f"%{value} is defined twice")
        self.defined.add(value)

    def check_handler(self, number: int, block: Block) -> None:
        handler = block.handler
        if handler is None:
            return
        if not 0 <= handler < len(self.function.blocks):
            self.fault(number, -1, f"unknown handler block {handler}")
            return
        if handler == 0:
            self.fault(number, -1, "the entry block cannot be a handler")
        target = self.function.blocks[handler]
        if target.parameters:
            self.fault(handler, -1, "a handler block takes no parameters")
        if not target.instructions or type(target.instructions[0]) is not Caught:
            self.fault(handler, 0 if target.instructions else -1, "a handler starts with `caught`")

    def check_instructions(self, number: int, block: Block) -> None:
        items = block.instructions
        if not items:
            self.fault(number, -1, "the block is empty")
            return
        values = len(self.function.values)
        last = len(items) - 1
        for index, item in enumerate(items):
            kind = type(item)
            if kind.terminator:
                if index != last:
                    self.fault(number, index, f"{tag(item)} in the middle of a block")
                for target in successors_of(item):
                    self.check_target(number, index, target)
            elif index == last:
                self.fault(number, index, "the block does not end in a terminator")
            if kind is Caught and (index != 0 or number not in self.handlers):
                self.fault(number, index, "`caught` is only the first instruction of a handler")
            for value in uses_of(item):
                if not 0 <= value < values:
                    self.fault(number, index, f"unknown value %{value}")
            result = getattr(item, "result", None)
            if result is not None:
                self.define(number, index, result)

    def check_target(self, number: int, index: int, target: int) -> None:
        if not 0 <= target < len(self.function.blocks):
            self.fault(number, index, f"unknown block {target}")
        elif target == 0:
            self.fault(number, index, "the entry block cannot be a target")
        elif target in self.handlers:
            self.fault(number, index, f"handler block {target} is only reached by errors")


def tag(item: object) -> str:
    """The name of an instruction in the text form."""
    return type(item).__struct_config__.tag  # type: ignore[attr-defined]
