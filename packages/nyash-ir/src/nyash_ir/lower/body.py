"""One function body being lowered: where code goes, what variables hold, what leaving has to do.

Control flow of the language is structured, so SSA needs no general construction: a *join* meets
the environments that reach it and makes a block parameter for every variable on which they
differ; a loop's header has one for every variable the loop assigns (name resolution says which).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from nyash_parse import ast
from nyash_parse.source import Span

from .. import instructions as ir
from ..boxes import BoxSymbol, Origin
from ..builder import FunctionBuilder
from ..module import Function
from ..representation import Representation
from ..resolve.reports import Sink, report_for
from ..resolve.variables import FunctionNames, Names, Storage, Variable
from ..types import ANY, Type
from .context import ProgramContext


@dataclass
class Scope:
    """A block's variables, in order of declaration."""

    variables: list[Variable] = field(default_factory=list)


@dataclass
class Finally:
    """Code to run when the region is left; `handler` is the one around the region."""

    run: Callable[[], None]
    handler: int | None


@dataclass
class Caught:
    """The body of a `try` with handlers: errors from inside go no further than here."""


@dataclass
class Loop:
    """`continue` passes `variables` to `header`; `break` goes to `exit`."""

    header: int
    variables: list[Variable]
    exit: Join
    advance: Callable[[], tuple[int, ...]] | None = None
    """Makes the header's own leading arguments (a counter's next value)."""


@dataclass
class Join:
    """Edges that will meet: the block each leaves from, what variables hold there, a value.

    `variables`, if given, are those that live on behind it: an edge may come from inside a block
    whose own variables have ended."""

    edges: list[tuple[int, dict[Variable, int], int | None]] = field(default_factory=list)
    variables: frozenset[Variable] | None = None


