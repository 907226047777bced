"""Where docs/reference/language.md leaves open in which order an error ends locals."""

from __future__ import annotations

from . import syntax as s


def late_variables(function: s.Function) -> set[str]:
    """The variables assigned in a `try` outside of which they are declared, unless a closure has
    them, too."""
    found: set[str] = set()
    captured: set[str] = set()
    declared = dict.fromkeys(function.parameters, 0)

    def walk(body: list[s.Statement], depth: int) -> None:
        """`depth`: how many regions that an error may leave to a handler are around."""
        for item in body:
            if isinstance(item, s.Assign) and depth > declared[item.name]:
                found.add(item.name)
            elif isinstance(item, s.Declare):
                declared[item.name] = depth
            elif isinstance(item, s.Task):
                declared[item.result] = depth
            elif isinstance(item, s.Closure):
                captured.add(item.captured)
            elif isinstance(item, s.Block | s.Repeat):
                walk(item.body, depth)
            elif isinstance(item, s.Try):
                walk(item.body, depth + 1)
                walk(item.handler or [], depth + (item.final is not None))
                walk(item.final or [], depth)

    walk(function.body, 0)
    return found - captured


def has_open_order(functions: list[s.Function]) -> bool:
    """Whether an error may end some locals of theirs in another order."""
    return any(late_variables(function) or _shares_a_box(function.body) for function in functions)


def _shares_a_box(body: list[s.Statement]) -> bool:
    """Whether a local is declared as another one."""
    for item in body:
        if isinstance(item, s.Declare) and isinstance(item.value, s.Variable):
            return True
        parts = [getattr(item, name, None) or [] for name in ("body", "handler", "final")]
        if any(_shares_a_box(part) for part in parts):
            return True
    return False
