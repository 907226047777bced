"""All our passes together: every module of the tests comes out correct and counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from nyash_ir.hooks import Target
from nyash_ir.passes.manager import run
from nyash_ir.plugin import nyash_passes
from nyash_ir.text.reader import read_module
from nyash_ir.verify import verify

CASES = sorted(Path(__file__).parent.glob("*/*.nyir"))


@pytest.mark.parametrize("case", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_pipeline(case):
    text = case.read_text().partition("// ----\n")[0]
    module = read_module('nyir 1 "test" entry main\n' + text)
    runs = run(module, nyash_passes(Target()))
    assert verify(module, "after-ownership") == []
    assert [r.name for r in runs][-2:] == ["ownership", "elide"]


def test_a_second_round_finds_nothing_wrong():
    """Passes also have to stand what other passes leave."""
    passes = [p for p in nyash_passes(Target()) if p.name not in ("ownership", "elide")]
    for case in CASES:
        module = read_module('nyir 1 "test" entry main\n' + case.read_text().split("// ----\n")[0])
        run(module, passes)
        run(module, passes)
        assert verify(module) == []
