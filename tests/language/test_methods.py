"""Every method of a library Box that programs can see is called by some golden program.

A call counts when the compiler knows its target, so that the name alone is not enough. Where it must
not know (the receiver is Any on purpose), `// covers: AnyBox` lets the program's other calls count
for the methods that this Box declares.

HTTP's Boxes are also called by the servers of tests/http. Behind a method of theirs stand many small
ones, so what a called method calls in turn is covered with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from nyash.driver import Options, Session
from nyash.libraries import load_libraries
from nyash_ir import instructions as ir
from nyash_ir.module import Function
from nyash_parse.ast import BoxDeclaration, Method

from tools.reference.boxes import shown_boxes, shown_methods

FOLDER = Path(__file__).parent
BUILT_IN = frozenset({"MethodBox.pack/2"})
"""What the compiler replaces by something else than a call."""
FIRST = ("methods", "io")
"""Folders in which most calls are found: the others are hardly looked at then."""

_COVERS = re.compile(r"^// covers: (\w+)$", re.M)


LIBRARIES = ("rt", "nyashstd")
HTTP_PROGRAMS = (FOLDER / "http", FOLDER.parent / "http")


def _boxes(*names: str) -> dict[str, BoxDeclaration]:
    session = Session(Options(foreign_plugins=False))
    libraries = [x for x in load_libraries(session.box_libraries) if x.name in names]
    boxes: dict[str, BoxDeclaration] = {}
    for box in (box for library in libraries for box in shown_boxes(library)):
        known = boxes.setdefault(box.name.name, box)
        if known is not box:  # one of them is an `extend box`
            boxes[box.name.name] = msgspec.structs.replace(
                known, methods=known.methods + box.methods, parents=known.parents or box.parents
            )
    return boxes


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


def _lowered(program: Path) -> tuple[dict[str, Function], set[str]]:
    """All functions of a program with its libraries, and the names of its own."""
    session = Session(Options(foreign_plugins=False))
    parsed = session.parse(str(program))
    module = session.lower(parsed) if parsed is not None else None
    if parsed is None or module is None:
        return {}, set()
    functions = module.functions
    lines = len(parsed.sources)
    own = {n for n, f in functions.items() if f.span is not None and f.span.source < lines}
    return functions, own


def _calls(function: Function) -> Iterator[str]:
    """The functions that one names, and after a `?` selectors."""
    for block in function.blocks:
        for instruction in block.instructions:
            if isinstance(instruction, ir.CallMethod):
                yield f"?{instruction.selector}"
            elif isinstance(instruction, ir.NewBox):
                yield f"{instruction.box}.handle/1"  # handlers are called where they were given
            elif isinstance(name := getattr(instruction, "function", None), str):
                yield name


def _covered(program: Path, boxes: dict[str, BoxDeclaration]) -> set[str]:
    """The library functions that a program calls."""
    functions, own = _lowered(program)
    calls = {call for name in own for call in _calls(functions[name])}
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
    boxes = _boxes(*LIBRARIES)
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


def _covered_behind(
    program: Path, boxes: dict[str, BoxDeclaration], telling: dict[str, set[str]]
) -> set[str]:
    """As `_covered`, with what called methods call. `telling`: selectors that no Box of another
    library has, so that they tell which function a method of the library calls."""
    functions, own = _lowered(program)
    found = _covered(program, boxes)
    left = [*own, *found]
    seen = set(left)
    while left:
        name = left.pop()
        for call in _calls(functions[name]) if name in functions else ():
            reached = {call} if name in own else telling.get(call, {call})
            left += reached - seen
            seen |= reached
    return found | {_owner(call, boxes) for call in seen}


def test_methods_of_http_are_called() -> None:
    boxes = _boxes("http")
    missing = {
        full: selector for box in boxes.values() for full, selector in _functions(box).items()
    }
    others = {s for box in _boxes(*LIBRARIES).values() for s in _functions(box).values()}
    telling: dict[str, set[str]] = {}
    for full, selector in missing.items():
        if selector not in others:
            telling.setdefault(f"?{selector}", set()).add(full)
    for program in sorted(p for folder in HTTP_PROGRAMS for p in folder.rglob("*.nyash")):
        for full in _covered_behind(program, boxes, telling):
            missing.pop(full, None)
    assert not missing, f"no program calls {', '.join(sorted(missing))}"
