"""Names inside one body: block scopes, captures, assignments (language.md section 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nyash_parse import ast
from nyash_parse.source import Source, Span

from ..boxes import SPELLINGS, BoxSymbol, InterfaceSymbol, Origin
from . import wording
from .patterns import bindings
from .reports import report_for
from .variables import Builtin, FunctionNames, GlobalName, Names, RunningClosure, Variable
from .world import World

BUILTINS = ("print", "assert")


class NameResolver:
    """Walks one body once, in the order of the text."""

    def __init__(self, world: World, origin: Origin, source: Source | None = None) -> None:
        self.world = world
        self.report = report_for(world.report, origin)
        self.origin = origin
        self.source = source
        self.function = FunctionNames()
        self.names = Names(self.function)
        self.scopes: list[dict[str, Variable]] = []
        self.ended: dict[str, Span] = {}
        self.loops: list[tuple[FunctionNames, list[Variable]]] = []
        self.running: list[tuple[ast.Node, Variable, FunctionNames]] = []
        self.locals: list[Variable] = []
        self.misnamed = False
        self.depth = 0

    # -- entry points ---------------------------------------------------------------------------

    def body(
        self,
        parameters: Sequence[ast.Parameter],
        body: ast.Block,
        me: Span | None,
    ) -> Names:
        """Resolve a function's or method's body. `me` is given for methods."""
        if me is not None:
            self.function.me = Variable("me", me, self.function, parameter=True)
        self._enter_parameters(self.function, parameters)
        self.block(body)
        self.scopes.pop()
        return self._finish()

    def statements(self, statements: Iterable[ast.Statement]) -> Names:
        """Resolve a file's top-level statements; their scope ends with the file."""
        self.scopes.append({})
        for statement in statements:
            self.statement(statement)
        self.scopes.pop()
        return self._finish()

    def _finish(self) -> Names:
        """A name bound to a lambda means the running closure inside it only where nobody assigns
        the name; that is known at the end."""
        for node, variable, function in self.running:
            if variable.assigned:
                self._capture_in(function, variable)
                self.names.uses[id(node)] = variable
        self._report_unused()
        return self.names

    def _report_unused(self) -> None:
        """Not in a body with an unknown name, which may be a misspelling of the unused one."""
        if self.misnamed:
            return
        for variable in self.locals:
            if not variable.read and not variable.name.startswith("_"):
                self.report.add(
                    wording.unused_local(variable.name, variable.span, variable.assigned)
                )

    def _enter_parameters(
        self, function: FunctionNames, parameters: Sequence[ast.Parameter]
    ) -> None:
        scope: dict[str, Variable] = {}
        for parameter in parameters:
            first = scope.get(parameter.name)
            if first is not None:
                self.report.add(
                    wording.declared_twice("parameter", parameter.name, parameter.span, first.span)
                )
            variable = Variable(
                parameter.name, parameter.span, function, self.depth, parameter=True
            )
            scope[parameter.name] = variable
            function.parameters.append(variable)
        self.scopes.append(scope)

    # -- declaring and finding ------------------------------------------------------------------

    def declare(self, node: ast.Node, name: str, span: Span) -> Variable:
        scope = self.scopes[-1]
        first = scope.get(name)
        if first is not None:
            self.report.add(wording.rebound(name, span, first.span))
        variable = Variable(name, span, self.function, self.depth)
        scope[name] = variable
        self.names.declared[id(node)] = variable
        return variable

    def lookup(self, name: str) -> Variable | None:
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return None

    def visible(self) -> list[str]:
        return [n for scope in reversed(self.scopes) for n in scope] + self.world.all_names()

    def use(self, node: ast.Node, name: str) -> None:
        variable = self.lookup(name)
        if variable is not None:
            meaning = self.capture(variable)
            self.names.uses[id(node)] = meaning
            if isinstance(meaning, RunningClosure):
                self.running.append((node, variable, self.function))
            else:
                variable.read = True
            return
        symbol = self.world.find(name, self.origin)
        if symbol is not None:
            self.names.uses[id(node)] = symbol
        elif name in self.world.globals:
            self.names.uses[id(node)] = GlobalName(name)
        elif name in BUILTINS:
            self.names.uses[id(node)] = Builtin(name)
        else:
            self.misnamed = True
            ended, hidden = self.ended.get(name), self.world.namespace_of(name)
            candidates = (*self.visible(), *BUILTINS)
            self.report.add(wording.undeclared_name(node.span, name, candidates, ended, hidden))

    def capture(self, variable: Variable) -> Variable | RunningClosure:
        """Note that the current function uses a variable, maybe one of an outer function."""
        function: FunctionNames | None = self.function
        if variable.owner is function:
            return variable
        bound = variable.bound_lambda
        if bound is not None and not variable.assigned and self.function.lambda_node is bound:
            return RunningClosure(variable)
        self._capture_in(function, variable)
        return variable

    @staticmethod
    def _capture_in(function: FunctionNames | None, variable: Variable) -> None:
        variable.captured = True
        while function is not None and function is not variable.owner:
            if variable not in function.captures:
                function.captures.append(variable)
            function = function.outer

    # -- statements -----------------------------------------------------------------------------

    def block(self, block: ast.Block, declare: Sequence[tuple[ast.Node, str, Span]] = ()) -> None:
        depth = self.depth
        self.scopes.append({})
        for node, name, span in declare:
            self.declare(node, name, span)
        for statement in block.statements:
            self.statement(statement)
        for variable in self.scopes.pop().values():
            self.ended[variable.name] = variable.span
        self.depth = depth

    def statement(self, node: ast.Statement) -> None:
        method = getattr(self, "_" + type(node).__name__)
        method(node)

    def _Block(self, node: ast.Block) -> None:
        self.block(node)

    def _ExpressionStatement(self, node: ast.ExpressionStatement) -> None:
        self.expression(node.expression)

    def _Local(self, node: ast.Local) -> None:
        for binding in node.bindings:
            value = binding.value
            if isinstance(value, ast.Lambda):
                variable = self.declare(binding, binding.name.name, binding.name.span)
                variable.bound_lambda = value
                self.expression(value)
            else:
                if value is not None:
                    self.expression(value)
                variable = self.declare(binding, binding.name.name, binding.name.span)
            if binding.fini is None:
                self.locals.append(variable)
            else:
                self.depth += 1
                self.block(binding.fini)

    def _Assign(self, node: ast.Assign) -> None:
        target = node.target
        if isinstance(target, ast.Name):
            if node.operator == "=":
                self.expression(node.value)
                self.assign(target, node)
            else:
                self.assign(target, node)
                self.expression(node.value)
            return
        self.expression(target)
        self.expression(node.value)

    def assign(self, target: ast.Name, node: ast.Assign) -> None:
        variable = self.lookup(target.name)
        if variable is None:
            symbol = self.world.find(target.name, self.origin)
            if target.name in self.world.globals:
                self.names.uses[id(target)] = GlobalName(target.name)
            elif symbol is not None:
                kind = type(symbol).__name__.removesuffix("Symbol")
                what = "Box" if kind == "Box" else kind.lower()
                self.report.add(wording.not_assignable(target.span, target.name, what))
            else:
                self.misnamed = True
                value = self.source.slice(node.value.span) if self.source else "…"
                ended = self.ended.get(target.name)
                self.report.add(
                    wording.undeclared_assignment(
                        target.span, target.name, value, self.visible(), ended
                    )
                )
            return
        variable.assigned = True
        self.capture(variable)
        self.names.uses[id(target)] = variable
        if variable.owner is self.function and self.depth > variable.depth:
            variable.assigned_in_region = True
        for function, variables in self.loops:
            if function is variable.owner is self.function and variable not in variables:
                variables.append(variable)

    def _If(self, node: ast.If) -> None:
        self.expression(node.condition)
        self.block(node.then)
        if node.otherwise is not None:
            self.statement(node.otherwise)

    def _loop(self, node: ast.Node, body: ast.Block, declare=()) -> None:
        variables: list[Variable] = []
        self.loops.append((self.function, variables))
        condition = getattr(node, "condition", None)
        if condition is not None:
            self.expression(condition)
        self.block(body, declare)
        self.loops.pop()
        self.names.assigned_in_loop[id(node)] = variables

    def _LoopForever(self, node: ast.LoopForever) -> None:
        self._loop(node, node.body)

    def _LoopWhile(self, node: ast.LoopWhile) -> None:
        self._loop(node, node.body)

    def _LoopCount(self, node: ast.LoopCount) -> None:
        self._loop(node, node.body)

    def _LoopIn(self, node: ast.LoopIn) -> None:
        self.expression(node.iterable)
        self._loop(node, node.body, [(node, node.name.name, node.name.span)])

    def _Break(self, node: ast.Break) -> None:
        pass

    def _Continue(self, node: ast.Continue) -> None:
        pass

    def _Return(self, node: ast.Return) -> None:
        if node.value is not None:
            self.expression(node.value)

    def _Throw(self, node: ast.Throw) -> None:
        self.expression(node.value)

    def _Try(self, node: ast.Try) -> None:
        self.depth += 1
        self.block(node.body)
        self.depth -= 1
        around = 1 if node.finally_ is not None else 0
        self.depth += around
        for clause in node.catches:
            name = clause.name
            self.block(clause.body, [(clause, name.name, name.span)] if name else ())
        self.depth -= around
        if node.finally_ is not None:
            self.block(node.finally_)

    def _FiniBlock(self, node: ast.FiniBlock) -> None:
        self.block(node.body)
        self.depth += 1  # until the enclosing block ends: `block` restores it

    def _Nowait(self, node: ast.Nowait) -> None:
        self.expression(node.call)
        if node.name is not None:
            self.locals.append(self.declare(node, node.name.name, node.name.span))

    # -- expressions ----------------------------------------------------------------------------

    def expression(self, node: ast.Expression) -> None:
        match node:
            case ast.Name():
                self.use(node, node.name)
            case ast.Me():
                self._me(node)
            case ast.Lambda():
                self._lambda(node)
            case ast.Match():
                self._match(node)
            case ast.FromCall():
                self._me(node)
                for argument in node.arguments:
                    self.expression(argument)
            case ast.Binary():
                self._binary(node)
            case _:
                for child in children(node):
                    self.expression(child)

    def _binary(self, node: ast.Binary) -> None:
        chain = []
        left: ast.Expression = node
        while isinstance(left, ast.Binary):
            chain.append(left.right)
            left = left.left
        self.expression(left)
        for right in reversed(chain):
            self.expression(right)

    def _match(self, node: ast.Match) -> None:
        self.expression(node.subject)
        for arm in node.arms:
            self.scopes.append({})
            self._patterns(arm)
            if arm.guard is not None:
                self.expression(arm.guard)
            if isinstance(arm.body, ast.Block):
                self.block(arm.body)
            else:
                self.expression(arm.body)
            self.scopes.pop()

    def _patterns(self, arm: ast.MatchArm) -> None:
        """The names that an arm binds. Alternatives bind the same ones: each is one variable."""
        first, *others = ([*bindings(pattern)] for pattern in arm.patterns)
        for binder, name in (pair for pairs in (first, *others) for pair in pairs):
            if isinstance(binder, ast.BindingPattern) and self._is_box(name.name):
                self.report.add(wording.box_as_pattern(name.span, name.name))
        for binder, name in first:
            self.declare(binder, name.name, name.span)
        for pattern, found in zip(arm.patterns[1:], others, strict=True):
            if {n.name for _, n in found} != {n.name for _, n in first}:
                self.report.add(wording.unlike_alternatives(pattern.span))
            for binder, name in found:
                variable = self.scopes[-1].get(name.name)
                if variable is None:
                    variable = self.declare(binder, name.name, name.span)
                self.names.declared[id(binder)] = variable

    def _is_box(self, name: str) -> bool:
        found = self.world.find(SPELLINGS.get(name, name), self.origin)
        return isinstance(found, BoxSymbol | InterfaceSymbol)

    def _me(self, node: ast.Node) -> None:
        function: FunctionNames | None = self.function
        while function is not None and function.me is None:
            function = function.outer
        if function is None or function.me is None:
            self.report.add(wording.me_outside(node.span))
            return
        self.names.uses[id(node)] = self.capture(function.me)

    def _lambda(self, node: ast.Lambda) -> None:
        outer, depth = self.function, self.depth
        self.function = FunctionNames(outer, lambda_node=node)
        self.depth = 0
        self.names.lambdas[id(node)] = self.function
        self._enter_parameters(self.function, node.parameters)
        if isinstance(node.body, ast.Block):
            self.block(node.body)
        else:
            self.expression(node.body)
        self.scopes.pop()
        self.function, self.depth = outer, depth


def children(node: ast.Expression) -> list[ast.Expression]:
    """The direct subexpressions of an expression without names of its own, left to right."""
    match node:
        case ast.ArrayLiteral():
            return list(node.items)
        case ast.MapLiteral():
            return [e for entry in node.entries for e in (entry.key, entry.value)]
        case ast.Unary():
            return [node.operand]
        case ast.TypeTest() | ast.Cast() | ast.Weak() | ast.Await():
            return [node.value]
        case ast.Call():
            return [node.callee, *node.arguments]
        case ast.MethodCall():
            return [node.receiver, *node.arguments]
        case ast.FieldAccess():
            return [node.receiver]
        case ast.Index():
            return [node.receiver, node.index]
        case ast.New():
            return list(node.arguments)
        case _:
            return []
