"""The reference: runs a program by walking its tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from . import syntax as s
from .methods import CHANGES, METHODS, element, set_element
from .program import Program
from .values import (
    ErrorValue,
    Function,
    Instance,
    Thrown,
    Unbounded,
    Value,
    arithmetic,
    bounded,
    compare,
    equal,
    error,
    integer,
    negated,
    text,
    truth,
)

MOST_STEPS = 4000
DEEPEST = 30
"""Calls within calls."""
KINDS: dict[type, str] = {
    int: "int", float: "float", bool: "bool", str: "str", list: "Array", dict: "Map",
}  # fmt: skip
BOXES = {"IntegerBox": int, "FloatBox": float, "BoolBox": bool, "StringBox": str,
         "NullBox": type(None), "Cell": Instance, "Double": Instance}  # fmt: skip


def _receiver(kind: object) -> str:
    return kind if isinstance(kind, str) else type(kind).__name__


RUN = {(_receiver(m.receiver), m.name, len(m.parameters)): m.run for m in (*METHODS, *CHANGES)}


@dataclass
class Outcome:
    """What a program comes to: its lines, its exit code, and the beginning of standard error."""

    lines: list[str]
    exit_code: int
    uncaught: str = ""


class Left(Exception):
    """`break`, `continue` or `return` on its way out."""

    def __init__(self, word: str, value: Value = None) -> None:
        super().__init__(word)
        self.word, self.value = word, value


@dataclass
class Scope:
    outer: Scope | None = None
    names: dict[str, Value] = field(default_factory=dict)

    def holder(self, name: str) -> dict[str, Value]:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names
            scope = scope.outer
        raise AssertionError(f"{name} is not declared")


def outcome(program: Program) -> Outcome:
    """Raises `Unbounded`."""
    run = Evaluator(program)
    try:
        value = run.call(program.functions[-1].name, [])
    except Thrown as thrown:
        value = thrown.value
        named = value.type if isinstance(value, ErrorValue) else f"StringBox: {value}"
        return Outcome(run.lines, 1, named)
    return Outcome(run.lines, value % 256 if type(value) is int else 0)


class Evaluator:
    def __init__(self, program: Program) -> None:
        self.lines: list[str] = []
        self.steps = 0
        self.depth = 0
        self.functions = {function.name: function for function in program.functions}
        self.globals = Scope()
        for name, value in program.globals:
            self.globals.names[name] = self.value(value, self.globals)

    def call(self, name: str, arguments: list[Value]) -> Value:
        function = self.functions[name]
        return self.body(function.body, function.parameters, arguments, self.globals)

    def body(
        self, body: s.Block, parameters: list[str], arguments: list[Value], outer: Scope
    ) -> Value:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unbounded
        try:
            self.block(body, Scope(outer, dict(zip(parameters, arguments, strict=True))))
        except Left as left:
            return left.value
        finally:
            self.depth -= 1
        return None

    # -- statements

    def block(self, block: s.Block, outer: Scope, **names: Value) -> None:
        """`names` are there from the beginning. `fini { }` runs at the end, the last one first."""
        scope = Scope(Scope(outer, names))
        at_exit: list[s.Block] = []
        try:
            for item in block.body:
                self.steps += 1
                if self.steps > MOST_STEPS:
                    raise Unbounded
                if isinstance(item, s.AtExit):
                    at_exit.append(item.body)
                else:
                    self.statement(item, scope)
        finally:
            for body in reversed(at_exit):
                self.block(body, scope)

    def statement(self, item: s.Statement, scope: Scope) -> None:
        match item:
            case s.Local(name, value):
                scope.names[name] = self.value(value, scope)
            case s.Assign(target, operator, value):
                self.assign(target, operator, value, scope)
            case s.Evaluate(expression):
                self.value(expression, scope)
            case s.Print(values):
                self.lines.append(" ".join(text(self.value(v, scope)) for v in values))
            case s.If(condition, then, other):
                if truth(self.value(condition, scope)):
                    self.block(then, scope)
                elif other is not None:
                    self.block(other, scope)
            case s.Walk(name, over, body):
                self.walk(name, over, body, scope)
            case s.Repeat(counter, rounds, body):
                if counter:
                    scope.names[counter] = 0
                for number in range(1, rounds + 1):
                    if counter:
                        scope.names[counter] = number
                    if not self.round(body, scope):
                        break
            case s.Leave(word):
                raise Left(word)
            case s.Return(value):
                raise Left("return", self.value(value, scope))
            case s.Throw(value):
                raise Thrown(self.value(value, scope))
            case s.Try():
                self.attempt(item, scope)
            case _:
                raise AssertionError(item)

    def assign(
        self, target: s.Expression, operator: str, value: s.Expression, scope: Scope
    ) -> None:
        """The target's receiver and index first; a compound one reads it before the value."""

        def new(old: Callable[[], Value]) -> Value:
            if not operator:
                return self.value(value, scope)
            before = old()
            return arithmetic(operator, before, self.value(value, scope))

        match target:
            case s.Variable(name):
                made = new(lambda: scope.holder(name)[name])
                scope.holder(name)[name] = made
            case s.Index(of, index):
                items, key = self.value(of, scope), self.value(index, scope)
                if isinstance(items, dict):
                    items[key] = new(lambda: items.get(key))
                    bounded(items)
                else:
                    set_element(items, key, new(lambda: element(items, key)))
            case s.Field(of, name):
                box = self.value(of, scope)
                made = new(lambda: self.field(box, name))
                if box is None:
                    raise error("NullError")
                box.fields[name] = made

    def walk(self, name: str, over: s.Expression | int, body: s.Block, scope: Scope) -> None:
        if isinstance(over, int):
            for number in range(over):
                if not self.round(body, scope, **{name: number}):
                    return
            return
        items = self.value(over, scope)
        if isinstance(items, list):
            for value in _walked(items):
                if not self.round(body, scope, **{name: value}):
                    return
        else:
            for key in list(items):
                if isinstance(items, dict) and key not in items:
                    continue
                if not self.round(body, scope, **{name: key}):
                    return

    def round(self, body: s.Block, scope: Scope, **names: Value) -> bool:
        """Whether another one may follow."""
        try:
            self.block(body, scope, **names)
        except Left as left:
            if left.word == "return":
                raise
            return left.word == "continue"
        return True

    def attempt(self, item: s.Try, scope: Scope) -> None:
        try:
            try:
                self.block(item.body, scope)
            except Thrown as thrown:
                for handler in item.catches:
                    if _catches(handler.type, thrown.value):
                        self.block(handler.body, scope, **{handler.name: thrown.value})
                        break
                else:
                    raise
        finally:
            if item.last is not None:
                self.block(item.last, scope)

    # -- expressions

    def value(self, item: s.Expression, scope: Scope) -> Value:
        match item:
            case s.Literal(value):
                return value
            case s.Variable(name):
                return scope.holder(name)[name]
            case s.Prefixed(operator, operand):
                value = self.value(operand, scope)
                if operator == "not":
                    return not truth(value)
                return negated(value) if operator == "-" else integer("^", value, -1)
            case s.Binary("and" | "or" as operator, left, right):
                first = truth(self.value(left, scope))
                return first if first == (operator == "or") else truth(self.value(right, scope))
            case s.Binary(operator, left, right):
                values = self.value(left, scope), self.value(right, scope)
                compares = s.PRECEDENCE[operator] in (3, 4)
                return (compare if compares else arithmetic)(operator, *values)
            case s.Is(operand, box):
                return _is(self.value(operand, scope), box)
            case s.Index(of, index):
                items, key = self.value(of, scope), self.value(index, scope)
                return items.get(key) if isinstance(items, dict) else element(items, key)
            case s.Field(of, name):
                return self.field(self.value(of, scope), name)
            case s.MethodCall():
                return self.method(item, scope)
            case s.Call(name, arguments):
                values = [self.value(argument, scope) for argument in arguments]
                if name == "nameOf":
                    thrown = values[0]
                    return thrown.type if isinstance(thrown, ErrorValue) else f"thrown {thrown}"
                if name in self.functions:
                    return self.call(name, values)
                return scope.holder(name)[name].call(*values)
            case s.New(box, arguments):
                values = [self.value(argument, scope) for argument in arguments]
                return Instance(box, dict(zip(("value", "other"), [*values, None, None])))  # noqa: B905
            case s.ArrayOf(items):
                return [self.value(part, scope) for part in items]
            case s.MapOf(entries):
                return {key: self.value(part, scope) for key, part in entries}
            case s.Lambda():
                return self.function(item, scope)
            case s.Match():
                return self.match(item, scope)
        raise AssertionError(item)

    def function(self, item: s.Lambda, scope: Scope) -> Function:
        def call(*arguments: Value) -> Value:
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise Unbounded
            if isinstance(item.body, s.Block):
                return self.body(item.body, item.parameters, list(arguments), scope)
            names = dict(zip(item.parameters, arguments, strict=True))
            return self.value(item.body, Scope(scope, names))

        return Function(call)

    @staticmethod
    def field(box: Value, name: str) -> Value:
        if box is None:
            raise error("NullError")
        return box.fields[name]

    def method(self, item: s.MethodCall, scope: Scope) -> Value:
        me = self.value(item.of, scope)
        arguments = [self.value(argument, scope) for argument in item.arguments]
        if isinstance(me, list | dict) and item.name in HIGHER:
            return HIGHER[item.name](me, *arguments)
        if isinstance(me, Instance):
            return _cell(me, item.name, arguments)
        for kind in (KINDS.get(type(me), "null"), "num", "any"):
            run = RUN.get((kind, item.name, len(arguments)))
            if run is not None:
                return run(me, *arguments)
        assert me is None, item
        raise error("NullError")

    def match(self, item: s.Match, scope: Scope) -> Value:
        subject = self.value(item.subject, scope)
        for arm in item.arms:
            inner = Scope(scope, {arm.name: subject} if arm.name else {})
            if arm.literals:
                fits = any(equal(subject, literal) for literal in arm.literals)
            else:
                fits = not arm.box or _is(subject, arm.box)
            if fits and (arm.condition is None or truth(self.value(arm.condition, inner))):
                return self.value(arm.result, inner)
        raise error("MatchError")


