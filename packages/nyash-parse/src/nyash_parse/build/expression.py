"""Expressions and patterns."""

from __future__ import annotations

import re
from typing import NamedTuple

from .. import syntax_errors as wording
from ..ast import (
    ArrayLiteral,
    ArrayPattern,
    Assign,
    Await,
    Binary,
    BindingPattern,
    Block,
    BoolLiteral,
    BoxPattern,
    Break,
    Call,
    Cast,
    Continue,
    Expression,
    FieldAccess,
    FloatLiteral,
    FromCall,
    Identifier,
    Index,
    IntegerLiteral,
    Lambda,
    LiteralPattern,
    MapEntry,
    MapLiteral,
    MapPattern,
    MapPatternEntry,
    Match,
    MatchArm,
    Me,
    MethodCall,
    Name,
    New,
    NullLiteral,
    Parameter,
    Pattern,
    Return,
    StringLiteral,
    Throw,
    TypeReference,
    TypeTest,
    Unary,
    Weak,
    WildcardPattern,
)
from ..diagnostics.model import Report
from ..source import Source, Span

_LARGEST = 2**63 - 1
_LONGEST_INTEGER = 70
"""Digits of the longest literal that can still be in range (64 binary ones, and the prefix)."""

_OPERATORS = {"||": "or", "&&": "and", "!": "not"}
_ESCAPE = re.compile(r"\\(?:u\{([^}\"\n]*)\}|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_SIMPLE_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "0": "\0",
    "\\": "\\",
    '"': '"',
    "'": "'",
}


class Rest(NamedTuple):
    """`..name` in an array pattern."""

    span: Span
    name: Identifier


