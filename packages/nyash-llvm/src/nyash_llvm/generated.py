"""Functions that no source text stands for: dispatch, static Boxes, tests of kinds.

They have debug information too, marked artificial, because LLVM forgets the places of what it
inlines into a function without: a method reached by dispatch would vanish from backtraces.
"""

from __future__ import annotations

from .debug_info import DebugInfo
from .module_text import FunctionText, ModuleText
from .runtime_functions import declare_runtime


class GeneratedFunctions:
    """Begins such functions and writes what they have in common."""

    def __init__(self, text: ModuleText, debug: DebugInfo | None) -> None:
        self.text = text
        self.rare = text.metadata('!{!"branch_weights", i32 1, i32 100000}')
        """Branch weights of a condition that hardly ever holds."""
        self._debug = debug

    def begin(
        self, name: str, parameters: str, attributes: str = "nounwind", result: str = "i64"
    ) -> FunctionText:
        """A local function."""
        return self._begin(name, f"internal {result}", parameters, attributes)

    def begin_visible(self, name: str, parameters: str) -> FunctionText:
        """A function that the runtime calls by name."""
        return self._begin(name, "i64", parameters, "nounwind")

    def _begin(self, name: str, result: str, parameters: str, attributes: str) -> FunctionText:
        head = f"{result} {{}}({parameters}) {self.text.attributes(attributes)}"
        artificial = self._debug.artificial(name) if self._debug is not None else None
        if artificial is None:
            return self.text.function(name, head)
        subprogram, location = artificial
        function = self.text.function(name, f"{head} !dbg {subprogram}")
        function.location = location
        return function

    def call(self, text: FunctionText, name: str, *arguments: str) -> str:
        """Call a function of the runtime; its result, or nothing for `void`."""
        reference, signature = declare_runtime(self.text, name)
        given = ", ".join(
            f"{kind} {argument}"
            for kind, argument in zip(signature.parameters, arguments, strict=True)
        )
        call = f"call {signature.result} {reference}({given})"
        if signature.result == "void":
            text.line(call)
            return ""
        return text.value(call)
