"""Tests of kinds: whether a word is a Box of some name, or comes from it."""

from __future__ import annotations

from . import symbols, words
from .generated import GeneratedFunctions
from .layout import Layout
from .module_text import FunctionText, global_name


class KindTests:
    """The testing functions of a module, each made when first asked for."""

    def __init__(self, generated: GeneratedFunctions, layout: Layout) -> None:
        self._generated = generated
        self._layout = layout
        self._defined: set[str] = set()

    def test(self, text: FunctionText, word: str, box: str) -> str:
        """An `i1`. Names that no value can have give false."""
        if box == "NullBox":
            return words.is_null(text, word)
        if box == "BoolBox":
            return words.is_bool(text, word)
        class_id = self._layout.class_id(box)
        if class_id is None:
            return "false"
        if self._layout.has_heirs(box):
            return self._generated.call(text, "ny_is", word, str(class_id))
        name = symbols.kind_test(box)
        if box not in self._defined:
            self._defined.add(box)
            self._define(box, class_id)
        return text.value(f"call i1 {global_name(name)}(i64 {word})")

    def _define(self, box: str, class_id: int) -> None:
        """For Boxes without heirs: one comparison of ids."""
        text = self._generated.begin(
            symbols.kind_test(box), "i64 %word", "alwaysinline nounwind", "i1"
        )
        heap, done = text.new_block("heap"), text.new_block("done")
        if box == "IntegerBox":
            immediate, other = words.is_small(text, "%word"), text.new_block("other")
            words.branch(text, immediate, done, other, "")
            text.block = other
        answer = "true" if box == "IntegerBox" else "false"
        if box == "FloatBox":
            answer = self._is_tagged_float(text)
        first = text.block.name
        words.branch(text, words.is_heap(text, "%word"), heap, done, "")
        text.block = heap
        found = words.load_class_id(text, words.pointer(text, "%word"))
        equal = text.value(f"icmp eq i16 {found}, {class_id}")
        words.jump(text, done)
        text.block = done
        incoming = [(answer, first), (equal, heap.name)]
        if box == "IntegerBox":
            incoming = [("true", "entry"), ("false", first), (equal, heap.name)]
        text.line(f"ret i1 {text.phi(done, 'i1', incoming)}")

    def _is_tagged_float(self, text: FunctionText) -> str:
        """Tags 3 and 4 (nyash.h)."""
        tag = text.value("and i64 %word, 7")
        moved = text.value(f"sub i64 {tag}, 3")
        return text.value(f"icmp ult i64 {moved}, 2")
