"""Which line of the program each Box comes from, in leak-check builds.

The runtime notes `ny_allocation_site` with every Box it makes (heap.h). Code of the program stores
the number of its own line there, plus 1, before each instruction that may make Boxes. Code of
libraries speaks for the line that called it: it reads the number when it is entered and stores
that one before each such instruction, because what it called meanwhile has left another. So a Box
that `sort` makes belongs to the nearest line of the program, even if `sort` has called the
program's own function before. The stores are ordinary memory operations that calls may read, so
inlining keeps them in order.
"""

from __future__ import annotations

from nyash_ir import instructions as ir
from nyash_ir.instruction import Instruction, Throwing
from nyash_ir.module import Function

from . import symbols
from .module_text import FunctionText, ModuleText, global_name
from .places import Places
from .sites import Sites

_PLACE = global_name(symbols.ALLOCATION_SITE)
_GIVEN = "%allocation.site"
"""In a library's function: the number it was entered with."""


class AllocationSites:
    """Writes the stores. Declares the runtime's variable in the module."""

    def __init__(self, text: ModuleText, places: Places, sites: Sites) -> None:
        self._places = places
        self._sites = sites
        text.define_data(symbols.ALLOCATION_SITE, "external global i32, align 4")

    def enter(self, function: Function, text: FunctionText) -> None:
        """At the start of a function's entry block."""
        if not self._places.is_of_program(function.span):
            text.line(f"{_GIVEN} = load i32, ptr {_PLACE}, align 4")

    def before(self, item: Instruction, function: Function, text: FunctionText) -> None:
        """In front of an instruction. An inlined one has the span of the call it replaces."""
        if not isinstance(item, Throwing | ir.Box):
            return
        span = item.span if item.span.source >= 0 else function.span
        if self._places.is_of_program(span):
            number = self._sites.number(function, span)
            if number is not None:
                text.line(f"store i32 {number + 1}, ptr {_PLACE}, align 4")
        elif not self._places.is_of_program(function.span):
            text.line(f"store i32 {_GIVEN}, ptr {_PLACE}, align 4")
