"""Array and map literals."""

from __future__ import annotations

from nyash_ir import instructions as ir

from ..function import FunctionEmitter
from .register import emits


@emits(ir.NewArray)
def new_array(e: FunctionEmitter, item: ir.NewArray) -> None:
    word = e.call("ny_array_from", e.store_words(item.items), str(len(item.items)))
    e.check_thrown(word, item)
    e.define(item.result, word)


@emits(ir.NewMap)
def new_map(e: FunctionEmitter, item: ir.NewMap) -> None:
    word = e.call("ny_map_from", e.store_words(item.entries), str(len(item.entries) // 2))
    e.check_thrown(word, item)
    e.define(item.result, word)
