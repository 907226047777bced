"""What the parts of code generation share about one module: its text, tables and helpers."""

from __future__ import annotations

from nyash_ir.analysis.effects import ProgramEffects
from nyash_ir.analysis.recursion import recursive_functions
from nyash_ir.analysis.run_once import run_once
from nyash_ir.hooks.records import Target
from nyash_ir.module import Module

from . import symbols
from .allocation_sites import AllocationSites
from .calls import ValueCalls
from .constants import Constants
from .debug_info import DebugInfo
from .dispatch import Dispatch
from .generated import GeneratedFunctions
from .kinds import KindTests
from .layout import Layout
from .module_text import ModuleText
from .places import Places
from .runtime_functions import RuntimeFunction, declare_runtime
from .sites import Sites
from .statics import Statics
from .target import data_layout, llvm_triple

PART = 10_000
"""Instructions of a part (`module_parts.py`); modules up to this size are one."""


def part_count(module: Module) -> int:
    """In how many parts a module's release build is optimised."""
    size = sum(len(b.instructions) for f in module.functions.values() for b in f.blocks)
    return max(1, -(-size // PART))


class ModuleContext:
    """One module on its way to text. Parts write what they need when it is first asked for."""

    def __init__(
        self, module: Module, target: Target, *, debug_info: bool, release: bool, leak_check: bool
    ) -> None:
        self.module = module
        self.text = ModuleText(module.name, llvm_triple(target), data_layout(target))
        self.function_attributes = self.text.attributes("nounwind")
        self.formula_attributes = self.text.attributes("alwaysinline nounwind")
        self.linkage = "internal" if part_count(module) == 1 else "hidden"
        """Of the program's functions. LLVM inlines an internal one into its only caller whatever
        its size, which makes small programs smaller; in large ones the huge functions that come of
        it took a fifth of its time and made no program faster."""
        self.rare_call = self.text.attributes("cold noinline")
        self.single_call = self.text.attributes("noinline")
        """Of calls that run once: copies of functions would only cost time and room."""
        self.once = run_once(module)
        self.effects = ProgramEffects(module)
        self.layout = Layout(module)
        self.places = places = Places(module)
        self.sites = Sites(places)
        self.allocation_sites = (
            AllocationSites(self.text, places, self.sites) if leak_check else None
        )
        self.debug = DebugInfo(self.text, places, release) if debug_info else None
        self.generated = generated = GeneratedFunctions(self.text, self.debug)
        self.rare = generated.rare
        self.constants = Constants(generated, module, places)
        self.calls = ValueCalls(generated)
        self.kinds = KindTests(generated, self.layout)
        self.recursive = recursive_functions(module)
        """Functions that look at the stack when they are entered (stack_limit.h)."""
        if self.recursive:
            self.text.define_data(symbols.STACK_LIMIT, "external global i64, align 8")
        self.statics = Statics(generated, module, self.layout)
        self.dispatch = Dispatch(generated, module, self.layout, self.constants, self.calls)
        self.scratch_words = 0
        self._runtime: dict[str, tuple[str, RuntimeFunction]] = {}

    def runtime(self, name: str) -> tuple[str, RuntimeFunction]:
        """A function of the runtime, declared; its `@name` and signature."""
        found = self._runtime.get(name)
        if found is None:
            found = self._runtime[name] = declare_runtime(self.text, name)
        return found

    def static_scratch(self, count: int) -> str:
        """Static memory for the words of a very long literal; its address."""
        self.scratch_words = max(self.scratch_words, count)
        return "@literal"
