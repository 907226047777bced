"""Array and map literals, elements of arrays."""

from __future__ import annotations

from nyash_ir import instructions as ir

from .. import words
from ..function import FunctionEmitter
from ..layout import ARRAY_COUNT_OFFSET, ARRAY_ITEMS_OFFSET
from ..module_text import BlockText
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


def _find(e: FunctionEmitter, array: int, index: int, usual: BlockText, other: BlockText) -> str:
    """Go to `usual`, with the element's place, if the index counts from the start and there is such
    an element, else to `other`."""
    address = words.pointer(e.text, e.use(array))
    count_place = words.at(e.text, address, ARRAY_COUNT_OFFSET)
    count = e.text.value(f"load i32, ptr {count_place}, align 8")
    wide = e.text.value(f"zext i32 {count} to i64")
    inside = e.text.value(f"icmp ult i64 {e.use(index)}, {wide}")
    words.branch(e.text, inside, usual, other, "")
    e.text.block = usual
    items_place = words.at(e.text, address, ARRAY_ITEMS_OFFSET)
    items = e.text.value(f"load ptr, ptr {items_place}, align 8")
    return e.text.value(f"getelementptr inbounds i64, ptr {items}, i64 {e.use(index)}")


@emits(ir.GetItem)
def get_item(e: FunctionEmitter, item: ir.GetItem) -> None:
    text = e.text
    usual, other, done = (text.new_block(n) for n in ("inside", "other", "item"))
    place = _find(e, item.array, item.index, usual, other)
    found = text.value(f"load i64, ptr {place}, align 8")
    words.jump(text, done)
    text.block = other
    word = e.call("ny_array_item", e.use(item.array), e.use(item.index))
    e.check_thrown(word, item)
    pairs = [(found, usual.name), (word, text.block.name)]
    words.jump(text, done)
    text.block = done
    e.define(item.result, text.phi(done, "i64", pairs))


@emits(ir.SetItem)
def set_item(e: FunctionEmitter, item: ir.SetItem) -> None:
    """In place where what is overwritten is no Box, which has to be given up."""
    text = e.text
    usual, plain, other, done = (text.new_block(n) for n in ("inside", "plain", "other", "stored"))
    place = _find(e, item.array, item.index, usual, other)
    before = text.value(f"load i64, ptr {place}, align 8")
    words.branch(text, words.is_heap(text, before), other, plain, "")
    text.block = plain
    text.line(f"store i64 {e.use(item.value)}, ptr {place}, align 8")
    words.jump(text, done)
    text.block = other
    put = e.call("ny_array_put", e.use(item.array), e.use(item.index), e.use(item.value))
    e.check_thrown(put, item)
    words.jump(text, done)
    text.block = done
