"""Small functions written into a program on demand, once each: calls of function values, tests of
kinds, static Boxes. LLVM inlines them where they are used.
"""

from __future__ import annotations

from nyash_ir.module import Module

from . import symbols, words
from .layout import (
    CLOSURE_ARITY_OFFSET,
    CLOSURE_CODE_OFFSET,
    FUNCTION_ID,
    Layout,
)
from .module_text import BlockText, FunctionText, ModuleText, global_name
from .runtime_functions import declare_runtime


def call_runtime(module: ModuleText, text: FunctionText, name: str, *arguments: str) -> str:
    """Call a function of the runtime from support code; its result, or nothing for `void`."""
    reference, signature = declare_runtime(module, name)
    given = ", ".join(
        f"{kind} {argument}"
        for kind, argument in zip(signature.parameters, arguments, strict=True)
    )
    call = f"call {signature.result} {reference}({given})"
    if signature.result == "void":
        text.line(call)
        return ""
    return text.value(call)


def rare(module: ModuleText) -> str:
    """Branch weights of a condition that hardly ever holds."""
    return module.metadata('!{!"branch_weights", i32 1, i32 100000}')


class ValueCalls:
    """Calls of function values: `call value/N(callee, arguments)`."""

    def __init__(self, module: ModuleText) -> None:
        self._module = module
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
        module = self._module
        parameters = "".join(f", i64 %a{i}" for i in range(arity))
        head = f"internal i64 {{}}(i64 %callee{parameters}) {module.attributes('nounwind')}"
        text = module.function(symbols.call_value(arity), head)
        box, closure, direct, slow = (
            text.new_block(n) for n in ("box", "closure", "direct", "slow")
        )
        weights = rare(module)

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
        module = self._module
        parameters = "".join(f", i64 %a{i}" for i in range(arity))
        group = module.attributes("cold noinline nounwind")
        head = f"internal i64 {{}}(i64 %callee{parameters}) {group}"
        text = module.function(symbols.call_value_slow(arity), head)
        place = text.alloca(f"[{arity} x i64]") if arity else "null"
        for index in range(arity):
            address = words.at(text, place, 8 * index) if index else place
            text.line(f"store i64 %a{index}, ptr {address}, align 8")
        result = call_runtime(module, text, "ny_call_slow", "%callee", str(arity), place)
        text.line(f"ret i64 {result}")


class KindTests:
    """Whether a word is a Box of some name, or comes from it."""

    def __init__(self, module: ModuleText, layout: Layout) -> None:
        self._module = module
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
            return call_runtime(self._module, text, "ny_is", word, str(class_id))
        name = symbols.kind_test(box)
        if box not in self._defined:
            self._defined.add(box)
            self._define(box, class_id)
        return text.value(f"call i1 {global_name(name)}(i64 {word})")

    def _define(self, box: str, class_id: int) -> None:
        """For Boxes without heirs: one comparison of ids."""
        module = self._module
        head = f"internal i1 {{}}(i64 %word) {module.attributes('alwaysinline nounwind')}"
        text = module.function(symbols.kind_test(box), head)
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


class Statics:
    """Static Boxes: one instance each, made and initialised when first used."""

    def __init__(self, module: ModuleText, program: Module, layout: Layout) -> None:
        self._module = module
        self._program = program
        self._layout = layout
        self._defined: set[str] = set()

    def access(self, box: str) -> str:
        """The function that gives the instance, or 0 when making it threw."""
        if box not in self._defined:
            self._defined.add(box)
            self._module.define_data(symbols.static_place(box), "internal global i64 0, align 8")
            self._define_creation(box)
            self._define_access(box)
        return symbols.static_access(box)

    def _define_access(self, box: str) -> None:
        module = self._module
        head = f"internal i64 {{}}() {module.attributes('nounwind')}"
        text = module.function(symbols.static_access(box), head)
        there, create = text.new_block("there"), text.new_block("create")
        place = global_name(symbols.static_place(box))
        word = text.value(f"load i64, ptr {place}, align 8")
        missing = text.value(f"icmp eq i64 {word}, 0")
        words.branch(text, missing, create, there, rare(module))
        text.block = there
        text.line(f"ret i64 {word}")
        text.block = create
        made = text.value(f"tail call i64 {global_name(symbols.static_creation(box))}()")
        text.line(f"ret i64 {made}")

    def _define_creation(self, box: str) -> None:
        """The place is filled before the initialisers run, which may use the Box themselves. When
        one throws it is emptied, so that the next use tries again; only a complete instance is
        registered, hence after those that its initialisers made, and finalised before them."""
        module, program = self._module, self._program
        cls = program.classes[box]
        group = module.attributes("cold noinline nounwind")
        text = module.function(symbols.static_creation(box), f"internal i64 {{}}() {group}")
        failed, thrown = text.new_block("failed"), text.new_block("thrown")
        place = global_name(symbols.static_place(box))

        def run(*arguments: str) -> str:
            return call_runtime(module, text, *arguments)

        def go_on_unless_zero(word: str, otherwise: BlockText) -> None:
            go_on = text.new_block("next")
            words.branch(
                text, text.value(f"icmp eq i64 {word}, 0"), otherwise, go_on, rare(module)
            )
            text.block = go_on

        instance = run("ny_new", str(self._layout.class_id(box)))
        go_on_unless_zero(instance, failed)
        text.line(f"store i64 {instance}, ptr {place}, align 8")
        for name in (cls.constructor, cls.static_initialiser):
            if name is None or name not in program.functions:
                continue
            result = text.value(f"call i64 {global_name(name)}(i64 {instance})")
            go_on_unless_zero(result, thrown)
            run("ny_word_release", result)
        run("ny_constructed", instance)
        run("ny_root_register", place)
        text.line(f"ret i64 {instance}")
        text.block = thrown
        text.line(f"store i64 0, ptr {place}, align 8")
        run("ny_word_release", instance)
        words.jump(text, failed)
        text.block = failed
        text.line("ret i64 0")
