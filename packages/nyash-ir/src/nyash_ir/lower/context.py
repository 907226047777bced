"""What the parts of lowering share: the program's names, the module so far, what is still to do.

Asking for a function, method or Box (`demand_…`) enters it into the module and notes its body as
pending; `program.py` lowers what is pending until nothing is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nyash_parse import ast
from nyash_parse.diagnostics.model import Report
from nyash_parse.source import Source, Span

from .. import types
from ..boxes import ANY_BOX, BoxSymbol, FunctionSymbol, LoadedLibrary, Origin
from ..module import Function, Module, NativeFunction
from ..resolve.hierarchy import settle
from ..resolve.reports import report_for
from ..resolve.variables import Variable
from ..resolve.world import World
from ..types import KIND_BOXES, Type
from . import wording
from .native import declared_type, known_name, lower_native, native_function
from .runtime import RUNTIME

ENTRY = "<main>/1"

PROTOCOL = {("toString", 0), ("equals", 1), ("hash", 0), ("handle", 1)}
"""Methods that the runtime calls by itself."""


@dataclass(frozen=True)
class PendingBody:
    """A function of the module whose code is still to be lowered; `box` is that of its `me`."""

    function: Function
    parameters: Sequence[ast.Parameter]
    code: ast.Block
    origin: Origin
    box: BoxSymbol | None
    result: ast.TypeReference | None = None
    """The type that it is declared to give."""


@dataclass(frozen=True)
class PendingUniversalCall:
    """`call` or `invoke` with `arity` arguments, which every value has as a method."""

    method: str
    arity: int


class ProgramContext:
    """State of one program."""

    def __init__(
        self,
        program: ast.Program,
        libraries: Sequence[LoadedLibrary],
        report: Report,
        main: str | None = None,
    ) -> None:
        self.program = program
        self.main = main
        self.report = report
        self.world = World(program, libraries, report)
        settle(self.world)
        sources = list(program.sources)
        for library in libraries:
            sources += library.sources
        name = program.sources[0].name if program.sources else ""
        self.module = Module(name, sources, {}, {}, {}, list(self.world.globals), ENTRY, [])
        self.pending: deque[PendingBody | PendingUniversalCall] = deque()
        self._sources = [Source(s.name, s.text, i) for i, s in enumerate(sources)]
        self._selectors: set[tuple[str, int]] = set()
        self._members: set[str] = set()
        self.annotations: dict[Variable | str, ast.TypeReference] = {}
        """The types that variables, and globals by their name, are declared with."""

    # -- facts ------------------------------------------------------------------------------------

    def runtime(self, symbol: str) -> NativeFunction:
        native = RUNTIME[symbol]
        self.module.natives.setdefault(symbol, native)
        return native

    def is_plain_value(self, symbol: BoxSymbol) -> bool:
        """Whether values of the Box have no lifetime of their own (numbers, strings, …)."""
        return symbol.key in KIND_BOXES or symbol.key == ANY_BOX

    def find_method(self, symbol: BoxSymbol, name: str, arity: int) -> ast.Method | None:
        """A Box's method by name and number of arguments, in either spelling."""
        found = symbol.methods.get((name, arity))
        if found is None and "_" in name:
            found = symbol.methods.get((_camel_case(name), arity))
        return found

    def find_static(self, symbol: BoxSymbol, name: str, arity: int) -> ast.Method | None:
        """What `Box.name(…)` means without an instance."""
        for spelled in (name, _camel_case(name)):
            found = symbol.static_methods.get((spelled, arity))
            if found is None and symbol.static:
                method = symbol.methods.get((spelled, arity))
                found = method if method is not None and method.native is not None else None
            if found is not None:
                return found
        return None

    def has_universal(self, name: str) -> bool:
        """Whether every value has a method of this name."""
        universal = self.world.boxes.get(ANY_BOX)
        return universal is not None and bool(
            universal.methods_named(name) or universal.methods_named(_camel_case(name))
        )

    def spelling(self, name: str, arity: int) -> str:
        """The selector's name: snake_case means the camelCase method where nobody declares the
        former (language.md section 8)."""
        if "_" in name and not any((name, arity) in b.methods for b in self.world.boxes.values()):
            camel = _camel_case(name)
            if any((camel, arity) in b.methods for b in self.world.boxes.values()):
                return camel
        return name

    def source_of(self, span: Span, origin: Origin) -> Source | None:
        """The text that a span of a file of `origin` is in."""
        number = span.source + origin.source_offset
        return self._sources[number] if 0 <= number < len(self._sources) else None

    def text_of(self, span: Span, origin: Origin) -> str:
        source = self.source_of(span, origin)
        return source.slice(span) if source is not None else ""

    def _key_of(self, origin: Origin) -> Callable[[str], str | None]:
        def key_of(name: str) -> str | None:
            symbol = self.world.find_box(name, origin)
            return symbol.key if symbol else None

        return key_of

    def method_result(self, symbol: BoxSymbol, method: ast.Method) -> Type:
        """What a native method is declared to give; annotations of Nyash code promise nothing."""
        if method.native is None:
            return types.ANY
        if method.result is None:
            return types.ANY if method.kind == "constructor" else types.NULL
        return declared_type(method.result, self._key_of(symbol.origin_of(method)))

    def function_result(self, symbol: FunctionSymbol) -> Type:
        if symbol.declaration.native is None or symbol.declaration.result is None:
            return types.ANY
        return declared_type(symbol.declaration.result, self._key_of(symbol.origin))

    # -- functions --------------------------------------------------------------------------------

    def new_function(self, name: str, kind: str, span: Span, box: str | None = None) -> Function:
        display = name.rsplit("/", 1)[0] if "/" in name else name
        function = Function(name, kind, [], [], [], display=display, span=span, box=box)
        self.module.functions[name] = function
        return function

    def demand_function(self, symbol: FunctionSymbol) -> str:
        """The full name of a top-level function, which will be lowered."""
        name = f"{symbol.name}/{symbol.arity}"
        if name in self.module.functions:
            return name
        declaration, origin = symbol.declaration, symbol.origin
        span = origin.in_module(declaration.span)
        function = self.new_function(name, "function", span)
        if declaration.native is not None:
            self._native(
                function,
                declaration.native,
                declaration.parameters,
                declaration.result,
                None,
                origin,
                symbol.name,
            )
        elif declaration.body is not None:
            self.pending.append(
                PendingBody(
                    function,
                    declaration.parameters,
                    declaration.body,
                    origin,
                    None,
                    declaration.result,
                )
            )
        return name

    def demand_method(self, symbol: BoxSymbol, method: ast.Method) -> str:
        """The full name of a method on instances of the Box, which will be lowered."""
        name = symbol.function_name(method)
        if name in self.module.functions:
            return name
        owner, origin = symbol.owner_of(method), symbol.origin_of(method)
        if method.native is not None:
            symbol = owner
        self.demand_box(symbol)
        takes_me = not method.static and not (symbol.static and method.native is not None)
        kind = "method" if takes_me else "function"
        span = origin.in_module(method.span)
        function = self.new_function(name, kind, span, symbol.key)
        if owner is not symbol:
            function.display = f"{owner.name}.{method.name.name}"
        if method.native is not None:
            me = None
            if takes_me:
                me = types.ANY if symbol.key == ANY_BOX else types.box(symbol.key)
            shown = known_name(symbol, method)
            self._native(
                function, method.native, method.parameters, method.result, me, origin, shown
            )
        elif method.body is not None:
            me_box = symbol if takes_me else None
            self.pending.append(
                PendingBody(function, method.parameters, method.body, origin, me_box, method.result)
            )
        else:
            report_for(self.report, origin).add(
                wording.missing_native(method.name.span, method.name.name)
            )
        return name

    def _native(
        self,
        function: Function,
        contract: ast.NativeContract,
        parameters: tuple[ast.Parameter, ...],
        result: ast.TypeReference | None,
        me: Type | None,
        origin: Origin,
        shown: str,
    ) -> None:
        native = native_function(
            contract, parameters, result, me, origin.library, self._key_of(origin)
        )
        self.module.natives[native.symbol] = native
        lower_native(function, native, shown)

    # -- Boxes ------------------------------------------------------------------------------------

    def demand_box(self, symbol: BoxSymbol) -> None:
        """The Box is made somewhere: what its end runs has to be there."""
        cls = self.module.classes[symbol.key]
        if symbol.finalisers and not cls.finalisers:
            cls.finalisers = [symbol.function_name(f) for f in symbol.finalisers]
            for finaliser in symbol.finalisers:
                self.demand_method(symbol, finaliser)

    def demand_static(self, symbol: BoxSymbol) -> None:
        self.demand_box(symbol)
        cls = self.module.classes[symbol.key]
        constructor = symbol.constructors.get(0)
        if constructor is not None and cls.constructor is None:
            cls.constructor = self.demand_method(symbol, constructor)
        if symbol.static_blocks and cls.static_initialiser is None:
            name = f"{symbol.key}.static/0"
            cls.static_initialiser = name
            span = symbol.origin.in_module(symbol.static_blocks[0].span)
            function = self.new_function(name, "method", span, symbol.key)
            blocks = ast.Block(symbol.static_blocks[0].span, symbol.static_blocks)
            self.pending.append(PendingBody(function, (), blocks, symbol.origin, symbol))

    def demand_protocol(self, symbol: BoxSymbol) -> None:
        if symbol.key == ANY_BOX:
            return
        cls = self.module.classes[symbol.key]
        for name, arity in sorted(PROTOCOL):
            method = symbol.methods.get((name, arity))
            if method is not None and method.native is None:
                cls.protocol[name] = self.demand_method(symbol, method)

    def demand_selector(self, name: str, arity: int) -> None:
        """A call of this name and arity may reach every Box that has such a method."""
        if (name, arity) in self._selectors:
            return
        self._selectors.add((name, arity))
        if name in ("call", "invoke"):
            self.pending.append(PendingUniversalCall(name, arity))
        for symbol in list(self.world.boxes.values()):
            method = symbol.methods.get((name, arity))
            if method is not None:
                self.demand_method(symbol, method)

    def demand_member(self, name: str) -> None:
        """`x.name` of an unknown Box may be any Box's method of this name."""
        if name in self._members:
            return
        self._members.add(name)
        for symbol in list(self.world.boxes.values()):
            for (found, _), method in symbol.methods.items():
                if found == name:
                    self.demand_method(symbol, method)


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