class ExpressionBuilder:
    def __init__(self, source: Source, report: Report) -> None:
        self.source = source
        self.number = source.number
        self.report = report
        self.unclaimed: dict[int, Span] = {}

    def span(self, start: int, end: int) -> Span:
        return Span(self.number, start, end)

    # ---- Names and literals ----------------------------------------------------------------

    def identifier(self, start: int, end: int, name: str) -> Identifier:
        return Identifier(Span(self.number, start, end), name)

    called = identifier

    def name(self, start: int, end: int, name: str) -> Name:
        return Name(Span(self.number, start, end), name)

    def me(self, start: int, end: int) -> Me:
        return Me(self.span(start, end))

    def integer(self, start: int, end: int, text: str) -> IntegerLiteral:
        """2^63 itself is kept aside until a prefix minus claims it."""
        span = self.span(start, end)
        digits = text.replace("_", "").lower()
        base = {"0x": 16, "0b": 2}.get(digits[:2], 10)
        digits = (digits[2:] if base != 10 else digits).lstrip("0") or "0"
        value = int(digits, base) if len(digits) < _LONGEST_INTEGER else _LARGEST + 2
        if value == _LARGEST + 1:
            self.unclaimed[start] = span
        elif value > _LARGEST:
            self.report.add(wording.integer_out_of_range(span))
            value = _LARGEST
        return IntegerLiteral(span, value)

    def float_(self, start: int, end: int, text: str) -> FloatLiteral:
        return FloatLiteral(self.span(start, end), float(text.replace("_", "")))

    def string(self, start: int, end: int, text: str) -> StringLiteral:
        return StringLiteral(self.span(start, end), self.unescape(start, text))

    def true(self, start: int, end: int) -> BoolLiteral:
        return BoolLiteral(self.span(start, end), True)

    def false(self, start: int, end: int) -> BoolLiteral:
        return BoolLiteral(self.span(start, end), False)

    def null(self, start: int, end: int) -> NullLiteral:
        return NullLiteral(self.span(start, end))

    def unescape(self, start: int, text: str) -> str:
        """The value of a string token that begins at `start`."""
        if "\\" not in text:
            return text[1:-1]

        def replace(match: re.Match[str]) -> str:
            code, byte, other = match.groups()
            if byte is not None:
                return chr(int(byte, 16))
            span = self.span(start + match.start(), start + match.end())
            if code is not None:
                value = int(code, 16) if re.fullmatch("[0-9a-fA-F]{1,6}", code) else -1
                if 0 <= value < 0xD800 or 0xDFFF < value <= 0x10FFFF:
                    return chr(value)
                self.report.add(wording.bad_escape(span, "\\u{…}"))
                return ""
            if other in _SIMPLE_ESCAPES:
                return _SIMPLE_ESCAPES[other]
            if other in "xu":
                self.report.add(wording.bad_escape(span, "\\xNN" if other == "x" else "\\u{…}"))
            else:
                self.report.add(wording.unknown_escape(span, other))
            return match[0]

        return _ESCAPE.sub(replace, text[:-1])[1:]

    # ---- Operators -------------------------------------------------------------------------

    def binary(
        self, start: int, end: int, left: Expression, operator: str, right: Expression
    ) -> Binary:
        operator = _OPERATORS.get(operator, operator)
        return Binary(Span(self.number, start, end), operator, left, right)

    def unary(self, start: int, end: int, operator: str, operand: Expression) -> Expression:
        span = self.span(start, end)
        if operator == "-" and isinstance(operand, IntegerLiteral):
            if self.unclaimed.pop(operand.span.start, None) is not None:
                return IntegerLiteral(span, -operand.value)
        return Unary(span, _OPERATORS.get(operator, operator), operand)

    def type_test(self, start: int, end: int, value: Expression, name: Identifier) -> TypeTest:
        return TypeTest(self.span(start, end), value, name)

    def cast(self, start: int, end: int, value: Expression, name: Identifier) -> Cast:
        return Cast(self.span(start, end), value, name)

    def await_(self, start: int, end: int, value: Expression) -> Await:
        return Await(self.span(start, end), value)

    def weak(self, start: int, end: int, value: Expression) -> Weak:
        return Weak(self.span(start, end), value)

    # ---- Calls and members -----------------------------------------------------------------

    def arguments(self, start: int, end: int, *values: Expression) -> tuple[Expression, ...]:
        return values

    def call(
        self, start: int, end: int, callee: Expression, arguments: tuple[Expression, ...]
    ) -> Call:
        return Call(Span(self.number, start, end), callee, arguments)

    def method_call(
        self,
        start: int,
        end: int,
        receiver: Expression,
        method: Identifier,
        arguments: tuple[Expression, ...],
    ) -> MethodCall:
        return MethodCall(Span(self.number, start, end), receiver, method, arguments)

    def field_access(
        self, start: int, end: int, receiver: Expression, field: Identifier
    ) -> FieldAccess:
        return FieldAccess(Span(self.number, start, end), receiver, field)

    def index(self, start: int, end: int, receiver: Expression, index: Expression) -> Index:
        return Index(self.span(start, end), receiver, index)

    def new(
        self, start: int, end: int, box: TypeReference, arguments: tuple[Expression, ...]
    ) -> New:
        return New(self.span(start, end), box, arguments)

    def from_call(
        self,
        start: int,
        end: int,
        parent: Identifier,
        method: Identifier,
        arguments: tuple[Expression, ...],
    ) -> FromCall:
        return FromCall(self.span(start, end), parent, method, arguments)

    # ---- Collections and functions -----------------------------------------------------------

    def array(self, start: int, end: int, *items: Expression) -> ArrayLiteral:
        return ArrayLiteral(self.span(start, end), items)

    def map_(self, start: int, end: int, *entries: MapEntry) -> MapLiteral:
        return MapLiteral(self.span(start, end), entries)

    def entry(self, start: int, end: int, key: Expression, value: Expression) -> MapEntry:
        return MapEntry(self.span(start, end), key, value)

    def key(self, start: int, end: int, name: str) -> StringLiteral:
        return StringLiteral(self.span(start, end), name)

    def lambda_of_name(self, start: int, end: int, name: str, body: Expression | Block) -> Lambda:
        parameter = Parameter(self.span(start, start + len(name)), name)
        return Lambda(self.span(start, end), (parameter,), body)

    def lambda_(self, start: int, end: int, *parts: Parameter | Expression | Block) -> Lambda:
        return Lambda(self.span(start, end), parts[:-1], parts[-1])  # type: ignore[arg-type]

    def function_value(
        self, start: int, end: int, parameters: tuple[Parameter, ...], body: Block
    ) -> Lambda:
        return Lambda(self.span(start, end), parameters, body)

    def parameters(self, start: int, end: int, *parameters: Parameter) -> tuple[Parameter, ...]:
        return parameters

    def parameter(
        self, start: int, end: int, name: str, annotation: TypeReference | None
    ) -> Parameter:
        return Parameter(self.span(start, end), name, annotation)

    def annotation(self, start: int, end: int, type_: TypeReference) -> TypeReference:
        return type_

    result = annotation

    def type(self, start: int, end: int, name: str, *parameters: TypeReference) -> TypeReference:
        return TypeReference(self.span(start, end), name, parameters)

    # ---- match -------------------------------------------------------------------------------

    def match(self, start: int, end: int, subject: Expression, *arms: MatchArm) -> Match:
        return Match(self.span(start, end), subject, arms)

    def arm(
        self,
        start: int,
        end: int,
        patterns: tuple[Pattern, ...],
        guard: Expression | None,
        body: Expression | Block,
    ) -> MatchArm:
        return MatchArm(self.span(start, end), patterns, guard, body)

    def alternatives(self, start: int, end: int, *patterns: Pattern) -> tuple[Pattern, ...]:
        return patterns

    def arm_statement(
        self, start: int, end: int, statement: Return | Throw | Break | Continue | Assign
    ) -> Block:
        """`=> throw e` and the like: a block of one statement."""
        return Block(self.span(start, end), (statement,))

    def literal_pattern(self, start: int, end: int, value: Expression) -> LiteralPattern:
        return LiteralPattern(self.span(start, end), value)

    def negative_pattern(self, start: int, end: int, value: Expression) -> LiteralPattern:
        span = self.span(start, end)
        if not isinstance(value, (IntegerLiteral, FloatLiteral)):
            self.report.add(wording.negative_pattern(span))
        return LiteralPattern(span, self.unary(start, end, "-", value))

    def name_pattern(self, start: int, end: int, name: str) -> WildcardPattern | BindingPattern:
        span = self.span(start, end)
        return WildcardPattern(span) if name == "_" else BindingPattern(span, name)

    def box_pattern(
        self, start: int, end: int, name: str, binding: Identifier | None
    ) -> BoxPattern:
        box = Identifier(self.span(start, start + len(name)), name)
        return BoxPattern(self.span(start, end), box, binding)

    def array_pattern(self, start: int, end: int, *elements: Pattern | Rest) -> ArrayPattern:
        items = tuple(element for element in elements if not isinstance(element, Rest))
        rests = [element for element in elements if isinstance(element, Rest)]
        if rests and (len(rests) > 1 or elements[-1] is not rests[0]):
            self.report.add(wording.rest_not_last(rests[0].span))
        return ArrayPattern(self.span(start, end), items, rests[0].name if rests else None)

    def rest(self, start: int, end: int, name: Identifier | None) -> Rest:
        span = self.span(start, end)
        return Rest(span, name or Identifier(span, "_"))

    def map_pattern(self, start: int, end: int, *entries: MapPatternEntry) -> MapPattern:
        return MapPattern(self.span(start, end), entries)

    def pattern_entry(self, start: int, end: int, key: str, pattern: Pattern) -> MapPatternEntry:
        text = self.unescape(start, key) if key.startswith('"') else key
        return MapPatternEntry(self.span(start, end), text, pattern)
