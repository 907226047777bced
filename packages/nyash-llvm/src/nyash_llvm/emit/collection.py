"""Array and map literals, elements of arrays."""

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


@emits(ir.GetItem)
def get_item(e: FunctionEmitter, item: ir.GetItem) -> None:
    word = e.call("ny_array_item", e.use(item.array), e.use(item.index))
    e.check_thrown(word, item)
    e.define(item.result, word)


@emits(ir.SetItem)
def set_item(e: FunctionEmitter, item: ir.SetItem) -> None:
    done = e.call("ny_array_put", e.use(item.array), e.use(item.index), e.use(item.value))
    e.check_thrown(done, item)
