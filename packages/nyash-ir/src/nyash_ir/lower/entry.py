"""The entry function: the top-level statements of every file, then `Main.main`.

It ends as language.md section 10 says: `main` returns, tasks that still run are awaited, and only
then the top level's locals end.
"""

from __future__ import annotations

from nyash_parse import ast
from nyash_parse.source import NO_SPAN

from .. import instructions as ir
from .. import types
from ..boxes import PROGRAM, Origin
from ..resolve.names import NameResolver
from ..resolve.variables import FunctionNames, Names
from . import wording
from .body import BodyLowering, Scope
from .call import call_method
from .context import ENTRY, ProgramContext
from .expression import static_instance
from .function import with_slots
from .prepared import call_function
from .statement import lower_statements

_DECLARATIONS = (
    ast.BoxDeclaration,
    ast.InterfaceDeclaration,
    ast.FunctionDeclaration,
    ast.Include,
    ast.Using,
)


def lower_entry(program: ProgramContext) -> None:
    """Included files run first, in the order in which they were met; the main file last."""
    files = program.program.files
    span = files[0].span if files else NO_SPAN
    function = program.new_function(ENTRY, "function", span)
    function.display = "main"
    own = FunctionNames()
    resolved = [_resolved(program, file, own) for file in (*files[1:], *files[:1])]
    if not resolved:
        return
    body = BodyLowering(program, function, resolved[0][1], own, PROGRAM, None)
    body.builder.add_function_parameter("arguments")
    body.builder.span = span
    body.go_on_in(body.new_block())

    def inside() -> None:
        for declaration, origin in program.world.predefined:
            _lower_predefined(body, declaration, origin)
        for statements, names in resolved:
            body.names = names
            _lower_file(body, statements, last=names is resolved[-1][1])
        if body.reachable:
            body.emit(ir.Return, value=body.null())

    variables = [v for _, names in resolved for v in names.declared.values()]
    with_slots(body, variables, inside)


def _lower_predefined(body: BodyLowering, item: ast.GlobalDeclaration, origin: Origin) -> None:
    """A library's `global NAME = value`; its value uses no variables."""
    program = body.program
    statements = [_as_statement(item)]
    source = program.source_of(item.span, origin)
    body.origin = origin
    body.names = NameResolver(program.world, origin, source).statements(statements)
    body.in_scope(lambda: lower_statements(body, statements))
    body.origin = PROGRAM


def _resolved(
    program: ProgramContext, file: ast.File, own: FunctionNames
) -> tuple[list[ast.Node], Names]:
    """A file's top-level statements and what their names mean; all files make one function."""
    statements = [_as_statement(i) for i in file.items if not _is_declaration(i)]
    resolver = NameResolver(program.world, PROGRAM, program.source_of(file.span, PROGRAM))
    names = resolver.statements(statements)
    for variable in names.declared.values():
        if variable.owner is resolver.function:
            variable.owner = own
    return statements, names


def _lower_file(body: BodyLowering, statements: list, last: bool) -> None:
    def inside() -> None:
        lower_statements(body, statements)
        if last and body.reachable:
            result = _call_main(body)
            body.native("ny_tasks_finish")
            body.leave_to(0)
            body.emit(ir.Return, value=result)
            body.reachable = False

    body.exits.append(Scope())
    body.in_scope(inside)
    body.exits.pop()


def _call_main(body: BodyLowering) -> int:
    """`Main.main()` or `Main.main(args)`, where there is one; its value is not a temporary."""
    program = body.program
    if program.main is not None:
        name = program.demand_function(program.world.functions[program.main])
        return body.move(call_function(body, name, body.function.parameters[:1], types.ANY))
    main = program.world.find_box("Main", PROGRAM)
    if main is None or main.origin.library or not main.static:
        return body.null()
    for arity in (0, 1):
        arguments = body.function.parameters[:arity]
        method = program.find_static(main, "main", arity)
        if method is not None:
            body.builder.span = method.name.span
            name = program.demand_method(main, method)
            return body.move(call_function(body, name, arguments, types.ANY))
        method = program.find_method(main, "main", arity)
        if method is not None:
            body.builder.span = method.name.span
            instance = static_instance(body, main)
            return body.move(call_method(body, instance, "main", arguments, method.name.span))
    for found in main.methods_named("main"):
        program.report.add(wording.main_parameters(found.name.span))
    return body.null()


def _is_declaration(item: ast.Node) -> bool:
    return isinstance(item, _DECLARATIONS) or (
        isinstance(item, ast.GlobalDeclaration) and item.value is None
    )


def _as_statement(item: ast.Node) -> ast.Node:
    """`global NAME = value` runs in its place among the top-level statements."""
    if isinstance(item, ast.GlobalDeclaration) and item.value is not None:
        target = ast.Name(item.name.span, item.name.name)
        return ast.Assign(item.span, target, "=", item.value)
    return item
