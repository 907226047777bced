"""Calls of function values: `call value/N(callee, arguments)`, written once per arity.

LLVM inlines them where they are used.
"""

from __future__ import annotations

from . import symbols, words
from .generated import GeneratedFunctions
from .layout import CLOSURE_ARITY_OFFSET, CLOSURE_CODE_OFFSET, FUNCTION_ID
from .module_text import BlockText, global_name


class ValueCalls:
    """The calling functions of a module, each made when first asked for."""

    def __init__(self, generated: GeneratedFunctions) -> None:
        self._generated = generated
        self._arities: set[int] = set()

    def of_arity(self, arity: int) -> str:
        """The function that calls a value with so many arguments."""
        if arity not in self._arities:
            self._arities.add(arity)
            self._define_slow(arity)
            self._define(arity)
        return symbols.call_value(arity)

    def _define(self, arity: int) -> None:
        """A closure of the right arity is called through its code, anything else out of line."""
        parameters = "".join(f", i64 %a{i}" for i in range(arity))
        text = self._generated.begin(symbols.call_value(arity), f"i64 %callee{parameters}")
        box, closure, direct, slow = (
            text.new_block(n) for n in ("box", "closure", "direct", "slow")
        )
        weights = self._generated.rare

        def go_on_if(condition: str, target: BlockText) -> None:
            failed = text.value(f"xor i1 {condition}, true")
            words.branch(text, failed, slow, target, weights)
            text.block = target

        go_on_if(words.is_heap(text, "%callee"), box)
        address = words.pointer(text, "%callee")
        class_id = words.load_class_id(text, address)
        go_on_if(text.value(f"icmp eq i16 {class_id}, {FUNCTION_ID}"), closure)
        arity_place = words.at(text, address, CLOSURE_ARITY_OFFSET)
        found = text.value(f"load i32, ptr {arity_place}, align 8")
        go_on_if(text.value(f"icmp eq i32 {found}, {arity}"), direct)
        code_place = words.at(text, address, CLOSURE_CODE_OFFSET)
        code = text.value(f"load ptr, ptr {code_place}, align 8")
        arguments = "i64 %callee" + "".join(f", i64 %a{i}" for i in range(arity))
        text.line(f"ret i64 {text.value(f'tail call i64 {code}({arguments})')}")
        text.block = slow
        name = global_name(symbols.call_value_slow(arity))
        text.line(f"ret i64 {text.value(f'tail call i64 {name}({arguments})')}")

    def _define_slow(self, arity: int) -> None:
        parameters = "".join(f", i64 %a{i}" for i in range(arity))
        text = self._generated.begin(
            symbols.call_value_slow(arity), f"i64 %callee{parameters}", "cold noinline nounwind"
        )
        place = text.alloca(f"[{arity} x i64]") if arity else "null"
        for index in range(arity):
            address = words.at(text, place, 8 * index) if index else place
            text.line(f"store i64 %a{index}, ptr {address}, align 8")
        result = self._generated.call(text, "ny_call_slow", "%callee", str(arity), place)
        text.line(f"ret i64 {result}")
