"""Optional types: what certainly contradicts them is told, and nothing else comes of them.

A value is judged where lowering knows its Box by itself, as in `certain_errors.py`, and by every
Box it may be: none of them, and none of their heirs, may be what was declared. `null` is of every
type, for fields start as null and nothing is written for "or null"; an Integer is a Float, as
arithmetic has it; what stands in `< >` is documentation, but its names have to exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nyash_parse import ast

from ..boxes import ANY_BOX, SHORT_TYPE_NAMES, BoxSymbol, InterfaceSymbol, Origin, readable
from . import wording
from .body import BodyLowering
from .context import ProgramContext

_FITS_ALL = frozenset(("NullBox", "WeakBox"))
"""A weak reference stands for its Box."""
_OTHER_LANGUAGES = {
    "int": "Integer", "Int": "Integer", "long": "Integer", "string": "String", "str": "String",
    "Str": "String", "float": "Float", "double": "Float", "Double": "Float", "bool": "Bool",
    "boolean": "Bool", "Boolean": "Bool", "any": "Any", "Object": "Any", "Box": "Any",
    "list": "Array", "List": "Array", "dict": "Map", "Dict": "Map", "Void": "Null",
}  # fmt: skip


def check_names(
    program: ProgramContext,
    references: Iterable[ast.TypeReference | None],
    origin: Origin,
    box: BoxSymbol | None = None,
) -> None:
    """Report types that nothing declares, in code of `box`."""
    if origin.library:
        return
    for reference in references:
        if reference is None:
            continue
        if not _is_known(program, reference.name, origin, box):
            names = [*SHORT_TYPE_NAMES, *program.world.box_names(), *program.world.interfaces]
            meant = _OTHER_LANGUAGES.get(reference.name)
            program.report.add(wording.unknown_type(reference, [meant] if meant else names, meant))
        check_names(program, reference.parameters, origin, box)


def _is_known(program: ProgramContext, name: str, origin: Origin, box: BoxSymbol | None) -> bool:
    if name in SHORT_TYPE_NAMES or program.world.find(name, origin) is not None:
        return True
    if name.endswith(("Error", "Exception")) or (len(name) == 1 and name.isupper()):
        return True  # the run time's errors; a type parameter by custom
    boxes = [box, *box.ancestors] if box is not None else []
    parameters = (
        p.name for b in boxes if isinstance(b, BoxSymbol) for p in b.declaration.type_parameters
    )
    return name in parameters or program.world.namespace_of(name) is not None


def check_value(
    body: BodyLowering,
    reference: ast.TypeReference | None,
    value: int,
    node: ast.Node,
    what: str,
    origin: Origin,
) -> None:
    """`value`, which `node` gives, goes where `reference` was declared (in code of `origin`) for
    `what`."""
    type = body.type(value)
    if reference is None or origin.library or body.origin.library or type.is_any or not type.names:
        return
    if not any(_may_fit(body.program, name, reference, origin) for name in type.names):
        kinds = " or ".join(sorted(readable(name.rsplit("::", 1)[-1]) for name in type.names))
        body.report.add(wording.other_type(node.span, what, reference, kinds))


def check_arguments(
    body: BodyLowering,
    parameters: Sequence[ast.Parameter],
    values: Sequence[int],
    nodes: Sequence[ast.Expression],
    callee: str,
    origin: Origin,
) -> None:
    for parameter, value, node in zip(parameters, values, nodes, strict=False):
        what = f"`{parameter.name}` of `{callee}` is declared as"
        check_value(body, parameter.annotation, value, node, what, origin)


def _may_fit(
    program: ProgramContext, name: str, reference: ast.TypeReference, origin: Origin
) -> bool:
    """Whether a value of the Box `name`, or of an heir of it, may be what the reference says."""
    if name in _FITS_ALL:
        return True
    wanted = _wanted(program, reference.name, origin)
    if wanted is None:
        return True
    if "FloatBox" in wanted:
        wanted |= {"IntegerBox"}
    if name in wanted:
        return True
    return any(
        not wanted.isdisjoint(_all_names(b)) or ("FunctionBox" in wanted and _is_callable(b))
        for b in program.world.boxes.values()
        if name in _all_names(b)
    )


def _wanted(program: ProgramContext, name: str, origin: Origin) -> frozenset[str] | None:
    """The Boxes and interfaces a type means; None where it says nothing."""
    short = SHORT_TYPE_NAMES.get(name)
    symbol = program.world.find(name, origin)
    if isinstance(symbol, BoxSymbol) and not symbol.static and symbol.key != ANY_BOX:
        return frozenset((symbol.key,))
    if isinstance(symbol, InterfaceSymbol):
        return frozenset((symbol.name,))
    if symbol is None and short is not None and not short.is_any:
        return frozenset(short.names)
    return None


def _all_names(symbol: BoxSymbol) -> set[str]:
    names = {a.key if isinstance(a, BoxSymbol) else a.name for a in symbol.ancestors}
    return names | {symbol.key}


def _is_callable(symbol: BoxSymbol) -> bool:
    return bool(symbol.methods_named("handle"))
