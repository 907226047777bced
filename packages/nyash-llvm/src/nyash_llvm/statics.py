"""Static Boxes: one instance each, made and initialised when first used."""

from __future__ import annotations

from nyash_ir.module import Module

from . import symbols, words
from .generated import GeneratedFunctions
from .layout import Layout
from .module_text import BlockText, global_name


class Statics:
    """The places and accesses of a module's static Boxes, each made when first asked for."""

    def __init__(self, generated: GeneratedFunctions, program: Module, layout: Layout) -> None:
        self._generated = generated
        self._program = program
        self._layout = layout
        self._defined: set[str] = set()

    def access(self, box: str) -> str:
        """The function that gives the instance, or 0 when making it threw."""
        if box not in self._defined:
            self._defined.add(box)
            self._generated.text.define_data(
                symbols.static_place(box), "internal global i64 0, align 8"
            )
            self._define_creation(box)
            self._define_access(box)
        return symbols.static_access(box)

    def _define_access(self, box: str) -> None:
        text = self._generated.begin(symbols.static_access(box), "")
        there, create = text.new_block("there"), text.new_block("create")
        place = global_name(symbols.static_place(box))
        word = text.value(f"load i64, ptr {place}, align 8")
        missing = text.value(f"icmp eq i64 {word}, 0")
        words.branch(text, missing, create, there, self._generated.rare)
        text.block = there
        text.line(f"ret i64 {word}")
        text.block = create
        made = text.value(f"tail call i64 {global_name(symbols.static_creation(box))}()")
        text.line(f"ret i64 {made}")

    def _define_creation(self, box: str) -> None:
        """The place is filled before the initialisers run, which may use the Box themselves. When
        one throws it is emptied, so that the next use tries again; only a complete instance is
        registered, hence after those that its initialisers made, and finalised before them."""
        functions = self._program.functions
        cls = self._program.classes[box]
        name = symbols.static_creation(box)
        text = self._generated.begin(name, "", "cold noinline nounwind")
        failed, thrown = text.new_block("failed"), text.new_block("thrown")
        place = global_name(symbols.static_place(box))

        def run(name: str, *arguments: str) -> str:
            return self._generated.call(text, name, *arguments)

        def go_on_unless_zero(word: str, otherwise: BlockText) -> None:
            go_on = text.new_block("next")
            words.branch(
                text, text.value(f"icmp eq i64 {word}, 0"), otherwise, go_on, self._generated.rare
            )
            text.block = go_on

        instance = run("ny_new", str(self._layout.class_id(box)))
        go_on_unless_zero(instance, failed)
        text.line(f"store i64 {instance}, ptr {place}, align 8")
        for name in (cls.constructor, cls.static_initialiser):
            if name is None or name not in functions:
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
