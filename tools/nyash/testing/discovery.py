"""Which files and which declarations are tests.

A test is a function without parameters whose name starts with `test`, or a method of that kind of a
Box whose name starts with `test` or `Test`. Such a Box without test methods may have a `main`
instead. Only what the test file itself declares counts, not what it includes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from nyash_parse import ast
from nyash_parse.source import Span

from ..failure import Failure

FOLDER = "tests"


@dataclass(frozen=True)
class TestCase:
    """`box` is None for a function; `fault` says why a declaration cannot be run."""

    __test__ = False

    name: str
    span: Span
    member: ast.Identifier
    box: ast.Identifier | None = None
    static: bool = False
    fault: str = ""


def test_files(paths: Sequence[str]) -> list[Path]:
    """The `*.nyash` files named, or in the folders named, or in `tests/`. Raises `Failure`."""
    if not paths and not Path(FOLDER).is_dir():
        raise Failure(
            "N0919", f"there is no folder {FOLDER}/ here", help="name files: nyash test FILE…"
        )
    found: dict[Path, Path] = {}
    for name in paths or (FOLDER,):
        path = Path(name)
        if path.is_dir():
            inside = sorted(f for f in path.rglob("*.nyash") if f.is_file())
            if not inside:
                raise Failure("N0919", f"there are no .nyash files in {name}")
        elif path.exists():
            inside = [path]
        else:
            raise Failure("N0911", f"there is no file or folder {name}")
        for file in inside:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def tests_of(program: ast.Program) -> list[TestCase]:
    """The tests of a program's main file, in the order in which they are declared."""
    return [test for item in program.files[0].items for test in _tests_of_item(item)]


def matches(test: str, pattern: str) -> bool:
    """A pattern with `*`, `?` or `[` is a glob for the whole name, another one a part of it."""
    if any(letter in pattern for letter in "*?["):
        return fnmatchcase(test, pattern)
    return pattern in test


def _tests_of_item(item: ast.Node) -> Iterator[TestCase]:
    if isinstance(item, ast.FunctionDeclaration):
        name, owner = item.name.name, item.owner
        if name.startswith("test") and (owner is None or _is_test_box(owner.name)):
            shown = name if owner is None else f"{owner.name}.{name}"
            static = owner is not None
            yield TestCase(shown, item.span, item.name, owner, static, _fault(item.parameters))
    elif isinstance(item, ast.BoxDeclaration) and _is_test_box(item.name.name):
        yield from _tests_of_box(item)


def _tests_of_box(box: ast.BoxDeclaration) -> Iterator[TestCase]:
    usual = [m for m in box.methods if m.kind == "method"]
    chosen = [m for m in usual if m.name.name.startswith("test")]
    chosen = chosen or [m for m in usual if m.name.name == "main"]
    for method in chosen:
        shown = f"{box.name.name}.{method.name.name}"
        static = box.static or method.static
        fault = _fault(method.parameters)
        yield TestCase(shown, method.span, method.name, box.name, static, fault)


def _is_test_box(name: str) -> bool:
    return name.startswith(("test", "Test"))


def _fault(parameters: Sequence[ast.Parameter]) -> str:
    return "a test takes no parameters" if parameters else ""
