"""`.nyir` text → Module.

Reads what `printer.py` prints and what people write: spans, types that say nothing and empty
cleanup may be left out, `;` and `//` begin comments. What was read is well-formed text, not yet
correct IR: that is the verifier's question.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from nyash_parse.ast import NativeLayout, SourceText
from nyash_parse.source import NO_SPAN, Span

from ..module import (
    Block,
    BoxClass,
    FieldInfo,
    Function,
    Module,
    NativeFunction,
    NativeParameter,
    Value,
)
from ..representation import Representation
from ..result_types import RAW_TYPES
from ..summary import Summary
from ..types import ANY, NEVER, Type
from .form import EFFECT_WORDS, FORMS, Part
from .printer import VERSION
from .scanner import Scanner, TextError

_Item = TypeVar("_Item")
_REPRESENTATIONS = {r.value: r for r in Representation}
_BOOLS = {"true": True, "false": False}
_VISIBILITIES = ("init", "public", "private")

MOST_GAPS = 10
"""How many numbers people may leave out for each value they define."""


def read_module(text: str) -> Module:
    """The module that `text` says. Raises `TextError` with line and column."""
    return _Reader(text).module()


def read_function(text: str) -> Function:
    """One function alone. Raises `TextError`."""
    reader = _Reader(text)
    kind = reader.scan.word("function", "method", "closure")
    function = reader.function(kind)
    reader.scan.end()
    return function


class _Reader:
    def __init__(self, text: str) -> None:
        self.scan = Scanner(text)

    def module(self) -> Module:
        scan = self.scan
        scan.word("nyir")
        place = scan.place
        version = scan.integer()
        if version != VERSION:
            raise scan.error(f"this is version {version} of the text form, not {VERSION}", place)
        module = Module(scan.string(), [], {}, {}, {}, [], "", [])
        scan.word("entry")
        module.entry = scan.name()
        readers: dict[str, Callable[[Module], None]] = {
            "library": lambda m: m.libraries.append(scan.name()),
            "global": lambda m: m.globals.append(scan.name()),
            "source": lambda m: m.sources.append(self.source()),
            "box": lambda m: self.enter(m.classes, self.box()),
            "native": lambda m: self.enter(m.natives, self.native()),
        }
        for kind in ("function", "method", "closure"):
            readers[kind] = lambda m, kind=kind: self.enter(m.functions, self.function(kind))
        while not scan.at_end():
            readers[scan.word(*readers)](module)
        return module

    def enter(self, table: dict[str, Any], entry: Any) -> None:
        name = entry.symbol if isinstance(entry, NativeFunction) else entry.name
        if name in table:
            raise self.scan.error(f"{name!r} stands here twice", self.scan.last)
        table[name] = entry

    def source(self) -> SourceText:
        name = self.scan.string()
        lines = self.scan.source_lines()
        if not lines:
            raise self.scan.error("expected the lines of the source, each after a `|`")
        return SourceText(name, "\n".join(lines))

    def list(self, item: Callable[[], _Item]) -> list[_Item]:
        """`(a, b)`."""
        scan = self.scan
        scan.expect("(")
        found: list[_Item] = []
        if not scan.accept(")"):
            found.append(item())
            while not scan.accept(")"):
                scan.expect(",")
                found.append(item())
        return found

    def span(self) -> Span:
        scan = self.scan
        if not scan.accept("@"):
            return NO_SPAN
        source = scan.integer()
        scan.expect(":")
        start = scan.integer()
        scan.expect(":")
        return Span(source, start, scan.integer())

    def type(self) -> Type:
        scan = self.scan
        if not scan.at_string():
            if scan.accept_word("Any"):
                return ANY
            if scan.accept_word("Never"):
                return NEVER
        names = [scan.name()]
        while scan.accept("|"):
            names.append(scan.name())
        return Type(tuple(names))

    def effects(self) -> int:
        scan = self.scan
        scan.word("effects")

        def one() -> int:
            if scan.at_number():
                return scan.integer()
            return int(EFFECT_WORDS[scan.word(*EFFECT_WORDS)])

        bits = 0
        for bit in self.list(one):
            bits |= bit
        return bits

    def representation(self) -> Representation:
        return _REPRESENTATIONS[self.scan.word(*_REPRESENTATIONS)]

    def flag(self) -> bool:
        return _BOOLS[self.scan.word(*_BOOLS)]

    # Boxes and natives.

    def box(self) -> BoxClass:
        scan = self.scan
        name = scan.name()
        scan.word("id")
        box = BoxClass(name, scan.integer(), [], [], {})
        box.static = scan.accept_word("static")
        box.span = self.span()
        scan.expect("{")
        while not scan.accept("}"):
            place = scan.place
            part = scan.word(
                "provider", "parent", "layout", "field", "constructor", "initialiser",
                "finaliser", "method", "protocol", "member",
            )  # fmt: skip
            if part == "provider":
                box.provider = scan.name()
            elif part == "parent":
                box.parents.append(scan.name())
            elif part == "layout":
                box.native = self.layout()
            elif part == "field":
                box.fields.append(self.field())
            elif part == "constructor":
                box.constructor = scan.name()
            elif part == "initialiser":
                box.static_initialiser = scan.name()
            elif part == "finaliser":
                box.finalisers.append(scan.name())
            elif part == "member":
                box.members.append(scan.name())
            else:
                table = box.methods if part == "method" else box.protocol
                selector = scan.name()
                scan.expect("=")
                if selector in table:
                    raise scan.error(f"{part} {selector} stands here twice", place)
                table[selector] = scan.name()
        return box

    def layout(self) -> NativeLayout:
        scan = self.scan
        struct = scan.string()
        scan.word("size")
        size = scan.integer()
        number = scan.integer() if scan.accept_word("id") else None
        destroy = scan.string() if scan.accept_word("destroy") else None
        visit = scan.string() if scan.accept_word("visit") else None
        extends = scan.accept_word("extends")
        return NativeLayout(
            span=self.span(),
            struct=struct,
            size=size,
            id=number,
            destroy=destroy,
            visit=visit,
            extends=extends,
        )

    def field(self) -> FieldInfo:
        scan = self.scan
        name = scan.name()
        scan.expect(":")
        type = self.type()
        weak = scan.accept_word("weak")
        visibility: Any = scan.word(*_VISIBILITIES)
        return FieldInfo(name, weak, visibility, type, self.span())

    def native(self) -> NativeFunction:
        scan = self.scan
        symbol = scan.name()
        parameters = self.list(self.native_parameter)
        scan.expect("->")
        representation = self.representation()
        result = self.type()
        effects = self.effects()
        provider = scan.name() if scan.accept_word("provider") else ""
        return NativeFunction(symbol, tuple(parameters), result, representation, effects, provider)

    def native_parameter(self) -> NativeParameter:
        name = self.scan.name()
        self.scan.expect(":")
        representation = self.representation()
        type = self.type()
        return NativeParameter(name, type, representation, self.scan.accept_word("consumed"))

    # Functions.

    def function(self, kind: Any) -> Function:
        return _FunctionReader(self, kind).read()

    def summary(self) -> Summary:
        scan = self.scan
        parameters = self.list(self.type)
        scan.expect("->")
        result = self.type()
        effects = self.effects()
        scan.word("escapes")
        escapes = self.list(self.flag)
        scan.word("consumes")
        consumes = self.list(self.flag)
        return Summary(tuple(parameters), result, effects, tuple(escapes), tuple(consumes))


class _FunctionReader:
    """One function: its values are collected where they are defined."""

    def __init__(self, reader: _Reader, kind: Any) -> None:
        self.reader = reader
        self.scan = reader.scan
        self.values: dict[int, Value] = {}
        self.function = Function("", kind, [], [], [], [], [])

    def read(self) -> Function:
        scan, reader, function = self.scan, self.reader, self.function
        place = scan.place
        function.name = scan.name()
        function.parameters = reader.list(self.definition)
        function.span = reader.span()
        scan.expect("{")
        while not scan.at("^") and not scan.at("}"):
            part = scan.word("display", "of", "slot", "capture", "summary", "values")
            if part == "display":
                function.display = scan.string()
            elif part == "of":
                function.box = scan.name()
            elif part == "slot":
                function.slots.append(scan.name())
            elif part == "capture":
                function.captures.append(scan.name())
            elif part == "summary":
                function.summary = reader.summary()
            else:
                reader.list(self.definition)
        while not scan.accept("}"):
            function.blocks.append(self.block(len(function.blocks)))
        highest = max(self.values, default=-1)
        if highest > MOST_GAPS * (len(self.values) + 1):
            raise scan.error(f"{function.name} has no use for a value %{highest}", place)
        function.values = [self.values.get(n) or Value() for n in range(highest + 1)]
        return function

    def value(self) -> int:
        self.scan.expect("%")
        return self.scan.integer()

    def definition(self) -> int:
        """`%3 count: word IntegerBox`."""
        scan = self.scan
        place = scan.place
        borrowed = scan.accept("&")
        number = self.value()
        name = "" if scan.at(":") or scan.at("#") else scan.name()
        age = scan.integer() if scan.accept("#") else 0
        scan.expect(":")
        representation = self.reader.representation()
        usual = RAW_TYPES.get(representation, ANY)
        type = self.reader.type() if scan.at_string() or scan.at_word() else usual
        if number in self.values:
            raise scan.error(f"%{number} is defined twice", place)
        if number < 0:
            raise scan.error("values are numbered from 0", place)
        self.values[number] = Value(type, representation, name, borrowed, age)
        return number

    def block(self, expected: int) -> Block:
        scan = self.scan
        place = scan.place
        scan.expect("^")
        number = scan.integer()
        if number != expected:
            raise scan.error(f"block {expected} should stand here, not {number}", place)
        parameters = self.reader.list(self.definition)
        handler = None
        if scan.accept_word("handler"):
            scan.expect("^")
            handler = scan.integer()
        scan.expect(":")
        block = Block(parameters, [], handler)
        while not scan.at("^") and not scan.at("}"):
            block.instructions.append(self.instruction())
        return block

    def instruction(self) -> Any:
        scan = self.scan
        result = None
        if scan.at("%"):
            result = self.definition_before_instruction()
        place = scan.place
        tag = scan.tag()
        form = FORMS.get(tag)
        if form is None:
            raise scan.error(f"there is no instruction {tag!r}", place)
        if form.result is not (result is not None):
            wanted = "gives a result" if form.result else "gives no result"
            raise scan.error(f"{tag} {wanted}", place)
        fields: dict[str, Any] = {} if result is None else {"result": result}
        for index, field in enumerate(form.fields):
            if index and not field.attached:
                scan.expect(",")
            fields[field.name] = self.part(field.part, field.words)
        if form.throwing:
            fields["cleanup"] = ()
            if scan.accept_word("cleanup"):
                fields["cleanup"] = tuple(self.reader.list(self.value))
        return form.kind(span=self.reader.span(), **fields)

    def definition_before_instruction(self) -> int:
        number = self.definition()
        self.scan.expect("=")
        return number

    def part(self, part: Part, words: tuple[str, ...]) -> Any:
        scan = self.scan
        if part is Part.VALUE:
            return self.value()
        if part is Part.VALUES:
            return tuple(self.reader.list(self.value))
        if part is Part.BLOCK:
            scan.expect("^")
            return scan.integer()
        if part is Part.WORD:
            return scan.word(*words)
        if part is Part.TEXT:
            return scan.string()
        if part is Part.INTEGER:
            return scan.integer()
        if part is Part.FLOAT:
            return scan.float()
        return self.reader.flag()


__all__ = ["TextError", "read_function", "read_module"]