class BodyLowering:
    """State of one body. `reachable` is False after a jump away, until a join."""

    def __init__(
        self,
        program: ProgramContext,
        function: Function,
        names: Names,
        own: FunctionNames,
        origin: Origin,
        box: BoxSymbol | None,
    ) -> None:
        self.program = program
        self.function = function
        self.names = names
        self.own = own
        self.origin = origin
        self.box = box
        self.result: ast.TypeReference | None = None
        """The type that the function is declared to give."""
        self.builder = FunctionBuilder(function)
        self.emit = self.builder.emit
        self.environment: dict[Variable, int] = {}
        self.slots: dict[Variable, int] = {}
        self.exits: list[Scope | Finally | Caught | Loop] = []
        self.handler: int | None = None
        self.temporaries: list[int] = []
        self.slots_begun: list[Variable] = []
        """Variables in slots, each time one is declared."""
        self.ages: dict[Variable, int] = {}
        """In which order variables were declared, from 1."""
        self.reachable = True
        self.lambdas = 0

    # -- places -----------------------------------------------------------------------------------

    @property
    def report(self) -> Sink:
        """Takes diagnostics about nodes of this body."""
        return report_for(self.program.report, self.origin)

    def span(self, span: Span) -> Span:
        return self.origin.in_module(span)

    def at(self, node: ast.Node) -> None:
        """Instructions from now on stand for `node`."""
        self.builder.span = self.span(node.span)

    def new_block(self) -> int:
        return self.builder.new_block(self.handler)

    def go_on_in(self, block: int) -> None:
        self.builder.position(block)
        self.reachable = True

    def jump_to_new_block(self) -> None:
        """Go on in a fresh block: the handler has changed."""
        block = self.new_block()
        self.emit(ir.Jump, target=block)
        self.go_on_in(block)

    def new_closure(self, span: Span) -> Function:
        """A closure that stands in this function: `Outer.method/2.lambda0`, numbered."""
        name = f"{self.function.name}.lambda{self.lambdas}"
        self.lambdas += 1
        return self.program.new_function(name, "closure", self.span(span), self.function.box)

    # -- values -----------------------------------------------------------------------------------

    def representation(self, value: int) -> Representation:
        return self.function.values[value].representation

    def type(self, value: int) -> Type:
        return self.function.values[value].type

    def word(self, value: int) -> int:
        """The value as a word (or reference)."""
        if self.function.values[value].representation.counted:
            return value
        return self.emit(ir.Box, operand=value)

    def condition(self, value: int) -> int:
        """The value's truth as a raw Bool."""
        if self.function.values[value].representation is Representation.I1:
            return value
        return self.emit(ir.Truth, operand=self.word(value))

    def null(self) -> int:
        return self.emit(ir.ConstantNull)

    def unknown(self) -> int:
        """The value of what an error was reported about: no further error follows from it."""
        return self.emit(ir.ConstantNull, type=ANY)

    def string(self, text: str) -> int:
        return self.emit(ir.ConstantString, text=text)

    def own_temporary(self, value: int) -> int:
        """A fresh result somebody could observe the end of: it ends with its statement."""
        self.temporaries.append(value)
        return value

    def move(self, value: int) -> int:
        """The value as a word about to be consumed: it stops being a temporary."""
        value = self.word(value)
        if value in self.temporaries:
            self.temporaries.remove(value)
        return value

    def end_temporaries(self, mark: int) -> None:
        """The temporaries since `mark` end, last one first."""
        while len(self.temporaries) > mark:
            value = self.temporaries.pop()
            if self.reachable:
                self.emit(ir.End, value=value)

    def native(self, symbol: str, *arguments: int) -> int:
        """Call one of the runtime's functions of `lower/runtime.py`."""
        native = self.program.runtime(symbol)
        return self.emit(
            ir.CallNative,
            symbol=symbol,
            arguments=tuple(arguments),
            representation=native.representation,
            type=native.result,
        )

    # -- variables --------------------------------------------------------------------------------

    def scope(self) -> Scope:
        return next(e for e in reversed(self.exits) if isinstance(e, Scope))

    def declare(self, variable: Variable, value: int) -> None:
        """A variable begins, in the innermost scope, with the value (a word, consumed)."""
        storage = variable.storage
        if storage is Storage.CELL:
            cell = self.emit(ir.NewCell, value=self.move(value), value_name=variable.name)
            self.hold(variable, cell)
        elif storage is Storage.SLOT:
            if variable not in self.slots:
                self.slots[variable] = self.builder.new_slot(variable.name)
            self.emit(ir.SetSlot, slot=self.slots[variable], value=self.move(value))
            self.slots_begun.append(variable)
        else:
            self.hold(variable, self.move(value))
        self.scope().variables.append(variable)

    def hold(self, variable: Variable, value: int) -> None:
        """The variable is the value from here on. An error gives up what variables hold in reverse
        order of their declaration, which is noted in the value."""
        self.environment[variable] = value
        facts = self.builder.function.values[value]
        facts.age = facts.age or self.ages.setdefault(variable, len(self.ages) + 1)

    def read(self, variable: Variable) -> int:
        storage = variable.storage
        if storage is Storage.CELL:
            return self.emit(ir.GetCell, cell=self.environment[variable], value_name=variable.name)
        if storage is Storage.SLOT:
            return self.emit(ir.GetSlot, slot=self.slots[variable], value_name=variable.name)
        return self.environment[variable]

    def assign(self, variable: Variable, value: int) -> None:
        value = self.move(value)
        storage = variable.storage
        if storage is Storage.CELL:
            self.emit(ir.SetCell, cell=self.environment[variable], value=value)
        elif storage is Storage.SLOT:
            self.emit(ir.SetSlot, slot=self.slots[variable], value=value)
        else:
            old = self.environment[variable]
            self.hold(variable, value)
            self.emit(ir.End, value=old)

    def end_variable(self, variable: Variable) -> None:
        if variable.storage is Storage.SLOT:
            self.emit(ir.SetSlot, slot=self.slots[variable], value=self.null())
        else:
            self.emit(ir.End, value=self.environment[variable])

    def clear_slots(self, variables: list[Variable]) -> None:
        """On an error's way: the slots of a region that was left (they start as null)."""
        for variable in reversed(variables):
            self.emit(ir.SetSlot, slot=self.slots[variable], value=self.null())

    # -- scopes and ways out ----------------------------------------------------------------------

    def in_scope(self, inside: Callable[[], None]) -> None:
        """Run `inside` in a scope of its own; its variables end behind it, last one first."""
        scope = Scope()
        self.exits.append(scope)
        inside()
        if self.reachable:
            for variable in reversed(scope.variables):
                self.end_variable(variable)
        self.exits.pop()
        for variable in scope.variables:
            self.environment.pop(variable, None)

    def holding(self, value: int, run: Callable[[], None]) -> None:
        """Lower code that a value waits for (a result while a `finally` runs): however that code
        is left, the value ends; behind it, it goes on to where it was going."""
        waiting = Variable("", self.builder.span, self.own)
        self.hold(waiting, value)
        self.exits.append(Scope([waiting]))
        run()
        self.exits.pop()
        self.environment.pop(waiting, None)

    def leave_to(self, depth: int, result: int | None = None) -> None:
        """Do what leaving the exits above `depth` asks for, innermost first, on the way with a
        `result` if it is a return; the code behind it is the caller's jump away."""
        exits, handler = self.exits, self.handler
        for index in range(len(exits) - 1, depth - 1, -1):
            leaving = exits[index]
            if not self.reachable:
                break
            if isinstance(leaving, Scope):
                for variable in reversed(leaving.variables):
                    self.end_variable(variable)
            elif isinstance(leaving, Finally):
                self.exits, self.handler = exits[:index], leaving.handler
                self.jump_to_new_block()
                if result is None:
                    leaving.run()
                else:
                    self.holding(result, leaving.run)
        self.exits, self.handler = exits, handler

    def throw(self, value: int, again: bool = False) -> None:
        """Throw a value (consumed). The scopes that the error leaves end first, as on every other
        way out: what they hold lives as long as the block that declared it."""
        for leaving in reversed(self.exits):
            if isinstance(leaving, Finally | Caught):
                break
            if isinstance(leaving, Scope):
                for variable in reversed(leaving.variables):
                    self.end_variable(variable)
        self.emit(ir.Throw, value=value, again=again)
        self.reachable = False

    def never_leave(self) -> None:
        """The end of a path that is never taken, which keeps what the scopes hold alive: liveness
        follows paths, and a loop without an exit has no other that reaches their ends."""
        for leaving in reversed(self.exits):
            if isinstance(leaving, Scope):
                for variable in reversed(leaving.variables):
                    self.end_variable(variable)
        self.emit(ir.Unreachable)
        self.reachable = False

    # -- joins ------------------------------------------------------------------------------------

    def branch(self, condition: int) -> tuple[int, int]:
        """End the block with a branch to two fresh blocks."""
        then_block, else_block = self.new_block(), self.new_block()
        self.emit(
            ir.Branch,
            condition=condition,
            then_block=then_block,
            then_arguments=(),
            else_block=else_block,
            else_arguments=(),
        )
        return then_block, else_block

    def arrive(self, join: Join, value: int | None = None) -> None:
        """The current place goes on at the join; nothing follows here."""
        if self.reachable:
            join.edges.append((self.builder.block, dict(self.environment), value))
            self.reachable = False

    def meet(self, join: Join) -> int | None:
        """Go on where the edges of a join meet; answers the value they carry, as a parameter.

        Edges carry values of one representation, or words and references. Without edges the code
        behind is unreachable.
        """
        if not join.edges:
            self.reachable = False
            return None
        block = self.new_block()
        environments = [environment for _, environment, _ in join.edges]
        first = environments[0]
        living = first if join.variables is None else [v for v in first if v in join.variables]
        common = [v for v in living if all(v in e for e in environments[1:])]
        differing = [v for v in common if any(e[v] != first[v] for e in environments[1:])]
        merged = {v: first[v] for v in common}
        for variable in differing:
            merged[variable] = self.builder.add_parameter(
                block, type=self._joined([e[variable] for e in environments]), name=variable.name
            )
            self.hold(variable, merged[variable])
        values = [value for _, _, value in join.edges]
        carried = values[0]
        if carried is not None:
            present = [v for v in values if v is not None]
            carried = self.builder.add_parameter(
                block, self._representation(present), self._joined(present)
            )
        for place, environment, value in join.edges:
            self.builder.position(place)
            arguments = [environment[v] for v in differing]
            if value is not None:
                arguments.append(value)
            self.emit(ir.Jump, target=block, arguments=tuple(arguments))
        self.environment = merged
        self.go_on_in(block)
        return carried

    def _representation(self, values: list[int]) -> Representation:
        first = self.representation(values[0])
        alike = all(self.representation(value) is first for value in values)
        return first if alike else Representation.WORD

    def _joined(self, values: list[int]) -> Type:
        joined = self.type(values[0])
        for value in values[1:]:
            joined = joined.join(self.type(value))
        return joined
