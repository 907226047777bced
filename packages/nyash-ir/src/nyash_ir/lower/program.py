"""The whole program: from resolved declarations to a module.

The program's own code is lowered completely, so that all of its errors are reported; of the
libraries only what is reachable: a function when it is called, a method when some call could
reach it by its selector.
"""

from __future__ import annotations

from collections.abc import Sequence

from nyash_parse import ast
from nyash_parse.diagnostics.model import Report

from .. import types
from ..boxes import ANY_BOX, PROGRAM, BoxSymbol, LoadedLibrary
from ..module import Module
from ..resolve.names import NameResolver
from . import closure as _closure  # noqa: F401  (registers the lowering of lambdas)
from . import match as _match  # noqa: F401
from . import member as _member  # noqa: F401
from .annotation import check_names
from .body import BodyLowering
from .classes import declare_classes
from .context import PendingBody, ProgramContext
from .entry import lower_entry
from .function import lower_function_body
from .generated import universal_call


def lower_program(
    program: ast.Program,
    libraries: Sequence[LoadedLibrary],
    report: Report,
    main: str | None = None,
) -> Module | None:
    """Resolve and lower a program. None when the report holds errors.

    `main` names a function of one parameter, the command line's strings, that runs in place of
    `Main.main`.
    """
    context = ProgramContext(program, libraries, report, main)
    declare_classes(context)
    for symbol in context.world.functions.values():
        if not symbol.origin.library:
            context.demand_function(symbol)
    for box in context.world.boxes.values():
        if not box.origin.library:
            check_names(context, (f.annotation for f in box.declaration.fields), box.origin, box)
            _demand_own_box(context, box)
        else:
            context.demand_protocol(box)
            _demand_additions(context, box)
    _check_interfaces(context)
    _note_globals(context)
    lower_entry(context)
    while context.pending:
        item = context.pending.popleft()
        if isinstance(item, PendingBody):
            _lower_body(context, item)
        else:
            universal_call(context, item.method, item.arity)
    if report.has_errors:
        return None
    module = context.module
    module.libraries = sorted({library.name for library in libraries})
    for cls in module.classes.values():
        cls.methods = {s: f for s, f in cls.methods.items() if f in module.functions}
    return module


def _check_interfaces(context: ProgramContext) -> None:
    for interface in context.world.interfaces.values():
        for method in interface.declaration.methods:
            types_named = (*(p.annotation for p in method.parameters), method.result)
            check_names(context, types_named, interface.origin)


def _note_globals(context: ProgramContext) -> None:
    for item in (i for file in context.program.files for i in file.items):
        if isinstance(item, ast.GlobalDeclaration) and item.annotation is not None:
            context.annotations[item.name.name] = item.annotation
            check_names(context, (item.annotation,), PROGRAM)


def _demand_additions(context: ProgramContext, symbol: BoxSymbol) -> None:
    """The program's own functions of a library's Box."""
    for method in symbol.static_methods.values():
        if not symbol.origin_of(method).library:
            context.demand_method(symbol, method)


def _demand_own_box(context: ProgramContext, symbol: BoxSymbol) -> None:
    """Everything of a Box of the program's own, whether something calls it or not."""
    tables = (symbol.constructors, symbol.methods, symbol.static_methods)
    for method in (m for table in tables for m in table.values()):
        if symbol.owner_of(method) is symbol:
            context.demand_method(symbol, method)
    context.demand_box(symbol)
    if symbol.static:
        context.demand_static(symbol)
    context.demand_protocol(symbol)


def _lower_body(context: ProgramContext, item: PendingBody) -> None:
    function, box = item.function, item.box
    resolver = NameResolver(
        context.world, item.origin, context.source_of(item.code.span, item.origin)
    )
    names = resolver.body(item.parameters, item.code, function.span if box is not None else None)
    body = BodyLowering(context, function, names, names.function, item.origin, box)
    if box is not None:
        me_type = types.ANY if box.key == ANY_BOX else types.box(box.key)
        me = body.builder.add_function_parameter("me", me_type)
        assert names.function.me is not None
        body.environment[names.function.me] = me
    for parameter, variable in zip(item.parameters, names.function.parameters, strict=True):
        body.builder.add_function_parameter(parameter.name)
        if parameter.annotation is not None:
            context.annotations[variable] = parameter.annotation
    body.result = item.result
    types_named = (*(p.annotation for p in item.parameters), item.result)
    check_names(context, types_named, item.origin, context.world.boxes.get(function.box or ""))
    body.builder.span = function.span
    body.go_on_in(body.new_block())
    lower_function_body(body, item.code)
