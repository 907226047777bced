"""Where no count is needed, there is none; where one is, it is there."""

from __future__ import annotations

import pytest
from lowered import lower_and_optimise
from nyash_ir.analysis.hierarchy import unobservable
from nyash_ir.instructions import Release, Retain

LIST = "box N { init { v, next }\n pack(v, next) { me.v = v; me.next = next } }\n"
GROWN = "local l = null\nloop(i in 0..9) { l = new N(i, l) }\n"
WITH_FINI = "box F { init { x }\n fini() { print(1) } }\nnew F()\n"

CASES = {
    "walking a list": (
        "f",
        LIST + "function f(l) { local n = 0; loop(l != null) { n += 1; l = l.next }; return n }\n"
        f"{GROWN}print(f(l))",
        (0, 0),
    ),
    "walking beside a fini that nothing here can reach": (
        "f",
        LIST + WITH_FINI + "function f(l) { local n = 0; loop(l != null) { n += l.v; l = l.next }"
        f" return n }}\n{GROWN}print(f(l))",
        (0, 0),
    ),
    "finding: only what is returned is counted": (
        "f",
        LIST + "function f(l, v) { loop(l != null) { if l.v == v { return l }; l = l.next } }\n"
        f"{GROWN}print(f(l, 3))",
        (1, 0),
    ),
    "reversing: the new head of the rest, nothing else": (
        "f",
        LIST + "function f(l) { local done = null\nloop(l != null) { local n = l.next\n"
        f"l.next = done\ndone = l\nl = n }}\nreturn done }}\n{GROWN}print(f(l).v)",
        (2, 1),
    ),
    "a call that only reads between load and use": (
        "f",
        LIST + "function look(l) { return l.v }\n"
        f"function f(l) {{ local n = l.next\nreturn look(l) + n.v }}\n{GROWN}print(f(l))",
        (0, 0),
    ),
    "a call that writes between load and use": (
        "f",
        LIST + "function cut(l) { l.next = null }\n"
        f"function f(l) {{ local n = l.next\ncut(l)\nreturn n.v + 1 }}\n{GROWN}print(f(l))",
        (1, 1),
    ),
    "a tree of recursive calls": (
        "f",
        "box T { init { l, r } }\nfunction f(t) { if t == null { return 0 }\n"
        "return 1 + f(t.l) + f(t.r) }\nlocal t = new T()\nt.l = new T()\nprint(f(t))",
        (0, 0),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_counts_in_a_function(case: str) -> None:
    name, text, expected = CASES[case]
    module = lower_and_optimise(text)
    function = next(f for n, f in module.functions.items() if n.startswith(name + "/"))
    items = [item for block in function.blocks for item in block.instructions]
    counts = tuple(
        sum(isinstance(i, kind) and not unobservable(function.values[i.value].type) for i in items)
        for kind in (Retain, Release)
    )
    assert counts == expected
