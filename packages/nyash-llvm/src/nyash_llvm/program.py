"""A whole module as LLVM text: the order in which its parts are written."""

from __future__ import annotations

from nyash_ir.hooks.records import Target
from nyash_ir.module import Module

from . import symbols
from .context import ModuleContext
from .emit import EMITTERS
from .function import FunctionEmitter
from .layout import NULL, define_classes
from .leak_tables import define_leak_tables
from .module_text import ModuleText, global_name

FLAG_LEAK_CHECK = 1
"""Bit of `ny_program_flags` (program.h)."""


def program_module(
    module: Module,
    target: Target,
    *,
    debug_info: bool = True,
    release: bool = True,
    leak_check: bool = False,
) -> ModuleText:
    """A verified module, with ownership made explicit, as an LLVM module."""
    context = ModuleContext(
        module, target, debug_info=debug_info, release=release, leak_check=leak_check
    )
    text = context.text
    for name in module.globals:
        text.define_data(symbols.global_place(name), f"internal global i64 {NULL}, align 8")
    for function in module.functions.values():
        FunctionEmitter(context, function, EMITTERS).emit()
    _define_main(context)
    define_classes(text, module)
    context.sites.define(text)
    flags = 0
    if context.allocation_sites is not None:
        flags = FLAG_LEAK_CHECK
        define_leak_tables(text, module, context.places)
    text.define_data(symbols.PROGRAM_FLAGS, f"constant i32 {flags}")
    if context.scratch_words:
        kind = f"[{context.scratch_words} x i64]"
        text.define_data("literal", f"internal global {kind} zeroinitializer, align 8")
    return text


def _define_main(context: ModuleContext) -> None:
    """Globals live until the program ends, so they are registered before anything runs."""
    main = context.generated.begin_visible(symbols.PROGRAM_MAIN, "i64 %arguments")
    for name in context.module.globals:
        place = global_name(symbols.global_place(name))
        context.generated.call(main, "ny_root_register", place)
    entry = context.module.functions[context.module.entry]
    arguments = "i64 %arguments" if entry.parameters else ""
    main.line(f"ret i64 {main.value(f'call i64 {global_name(entry.name)}({arguments})')}")