def _is(value: Value, box: str) -> bool:
    if isinstance(value, Instance):
        return box == "Cell" or value.box == box
    return type(value) is BOXES[box]


def _catches(kind: str, value: Value) -> bool:
    if not kind:
        return True
    if not isinstance(value, ErrorValue):
        return kind == "StringBox"
    return kind in ("ErrorBox", value.type)


def _cell(me: Instance, name: str, arguments: list[Value]) -> Value:
    """The methods of the prelude's Boxes."""
    if name == "put":
        old, me.fields["value"] = me.fields["value"], arguments[0]
        return old
    value = me.fields["value"]
    if me.box == "Double":
        value = arithmetic("*", value, 2)
    return arithmetic("+", value, arguments[0]) if name == "plus" else value


# -- methods that call a function: their walk ends where the array did when it began


def _walked(items: list[Value]) -> Iterator[Value]:
    for index in range(len(items)):
        if index < len(items):
            yield items[index]


def _map(items: Value, action: Function) -> Value:
    return [action.call(item) for item in _walked(items)]


def _filter(items: Value, action: Function) -> Value:
    return [item for item in _walked(items) if truth(action.call(item))]


def _reduce(items: Value, action: Function, start: Value) -> Value:
    for item in _walked(items):
        start = action.call(start, item)
    return start


HIGHER: dict[str, Callable[..., Value]] = {
    "map": _map,
    "filter": _filter,
    "reduce": _reduce,
    "any": lambda items, action: any(truth(action.call(item)) for item in _walked(items)),
    "all": lambda items, action: all(truth(action.call(item)) for item in _walked(items)),
    "find": lambda items, action: next((i for i in _walked(items) if truth(action.call(i))), None),
}
