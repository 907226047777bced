"""Random lifetime programs. One seed, one program, always the same."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from . import syntax as s

PRELUDE = Path(__file__).with_name("prelude.nyash")


@dataclass
class Graph:
    """One graph: its function, those it calls, and the name it is reported by."""

    name: str
    functions: list[s.Function]


class Generator:
    """Writes one graph. `kinds` are the Boxes it uses; with one kind only the compiler knows
    every type."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.seed = seed
        self.kinds = self.random.choice([["Node"], ["Node"], list(s.CLASSES)])
        self.numbers = 0
        self.names = 0
        self.functions: list[s.Function] = []
        self.scopes: list[list[str]] = []

    def graph(self) -> Graph:
        for index in range(self.random.randint(1, 2)):
            self.functions.append(self._function(f"f{self.seed}_{index}", ["n_p", "n_q"]))
        name = f"g{self.seed}"
        self.functions.append(self._function(name, []))
        return Graph(name, self.functions)

    # -- parts ----------------------------------------------------------------------------------

    def _function(self, name: str, parameters: list[str]) -> s.Function:
        self.scopes = [list(parameters)]
        body = self._body(3, self.random.randint(4, 9))
        return s.Function(name, parameters, body, self._node(1))

    def _body(self, depth: int, count: int) -> list[s.Statement]:
        return [self._statement(depth) for _ in range(count)]

    def _inner(self, depth: int) -> list[s.Statement]:
        self.scopes.append([])
        body = self._body(depth - 1, self.random.randint(1, 4))
        self.scopes.pop()
        return body

    def _fresh(self, kind: str) -> str:
        self.names += 1
        return f"{kind}{self.names}"

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers

    def _some(self, kind: str) -> str | None:
        """A visible variable of a kind."""
        found = [name for scope in self.scopes for name in scope if name.startswith(kind)]
        return self.random.choice(found) if found else None

    def _declared(self, kind: str) -> str:
        name = self._fresh(kind)
        self.scopes[-1].append(name)
        return name

    # -- expressions ----------------------------------------------------------------------------

    def _node(self, depth: int = 2) -> s.Expression:
        """An expression that gives a Node or null."""
        choose = self.random.random()
        if depth == 0 or choose < 0.35:
            name = self._some("n")
            return s.Variable(name) if name else s.Null()
        if choose < 0.6:
            return s.New(self.random.choice(self.kinds), self._number(), self._node(depth - 1))
        if choose < 0.75:
            return s.Field(self._node(depth - 1), self.random.choice(["a", "b", "w"]))
        if choose < 0.85 and self.functions:
            function = self.random.choice(self.functions)
            return s.Call(function.name, self._arguments())
        return self._from_variable(depth)

    def _made(self) -> s.Expression:
        return s.New(self.random.choice(self.kinds), self._number(), self._node(1))

    def _from_variable(self, depth: int) -> s.Expression:
        kind = self.random.choice("lmck")
        name = self._some(kind)
        if name is None:
            return self._node(depth - 1)
        if kind == "c":
            return s.Call(name, [])
        if kind == "k":
            return s.Strong(name)
        return s.Element(name, self.random.randint(0, 2))

    # -- statements -----------------------------------------------------------------------------

    def _statement(self, depth: int) -> s.Statement:
        if depth > 0 and self.random.random() < 0.25:
            return self._compound(depth)
        return self._simple()

    def _compound(self, depth: int) -> s.Statement:
        choose = self.random.randint(0, 5)
        if choose == 0:
            return s.Block(self._inner(depth))
        if choose <= 2:
            leave = self.random.choice(["", "break", "continue"])
            return s.Repeat(self.random.randint(1, 3), self._inner(depth), self._fresh("i"), leave)
        handler = self._inner(depth) if choose != 4 else None
        final = self._inner(depth) if choose != 3 else None
        return s.Try(self._inner(depth), handler, final)

    def _simple(self) -> s.Statement:
        choose = self.random.randint(0, 21)
        name = self._some("n")
        if choose <= 3 or name is None:
            value = self._node() if name and self.random.random() < 0.5 else self._made()
            return s.Declare(self._declared("n"), value)
        if choose <= 5:
            # Not what another variable holds: where two hold one Box, an error may end it in the
            # place of either (docs/reference/language.md).
            value = s.Null() if self.random.random() < 0.1 else self._node()
            return s.Assign(name, self._made() if isinstance(value, s.Variable) else value)
        if choose <= 9:
            where = self.random.choice(["a", "b", "b", "w"])
            return s.SetField(self._receiver(), where, self._node())
        if choose == 10:
            items = [self._node(1) for _ in range(self.random.randint(0, 3))]
            return s.Collection(self._declared(self.random.choice("lm")), items)
        if choose == 11:
            of = self._some(self.random.choice("lm"))
            if of is not None:
                return s.SetElement(of, self.random.randint(0, 3), self._node(1))
        if choose == 12:
            of = self._some("l")
            if of is not None:
                return s.Push(of, self._node(1))
        if choose == 13:
            of = self._some(self.random.choice("lm"))
            if of is not None:
                return s.Remove(of, self.random.randint(0, 2))
        if choose == 14:
            return s.Closure(self._declared("c"), name)
        if choose == 15:
            value = self._node(1)
            return s.Weaken(self._declared("k"), value)
        if choose == 16:
            return s.End(self._receiver())
        if choose == 17:
            return self.random.choice([s.Throw(), s.Collect(), s.Return(self._node(1))])
        if choose == 18:
            return self._failing()
        if choose == 19 and len(self.functions) > 0:
            return self._task()
        if choose == 20:
            return s.Do(self._node())
        return s.Show(self._node())

    def _receiver(self) -> s.Expression:
        return self._node(1) if self.random.random() < 0.2 else s.Variable(self._some("n") or "")

    def _arguments(self) -> list[s.Expression]:
        return [self._made() if self.random.random() < 0.4 else self._node(1) for _ in range(2)]

    def _failing(self) -> s.Statement:
        made = s.New("Failing", self._number(), self._node(1), self.random.random() < 0.3)
        return s.Do(made)

    def _task(self) -> s.Statement:
        if self.random.random() < 0.4:
            value = self._node(1)
            return s.Cancelled(self._declared("t"), self._number(), value)
        function = self.random.choice(self.functions)
        call = s.Call(function.name, self._arguments())
        name = self._declared("t")
        return s.Task(name, call, self._declared("n"))


def program(graphs: list[Graph]) -> str:
    """The source text of a program that runs these graphs, one after the other."""
    lines = [PRELUDE.read_text(encoding="utf-8")]
    for graph in graphs:
        for function in graph.functions:
            lines += [*function.lines(), ""]
    lines += [f'run("{graph.name}", () => {graph.name}())' for graph in graphs]
    return "\n".join(lines) + "\n"
