"""Each `<pass>/*.nyir`: a module, a line `// ----`, and what the pass makes of it.

Values are numbered anew on both sides, so that an expectation does not depend on what a pass left
unused on its way. Both sides are verified. `pytest tests/passes --update` is not needed: the
failure shows the text to put in place.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from nyash_ir.rewrite import compact
from nyash_ir.text.printer import print_module
from nyash_ir.text.reader import read_module
from nyash_ir.verify import verify

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*/*.nyir"))
HEADER = 'nyir 1 "test" entry main\n'


def normal(module) -> str:
    for function in module.functions.values():
        compact(function)
    return print_module(module)


@pytest.mark.parametrize("case", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_pass(case):
    before, _, after = case.read_text().partition("// ----\n")
    module = read_module(HEADER + before)
    assert verify(module) == []
    import_module(f"nyash_ir.passes.{case.parent.name}").run(module, {})
    assert verify(module) == []
    expected = read_module(HEADER + after)
    assert verify(expected) == []
    assert normal(module) == normal(expected)
