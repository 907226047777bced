"""The only way to append instructions: keeps value ids, representations and blocks consistent.

Lowering makes every instruction of a program here, so what is asked of an instruction's
declaration is worked out once per class (`_shape`), not per instruction.
"""

from __future__ import annotations

from typing import Any

from nyash_parse.source import NO_SPAN, Span

from .instruction import Instruction, Throwing
from .instructions import Box
from .module import Block, Function, Value
from .representation import Representation
from .result_types import RAW_TYPES, natural_type
from .roles import Role
from .types import ANY, Type


class BuildError(ValueError):
    """The caller asked for IR that cannot be: a fault of the compiler or of a pass plug-in."""


_SHAPES: dict[type[Instruction], tuple[bool, bool, Representation | None]] = {}


def _shape(kind: type[Instruction]) -> tuple[bool, bool, Representation | None]:
    """Whether instructions of a class have a result, may throw, and the one representation their
    result can have (None where the maker has to say)."""
    found = _SHAPES.get(kind)
    if found is None:
        result = next((f for f in kind.fields if f.role is Role.RESULT), None)
        only = result.representations[0] if result and len(result.representations) == 1 else None
        found = _SHAPES[kind] = (result is not None, issubclass(kind, Throwing), only)
    return found


class FunctionBuilder:
    """Appends to one function. `span` is used for instructions that are given none.

    `block` is the number of the block that `emit` appends to. Several builders may work on one
    function, one after the other.
    """

    def __init__(self, function: Function, span: Span = NO_SPAN) -> None:
        self.function = function
        self.span = span
        self.block = -1
        self._open: list[Any] = []
        self._terminated = True

    def new_value(
        self,
        representation: Representation = Representation.WORD,
        type: Type | None = None,
        name: str = "",
    ) -> int:
        """A value id that the caller will have defined by a parameter or an instruction."""
        values = self.function.values
        values.append(Value(type or RAW_TYPES.get(representation, ANY), representation, name))
        return len(values) - 1

    def new_block(self, handler: int | None = None) -> int:
        """An empty block at the end of the function. `emit` goes on where it was."""
        blocks = self.function.blocks
        blocks.append(Block([], [], handler))
        return len(blocks) - 1

    def position(self, block: int) -> None:
        """Append to the end of `block` from now on."""
        self._open = self.function.blocks[block].instructions
        self._terminated = bool(self._open) and self._open[-1].terminator
        self.block = block

    @property
    def terminated(self) -> bool:
        """Whether the current block is complete, so that nothing can be appended."""
        return self._terminated

    def add_parameter(
        self,
        block: int,
        representation: Representation = Representation.WORD,
        type: Type | None = None,
        name: str = "",
    ) -> int:
        """A further parameter (phi) of a block other than the entry."""
        if block == 0:
            raise BuildError(f"{self.function.name}: the entry block takes no parameters")
        value = self.new_value(representation, type, name)
        self.function.blocks[block].parameters.append(value)
        return value

    def add_function_parameter(self, name: str = "", type: Type | None = None) -> int:
        """A further parameter of the function: a borrowed word."""
        value = self.new_value(Representation.WORD, type, name)
        self.function.parameters.append(value)
        return value

    def new_slot(self, name: str) -> int:
        """A further slot (`slot.get`, `slot.set`)."""
        self.function.slots.append(name)
        return len(self.function.slots) - 1

    def emit(
        self,
        kind: type[Instruction],
        /,
        *,
        span: Span | None = None,
        type: Type | None = None,
        representation: Representation | None = None,
        value_name: str = "",
        **fields: Any,
    ) -> Any:
        """Append an instruction with the given fields; answers the id of its result, or None.

        `type`, `representation` and `value_name` describe the result: the type defaults to what
        the instruction gives by nature, the representation has to be said only for `unbox` and
        `call.native`. `cleanup` defaults to empty. Raises `BuildError`.
        """
        if self._terminated:
            self._refuse(kind)
        has_result, throwing, only = _SHAPES.get(kind) or _shape(kind)
        if throwing and "cleanup" not in fields:
            fields["cleanup"] = ()
        result = None
        if has_result:
            if only is None:
                only = representation
                if only is None:
                    raise BuildError(f"{kind.__name__}: say the result's representation")
            values = self.function.values
            result = fields["result"] = len(values)
        try:
            item = kind(span=self.span if span is None else span, **fields)
        except TypeError as error:
            raise BuildError(f"{kind.__name__}: {error}") from None
        if result is not None:
            if type is None:
                type = RAW_TYPES.get(only)
                if type is None:
                    type = natural_type(item)
                    if kind is Box:
                        type = RAW_TYPES.get(values[item.operand].representation, ANY)
            values.append(Value(type, only, value_name))
        self._open.append(item)
        if kind.terminator:
            self._terminated = True
        return result

    def _refuse(self, kind: type[Instruction]) -> None:
        name = self.function.name
        if self.block < 0:
            raise BuildError(f"{name}: {kind.__name__} before a block was chosen")
        raise BuildError(f"{name}: {kind.__name__} after the end of block {self.block}")
