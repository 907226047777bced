"""Method calls and member accesses on values whose Box is not known.

The program is closed, so for each selector one function can list every Box that answers it: a
switch on the class id to direct calls, which LLVM turns into a few comparisons or a table.
"""

from __future__ import annotations

from collections.abc import Callable

from nyash_ir.module import BoxClass, Function, Module

from . import symbols, words
from .calls import ValueCalls
from .constants import Constants
from .generated import GeneratedFunctions
from .layout import ANY_BOX, IMMEDIATE_KINDS, NULL, Layout
from .module_text import BlockText, FunctionText, global_name

_Answer = Callable[[FunctionText], None]
"""Writes the rest of the dispatch function for the Boxes of one case, with its `ret`."""
_Case = tuple[list[int], _Answer]
"""The class ids it is for."""


class Dispatch:
    """The dispatch functions of a module, each made when first asked for."""

    def __init__(
        self,
        generated: GeneratedFunctions,
        module: Module,
        layout: Layout,
        constants: Constants,
        calls: ValueCalls,
    ) -> None:
        self._generated = generated
        self._module = module
        self._layout = layout
        self._constants = constants
        self._calls = calls
        self._defined: set[str] = set()

    def method(self, selector: str) -> str:
        """The function that calls `selector` (`name/arity`) on its first argument."""
        symbol = symbols.dispatch(selector)
        if symbol not in self._defined:
            self._defined.add(symbol)
            self._define_method(symbol, selector)
        return symbol

    def member_get(self, name: str) -> str:
        """The function that gives `receiver.name`, owned."""
        symbol = symbols.member_get(name)
        if symbol not in self._defined:
            self._defined.add(symbol)
            self._define_member_get(symbol, name)
        return symbol

    def member_set(self, name: str) -> str:
        """The function that assigns its second argument, which it consumes, to
        `receiver.name`; gives null, or 0 when it threw."""
        symbol = symbols.member_set(name)
        if symbol not in self._defined:
            self._defined.add(symbol)
            self._define_member_set(symbol, name)
        return symbol

    # -- methods ----------------------------------------------------------------------------------

    def _define_method(self, symbol: str, selector: str) -> None:
        name, arity = selector.rsplit("/", 1)
        count = int(arity)
        arguments = "i64 %receiver" + "".join(f", i64 %a{i}" for i in range(count))
        cases: dict[object, _Case] = {}
        for cls in self._layout.instances():
            target = cls.methods.get(selector)
            if target is not None and target in self._module.functions:
                case = cases.setdefault(target, ([], self._tail_call(target, arguments)))
                case[0].append(cls.id)
            elif (place := self._public_field(cls, name)) is not None:
                key = f"field at {place}"
                case = cases.setdefault(key, ([], self._call_of_field(place, count)))
                case[0].append(cls.id)
        universal = self._universal(selector)
        if universal is not None:
            fallback = self._tail_call(universal.name, arguments)
        else:
            fallback = self._missing("ny_method_missing", name, arity)
        self._define(symbol, arguments, list(cases.values()), fallback, universal is not None)

    def _universal(self, selector: str) -> Function | None:
        """The method that every value has under this selector."""
        universal = self._module.classes.get(ANY_BOX)
        name = universal.methods.get(selector) if universal is not None else None
        return self._module.functions.get(name) if name is not None else None

    def _tail_call(self, function: str, arguments: str) -> _Answer:
        def write(text: FunctionText) -> None:
            result = text.value(f"tail call i64 {global_name(function)}({arguments})")
            text.line(f"ret i64 {result}")

        return write

    def _missing(self, thrower: str, name: str, *arguments: str) -> _Answer:
        def write(text: FunctionText) -> None:
            given = ("%receiver", self._constants.c_text(name), *arguments)
            self._generated.call(text, thrower, *given)
            text.line("ret i64 0")

        return write

    def _call_of_field(self, place: tuple[int, bool], count: int) -> _Answer:
        """A field that holds a function: kept alive while it runs, since it may be assigned."""

        def write(text: FunctionText) -> None:
            callee = self._load_owned(text, place)
            arguments = f"i64 {callee}" + "".join(f", i64 %a{i}" for i in range(count))
            name = global_name(self._calls.of_arity(count))
            result = text.value(f"call i64 {name}({arguments})")
            self._generated.call(text, "ny_word_release", callee)
            text.line(f"ret i64 {result}")

        return write

    # -- members ----------------------------------------------------------------------------------

    def _define_member_get(self, symbol: str, name: str) -> None:
        cases: dict[object, _Case] = {}
        for cls in self._layout.instances():
            place = self._public_field(cls, name)
            method = self._method_named(cls, name)
            if place is not None:
                cases.setdefault(place, ([], self._read(place)))[0].append(cls.id)
            elif method is not None:
                case = cases.setdefault(method.name, ([], self._bound(method, name)))
                case[0].append(cls.id)
        universal = self._module.classes.get(ANY_BOX)
        method = self._method_named(universal, name) if universal is not None else None
        fallback = (
            self._bound(method, name)
            if method is not None
            else self._missing("ny_member_missing", name)
        )
        self._define(symbol, "i64 %receiver", list(cases.values()), fallback, False)

    def _define_member_set(self, symbol: str, name: str) -> None:
        cases: dict[object, _Case] = {}
        for cls in self._layout.instances():
            place = self._public_field(cls, name)
            if place is not None:
                cases.setdefault(place, ([], self._write(place)))[0].append(cls.id)

        def missing(text: FunctionText) -> None:
            self._generated.call(
                text, "ny_field_missing", "%receiver", self._constants.c_text(name)
            )
            self._drop_value_and_fail(text)

        parameters = "i64 %receiver, i64 %value"
        self._define(symbol, parameters, list(cases.values()), missing, False, consumes=True)

    def _public_field(self, cls: BoxClass, name: str) -> tuple[int, bool] | None:
        """Offset and weakness of a field that everyone may use."""
        field = cls.field(name)
        if field is None or field.visibility == "private":
            return None
        return self._layout.field_place(cls.name, name), field.weak

    def _method_named(self, cls: BoxClass, name: str) -> Function | None:
        """A method of this name with any arity, the smallest one."""
        found = []
        for selector, target in cls.methods.items():
            own, arity = selector.rsplit("/", 1)
            function = self._module.functions.get(target)
            if own == name and function is not None and function.kind == "method":
                found.append((int(arity), function))
        return min(found, key=lambda pair: pair[0])[1] if found else None

    def _load_owned(self, text: FunctionText, place: tuple[int, bool]) -> str:
        """The value of a field of the receiver, owned."""
        offset, weak = place
        address = words.at(text, words.pointer(text, "%receiver"), offset)
        held = text.value(f"load i64, ptr {address}, align 8")
        return self._generated.call(text, "ny_weak_read" if weak else "ny_word_retain", held)

    def _read(self, place: tuple[int, bool]) -> _Answer:
        return lambda text: text.line(f"ret i64 {self._load_owned(text, place)}")

    def _bound(self, method: Function, name: str) -> _Answer:
        def write(text: FunctionText) -> None:
            receiver = self._generated.call(text, "ny_word_retain", "%receiver")
            code, arity = global_name(method.name), str(len(method.parameters) - 1)
            word = self._generated.call(
                text, "ny_bound_method", receiver, code, arity,
                self._constants.c_text(name),
            )  # fmt: skip
            text.line(f"ret i64 {word}")

        return write

    def _write(self, place: tuple[int, bool]) -> _Answer:
        offset, weak = place

        def write(text: FunctionText) -> None:
            address = words.at(text, words.pointer(text, "%receiver"), offset)
            if weak:
                done = self._generated.call(text, "ny_weak_write", address, "%value")
                self._generated.call(text, "ny_word_release", "%value")
                text.line(f"ret i64 {done}")
                return
            before = text.value(f"load i64, ptr {address}, align 8")
            text.line(f"store i64 %value, ptr {address}, align 8")
            self._generated.call(text, "ny_word_release", before)
            text.line(f"ret i64 {NULL}")

        return write

    def _drop_value_and_fail(self, text: FunctionText) -> None:
        self._generated.call(text, "ny_word_release", "%value")
        text.line("ret i64 0")

    # -- the switch -------------------------------------------------------------------------------

    def _define(
        self,
        symbol: str,
        parameters: str,
        cases: list[_Case],
        fallback: _Answer,
        fallback_takes_dead: bool,
        consumes: bool = False,
    ) -> None:
        """One dispatch function. A finalised receiver throws UseAfterFiniError, unless every
        value has the method: `toString()` and its like still work then."""
        text = self._generated.begin(symbol, parameters)
        other = text.new_block("other")
        if cases:
            class_id = self._class_id(text, cases, other, fallback_takes_dead, consumes)
            self._switch(text, class_id, cases, other)
        else:
            words.jump(text, other)
        text.block = other
        fallback(text)

    def _class_id(
        self,
        text: FunctionText,
        cases: list[_Case],
        other: BlockText,
        fallback_takes_dead: bool,
        consumes: bool,
    ) -> str:
        """The class id of a live receiver. Immediate values go to `other` at once where no case
        is about them."""
        heap, plain, live = (text.new_block(n) for n in ("heap", "plain", "live"))
        words.branch(text, words.is_heap(text, "%receiver"), heap, plain, "")
        text.block = heap
        address = words.pointer(text, "%receiver")
        dead = words.is_dead(text, address)
        if fallback_takes_dead:
            words.branch(text, dead, other, live, self._generated.rare)
        else:
            finalised = text.new_block("finalised")
            words.branch(text, dead, finalised, live, self._generated.rare)
            text.block = finalised
            self._generated.call(text, "ny_use_after_fini", "%receiver")
            if consumes:
                self._generated.call(text, "ny_word_release", "%value")
            text.line("ret i64 0")
        text.block = live
        class_id = words.load_class_id(text, address)
        immediate = {c.id for c in self._layout.instances() if c.name in IMMEDIATE_KINDS}
        if not any(immediate & set(ids) for ids, _ in cases):
            text.block = plain
            words.jump(text, other)
            text.block = live
            return class_id
        choose = text.new_block("choose")
        words.jump(text, choose)
        text.block = plain
        plain_id = self._generated.call(text, "ny_class_id_of", "%receiver")
        words.jump(text, choose)
        text.block = choose
        return text.phi(choose, "i16", [(class_id, live.name), (plain_id, plain.name)])

    def _switch(
        self, text: FunctionText, class_id: str, cases: list[_Case], other: BlockText
    ) -> None:
        blocks = [text.new_block("case") for _ in cases]
        targets = sorted(
            (
                (number, block)
                for (ids, _), block in zip(cases, blocks, strict=True)
                for number in ids
            ),
            key=lambda target: target[0],
        )
        listed = " ".join(f"i16 {number}, {block.reference}" for number, block in targets)
        text.line(f"switch i16 {class_id}, {other.reference} [ {listed} ]")
        for (_, answer), block in zip(cases, blocks, strict=True):
            text.block = block
            answer(text)
