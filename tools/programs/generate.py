"""Random programs: functions, statements, and the strategy that makes them."""

from __future__ import annotations

from hypothesis import strategies as st

from . import syntax as s
from .choices import Choices
from .expressions import ITEM_KINDS, KEYS, Expressions, Named, Signature
from .kinds import PLAIN, Array, Callable, Kind, Map
from .methods import CHANGES
from .program import Function, Program

DEEPEST_BLOCK = 3
ERRORS = ("", "", "OverflowError", "DivisionByZeroError", "IndexError", "StringBox", "ErrorBox",
          "NullError", "MatchError")  # fmt: skip
GLOBALS: tuple[tuple[str, Kind], ...] = (
    ("@total", "int"),
    ("@seen", "any"),
    ("@log", Array("str")),
)


class Statements(Expressions):
    """`loops`: how many are around in this function; `level`: how many blocks; `outer`: variables
    of the blocks around this one, whose names it may declare again; `result`: of the function."""

    loops = 0
    level = 0
    outer: list[Named] = []  # noqa: RUF012
    result: Kind = "int"

    def block(self, most: int = 3, names: tuple[Named, ...] = (), returns: bool = False) -> s.Block:
        """What it declares is forgotten. `returns`: it is a function's body."""
        before = self.variables, self.outer
        self.variables = [*self.variables, *names]
        self.outer = [v for v in self.variables if v.name.startswith("v")]
        self.level += 1
        body: list[s.Statement] = []
        for _ in range(self.choices.number(1, most)):
            body += self.statement()
        if returns:
            body.append(s.Return(self.of(self.result, 1)))
        self.level -= 1
        self.variables, self.outer = before
        return s.Block(body)

    def statement(self) -> list[s.Statement]:
        simple = [self.declare, self.show, self.assign, self.assign, self.show, self.declare,
                  self.change, self.declare, self.show, self.assign, self.leave]  # fmt: skip
        nested = [self.choose, self.choose, self.walk, self.walk, self.repeat, self.attempt,
                  self.attempt, self.closure, self.at_exit]  # fmt: skip
        if self.level <= DEEPEST_BLOCK:
            simple += nested
        return self.choices.one(simple)()

    def declare(self) -> list[s.Statement]:
        kind = self.kind()
        value = self.of(kind, 2)
        if self.outer and self.choices.chance(10):
            hidden = self.choices.one(self.outer)
            self.outer = [v for v in self.outer if v is not hidden]
            self.variables = [v for v in self.variables if v is not hidden]
            name = self.fresh(hidden.name.split(s.AGAIN)[0] + s.AGAIN)
        else:
            name = self.fresh("v")
        self.variables.append(Named(name, kind))
        return [s.Local(name, value)]

    def show(self) -> list[s.Statement]:
        kinds = [self.printable() for _ in range(self.choices.number(1, 2))]
        return [s.Print(self.several(kinds, 2))]

    def printable(self) -> Kind:
        kind = self.kind()
        return "int" if isinstance(kind, Callable) else kind

    def assign(self) -> list[s.Statement]:
        targets = [v for v in self.variables if not v.fixed]
        if not targets:
            return self.show()
        variable = self.choices.one(targets)
        target: s.Variable | s.Index | s.Field = s.Variable(variable.name)
        kind = variable.kind
        choice = self.choices.number(0, 2)
        if choice and kind == "cell":
            if choice == 1:
                return [s.Assign(s.Field(target, "other"), "", self.of("cell?", 1))]
            target, kind = s.Field(target, "value"), "int"
        elif choice and isinstance(kind, Array):
            target, kind = s.Index(target, self.of("index", 1)), kind.item
        elif choice and isinstance(kind, Map):
            index = self.of(kind.key, 1)
            return [s.Assign(s.Index(target, index), "", self.of(kind.item, 2))]
        operators: tuple[str, ...] = ("",)
        if kind in ("int", "num"):
            operators = ("", "", "+", "-", "*", "/", "%")
        elif kind == "float":
            operators = ("", "+", "-", "*", "/")
        elif kind == "str":
            operators = ("", "+")
        return [s.Assign(target, self.choices.one(operators), self.of(kind, 2))]

    def change(self) -> list[s.Statement]:
        """A method that changes a collection."""
        targets = [v for v in self.variables if isinstance(v.kind, Array | Map)]
        if not targets:
            return self.declare()
        variable = self.choices.one(targets)
        kind = variable.kind
        assert isinstance(kind, Array | Map)
        if isinstance(kind, Array):
            methods = [m for m in CHANGES if isinstance(m.receiver, Array)]
        else:
            methods = [
                m for m in CHANGES if isinstance(m.receiver, Map) and m.receiver.key == kind.key
            ]
        call = self.call_of(self.choices.one(methods), kind.item, 1)
        call.of = s.Variable(variable.name)
        return [s.Evaluate(call)]

    def leave(self) -> list[s.Statement]:
        """In an `if`, so that something may follow."""
        if self.choices.chance(15):
            word: s.Statement = s.Throw(s.Literal(self.choices.one(("x", "boom"))))
        elif self.loops and self.choices.chance(80):
            word = s.Leave(self.choices.one(("break", "continue")))
        else:
            word = s.Return(self.of(self.result, 1))
        return [s.If(self.of("bool", 1), s.Block([word]), None)]

    def choose(self) -> list[s.Statement]:
        condition = self.of(self.choices.one(("bool", "bool", "any", "num", "str")), 2)
        other = self.block() if self.choices.chance(50) else None
        return [s.If(condition, self.block(), other)]

    def walk(self) -> list[s.Statement]:
        name = self.fresh("i")
        choice = self.choices.number(0, 3)
        if choice < 2:
            kind, over = "int", self.choices.number(0, 4)
        elif choice == 2:
            item = self.choices.one(ITEM_KINDS)
            kind, over = item, self.of(Array(item), 1)
        else:
            key = self.choices.one(tuple(KEYS))
            kind, over = key, self.of(Map(key, self.choices.one(ITEM_KINDS)), 1)
        return [s.Walk(name, over, self.rounds(Named(name, kind, fixed=True)))]

    def repeat(self) -> list[s.Statement]:
        rounds = self.choices.number(1, 4)
        if self.choices.chance(40):
            return [s.Repeat("", rounds, self.rounds())]
        name = self.fresh("n")
        self.variables.append(Named(name, "int", fixed=True))
        return [s.Repeat(name, rounds, self.rounds())]

    def rounds(self, *names: Named) -> s.Block:
        self.loops += 1
        body = self.block(names=names)
        self.loops -= 1
        return body

    def attempt(self) -> list[s.Statement]:
        body = self.block()
        catches: list[s.Catch] = []
        for _ in range(self.choices.number(0, 2)):
            name = self.fresh("e")
            handler = self.block(2)
            shown = s.Print([s.Literal("caught"), s.Call("nameOf", [s.Variable(name)])])
            handler.body.insert(0, shown)
            catches.append(s.Catch(self.choices.one(ERRORS), name, handler))
            if not catches[-1].type:
                break
        last = self.block(2) if not catches or self.choices.chance(30) else None
        return [s.Try(body, catches, last)]

    def closure(self) -> list[s.Statement]:
        """A function with a block in a variable, and calls of it."""
        parameters: list[Kind] = [self.choices.one(PLAIN) for _ in range(self.choices.number(0, 2))]
        kind = Callable(tuple(parameters), self.choices.one(PLAIN))
        names = [self.fresh("p") for _ in parameters]
        outside = self.loops, self.result
        self.loops, self.result = 0, kind.result
        body = self.block(names=tuple(map(Named, names, parameters)), returns=True)
        self.loops, self.result = outside
        name = self.fresh("c")
        self.variables.append(Named(name, kind, fixed=True))
        call = s.Call(name, self.several(parameters, 1))
        return [s.Local(name, s.Lambda(names, body)), s.Print([call])]

    def at_exit(self) -> list[s.Statement]:
        shown = [v.name for v in self.variables if not isinstance(v.kind, Callable)]
        values: list[s.Expression] = [s.Literal("at exit")]
        if shown:
            values.append(s.Variable(self.choices.one(shown)))
        return [s.AtExit(s.Block([s.Print(values)]))]

    # -- functions --------------------------------------------------------------------------------

    def function(self, name: str, parameters: list[Kind], result: Kind) -> Function:
        names = [self.fresh("p") for _ in parameters]
        self.variables = [Named(name, kind) for name, kind in GLOBALS]
        self.variables += map(Named, names, parameters)
        self.result, self.loops, self.level, self.outer = result, 0, 0, []
        body = self.show()
        for _ in range(self.choices.number(1, 6)):
            body += self.statement()
        body.append(s.Return(self.of(result, 2)))
        return Function(name, names, parameters, result, s.Block(body))

    def tried(self, function: Signature) -> s.Statement:
        """A call, whatever comes of it."""
        self.variables = [Named(name, kind) for name, kind in GLOBALS]
        call = s.Call(function.name, self.several(function.parameters, 2))
        has_text = not isinstance(function.result, Callable)
        caught = s.Print([s.Literal("caught"), s.Call("nameOf", [s.Variable("e")])])
        body = s.Block([s.Print([call]) if has_text else s.Evaluate(call)])
        return s.Try(body, [s.Catch("", "e", s.Block([caught]))], None)

    def program(self) -> Program:
        initial = [(name, self.literal(kind, 0)) for name, kind in GLOBALS]
        functions: list[Function] = []
        for number in range(self.choices.number(0, 3)):
            parameters = [self.kind() for _ in range(self.choices.number(0, 3))]
            made = self.function(f"@f{number}", parameters, self.kind())
            functions.append(made)
            self.signatures.append(Signature(made.name, parameters, made.result))
        main = self.function("@main", [], "int")
        calls = [self.tried(f) for f in self.signatures for _ in range(2)]
        main.body.body[:0] = calls
        functions.append(main)
        return Program(initial, functions)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    return Statements(Choices(draw)).program()
