"""Which functions stand for a native of an Array or a Map, and which only read one."""

from __future__ import annotations

from collections.abc import Sequence

from .. import instructions as ir
from ..instruction import Instruction
from ..module import Function, Module
from ..rewrite import uses_of

_READING = frozenset(
    (
        "ny_array_copy", "ny_array_first", "ny_array_get", "ny_array_get_or", "ny_array_is_empty",
        "ny_array_last", "ny_array_length", "ny_array_slice", "ny_array_slice_from",
        "ny_index_get", "ny_iterator_new", "ny_map_copy", "ny_map_get", "ny_map_get_or",
        "ny_map_has", "ny_map_is_empty", "ny_map_keys", "ny_map_size", "ny_map_values",
    )
)  # fmt: skip
"""Natives that neither change their receiver nor give it on."""
_LOOKING = (ir.End, ir.Check, ir.CheckLive, ir.CheckPresent, ir.IsBox, ir.IsNull, ir.Truth)


class Wrappers:
    """Answers about the functions of a module, each found once."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._natives: dict[str, str | None] = {}
        self._reading: dict[str, bool] = {}

    def native(self, name: str) -> str | None:
        """The native that a function does nothing but call, with its own parameters in order."""
        if name not in self._natives:
            self._natives[name] = _wrapped(self._module.functions[name])
        return self._natives[name]

    def only_reads(self, name: str) -> bool:
        """Whether a method only reads the elements of its receiver, and gives it to nobody."""
        if name not in self._reading:
            self._reading[name] = False  # of one that calls itself nothing is known
            self._reading[name] = self._find_reading(self._module.functions[name])
        return self._reading[name]

    def _find_reading(self, function: Function) -> bool:
        me = function.parameters[0]
        return all(
            self._reads(function, item)
            for block in function.blocks
            for item in block.instructions
            if me in uses_of(item)
        )

    def _reads(self, function: Function, item: Instruction) -> bool:
        me = function.parameters[0]
        if isinstance(item, _LOOKING):
            return True
        target: str | None = None
        others: tuple[int, ...] = ()
        if isinstance(item, ir.CallNative):
            return item.symbol in _READING and me not in item.arguments[1:]
        if isinstance(item, ir.CallFunction):
            target, others = item.function, item.arguments[1:]
        elif isinstance(item, ir.CallMethod) and function.box is not None:
            target = self._module.classes[function.box].methods.get(item.selector)
            others = item.arguments
        if target is None or me in others:
            return False
        native = self.native(target)
        return native in _READING if native is not None else self.only_reads(target)


def _wrapped(function: Function) -> str | None:
    if len(function.blocks) != 1:
        return None
    symbol: str | None = None
    same = {value: value for value in function.parameters}
    """What converted values were."""
    arguments: Sequence[int] = ()
    result = returned = -1
    for item in function.blocks[0].instructions:
        if isinstance(item, ir.CallNative | ir.GetItem):
            if symbol is not None:
                return None
            if isinstance(item, ir.GetItem):
                symbol, arguments = "ny_array_get", (item.array, item.index)
            else:
                symbol, arguments = item.symbol, item.arguments
            same[item.result] = item.result
            result = item.result
        elif isinstance(item, ir.Unbox | ir.ToFloat | ir.Box):
            same[item.result] = same.get(item.operand, -1)
        elif isinstance(item, ir.Return):
            returned = same.get(item.value, -1)
        elif not isinstance(item, ir.Check | ir.End):
            return None
    if symbol is None or returned != result:
        return None
    return symbol if [same.get(a) for a in arguments] == function.parameters else None
