"""Every method of a library Box that programs can see is called by some golden program.

A call counts when the compiler knows its target, so that the name alone is not enough. Where it must
not know (the receiver is Any on purpose), `// covers: AnyBox` lets the program's other calls count
for the methods that this Box declares. HTTP's Boxes have tests of their own, in tests/http.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from nyash.driver import Options, Session
from nyash.libraries import load_libraries
from nyash_ir import instructions as ir
from nyash_parse.ast import BoxDeclaration, Method

from tools.reference.boxes import shown_boxes, shown_methods

FOLDER = Path(__file__).parent
BUILT_IN = frozenset({"MethodBox.pack/2"})
"""What the compiler replaces by something else than a call."""
FIRST = ("methods", "io")
"""Folders in which most calls are found: the others are hardly looked at then."""

_COVERS = re.compile(r"^// covers: (\w+)$", re.M)


LIBRARIES = ("rt", "nyashstd")


def _boxes() -> dict[str, BoxDeclaration]:
    session = Session(Options(foreign_plugins=False))
    libraries = [x for x in load_libraries(session.box_libraries) if x.name in LIBRARIES]
    return {box.name.name: box for library in libraries for box in shown_boxes(library)}


def _functions(box: BoxDeclaration) -> dict[str, str]:
    """The module's names of a Box's methods (see `BoxSymbol.function_name`), and their selectors."""
    methods = shown_methods(box)
    on_instances = {_selector(m) for m in methods if not m.static}
    found = {}
    for method in methods:
        selector = _selector(method)
        hidden = method.static and not box.static and selector in on_instances
        found[f"{box.name.name}.{'static ' if hidden else ''}{selector}"] = selector
    return found


def _selector(method: Method) -> str:
    return f"{method.name.name}/{len(method.parameters)}"


def _calls(program: Path) -> Iterator[str]:
    """What the program's own lines call: functions, and after a `?` selectors."""
    session = Session(Options(foreign_plugins=False))
    parsed = session.parse(str(program))
    own = len(parsed.sources) if parsed is not None else 0
    module = session.lower(parsed) if parsed is not None else None
    for function in module.functions.values() if module is not None else ():
        if function.span is None or function.span.source >= own:
            continue
        for block in function.blocks:
            for instruction in block.instructions:
                if isinstance(instruction, ir.CallFunction):
                    yield instruction.function
                elif isinstance(instruction, ir.CallMethod):
                    yield f"?{instruction.selector}"


def _covered(program: Path, boxes: dict[str, BoxDeclaration]) -> set[str]:
    """The library functions that a program calls."""
    calls = set(_calls(program))
    found = {_owner(call, boxes) for call in calls}
    for name in _COVERS.findall(program.read_text(encoding="utf-8")):
        functions = _functions(boxes[name])
        found |= {full for full, selector in functions.items() if f"?{selector}" in calls}
    return found


def _owner(function: str, boxes: dict[str, BoxDeclaration]) -> str:
    """An heir has a copy of what it inherits: `Ok.isOk/0` is `ResultBox.isOk/0`."""
    box, _, selector = function.partition(".")
    while box in boxes and f"{box}.{selector}" not in _functions(boxes[box]):
        parents = boxes[box].parents
        if not parents:
            break
        box = parents[0].name
    return f"{box}.{selector}"


def test_methods_are_called() -> None:
    boxes = _boxes()
    missing = {
        full: selector for box in boxes.values() for full, selector in _functions(box).items()
    }
    for full in BUILT_IN:
        del missing[full]
    programs = sorted(FOLDER.rglob("*.nyash"), key=lambda p: (p.parent.name not in FIRST, p))
    for program in programs:
        if not missing:
            break
        names = {selector.split("/")[0] for selector in missing.values()}
        if not names.intersection(re.findall(r"\w+", program.read_text("utf-8", "replace"))):
            continue  # it cannot add anything
        for full in _covered(program, boxes):
            missing.pop(full, None)
    assert not missing, f"no program calls {', '.join(sorted(missing))}"
