"""Statements."""

from __future__ import annotations

from .. import syntax_errors as wording
from ..ast import (
    Assign,
    Binding,
    Block,
    Break,
    Catch,
    Continue,
    Expression,
    ExpressionStatement,
    FieldAccess,
    FiniBlock,
    Identifier,
    If,
    Index,
    IntegerLiteral,
    Local,
    LoopCount,
    LoopForever,
    LoopIn,
    LoopWhile,
    Match,
    Name,
    Nowait,
    Return,
    Statement,
    Throw,
    Try,
    TypeReference,
)
from .expression import ExpressionBuilder

Handlers = tuple[tuple[Catch, ...], Block | None]


class StatementBuilder(ExpressionBuilder):
    def block(self, start: int, end: int, *statements: Statement) -> Block:
        return Block(self.span(start, end), statements, self.span(end - 1, end))

    # ---- Handlers ----------------------------------------------------------------------------

    def guarded(self, start: int, end: int, body: Block, handlers: Handlers) -> Try:
        return Try(self.span(start, end), body, *handlers)

    def guarded_body(self, start: int, end: int, body: Block, handlers: Handlers) -> Block:
        """A method or lambda with handlers behind it: its whole body is one `try`."""
        span = self.span(start, end)
        return Block(span, (Try(span, body, *handlers),), body.close)

    def guarded_match(self, start: int, end: int, match: Match, handlers: Handlers) -> Try:
        body = Block(match.span, (ExpressionStatement(match.span, match),))
        return Try(self.span(start, end), body, *handlers)

    def guarded_return(self, start: int, end: int, match: Match, handlers: Handlers) -> Try:
        span = self.span(start, match.span.end)
        return Try(self.span(start, end), Block(span, (Return(span, match),)), *handlers)

    def handlers(self, start: int, end: int, *parts: Catch | Block) -> Handlers:
        catches = tuple(part for part in parts if isinstance(part, Catch))
        last = parts[-1]
        return catches, last if isinstance(last, Block) else None

    def catch(
        self,
        start: int,
        end: int,
        type_name: Identifier | None,
        name: Identifier | None,
        body: Block,
    ) -> Catch:
        return Catch(self.span(start, end), type_name, name, body)

    def finally_(self, start: int, end: int, body: Block) -> Block:
        return body

    # ---- Control -----------------------------------------------------------------------------

    def if_(
        self,
        start: int,
        end: int,
        condition: Expression,
        then: Block,
        otherwise: Block | If | None,
    ) -> If:
        return If(self.span(start, end), condition, then, otherwise)

    def loop_forever(self, start: int, end: int, body: Block) -> LoopForever:
        return LoopForever(self.span(start, end), body)

    def loop_in(
        self, start: int, end: int, name: Identifier, iterable: Expression, body: Block
    ) -> LoopIn:
        return LoopIn(self.span(start, end), name, iterable, body)

    def loop_while(
        self, start: int, end: int, condition: Expression, body: Block
    ) -> LoopWhile | LoopCount:
        span = self.span(start, end)
        if isinstance(condition, IntegerLiteral) and condition.value >= 0:
            return LoopCount(span, condition.value, body)
        return LoopWhile(span, condition, body)

    def break_(self, start: int, end: int) -> Break:
        return Break(self.span(start, end))

    def continue_(self, start: int, end: int) -> Continue:
        return Continue(self.span(start, end))

    def return_(self, start: int, end: int, value: Expression | None) -> Return:
        return Return(self.span(start, end), value)

    def throw(self, start: int, end: int, value: Expression) -> Throw:
        return Throw(self.span(start, end), value)

    # ---- Variables and the rest ----------------------------------------------------------------

    def local(self, start: int, end: int, word: str, *bindings: Binding) -> Local:
        return Local(self.span(start, end), bindings, word == "outbox")

    def binding(
        self,
        start: int,
        end: int,
        name: Identifier,
        annotation: TypeReference | None,
        value: Expression | None,
        fini: Block | None,
    ) -> Binding:
        return Binding(self.span(start, end), name, annotation, value, fini)

    def assign(
        self, start: int, end: int, target: Expression, operator: str, value: Expression
    ) -> Assign | ExpressionStatement:
        if not isinstance(target, (Name, FieldAccess, Index)):
            self.report.add(wording.not_assignable(target.span))
            return ExpressionStatement(self.span(start, end), value)
        return Assign(self.span(start, end), target, operator, value)

    def expression_statement(
        self, start: int, end: int, expression: Expression
    ) -> ExpressionStatement:
        return ExpressionStatement(self.span(start, end), expression)

    def nowait(self, start: int, end: int, name: Identifier | None, call: Expression) -> Nowait:
        return Nowait(self.span(start, end), name, call)

    def fini_block(self, start: int, end: int, body: Block) -> FiniBlock:
        return FiniBlock(self.span(start, end), body)
