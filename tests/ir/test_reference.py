"""`docs/reference/ir.md` says what the declarations say, and its example is correct."""

from __future__ import annotations

import re
from pathlib import Path

from nyash_ir.instruction import REGISTER
from nyash_ir.text.reader import read_module
from nyash_ir.text.reference import instruction_table
from nyash_ir.verify import verify

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "ir.md").read_text()


def test_the_table_is_the_register():
    """Else put `nyash_ir.text.reference.instruction_table()` behind "## Instructions"."""
    assert PAGE.endswith(instruction_table())
    for tag in REGISTER:
        assert f"| `{tag}" in PAGE


def test_the_example_is_correct():
    found = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    assert verify(read_module('nyir 1 "m" entry fib/1\n' + found[1])) == []
