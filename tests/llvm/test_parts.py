"""A large program is optimised in parts: whatever the cut, the parts are whole modules and together
the same program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from compiling import built, compiled, run, session
from nyash_ir.hooks.records import Target
from nyash_llvm import context
from nyash_llvm.bitcode import parse_text
from nyash_llvm.module_parts import parts
from nyash_llvm.program import program_module

MODULES = Path(__file__).parents[2] / "tools" / "bench" / "compile" / "modules"
DEFINED = re.compile(r"^define (?!available_externally )[^@]*(@(?:\"[^\"]*\"|\S+?))\(", re.M)


def text_of(name: str) -> str:
    return f"{(MODULES / name).read_text()}\nprint(run_{name.partition('.')[0]}_N())\n"


@pytest.mark.parametrize("count", [1, 2, 7, 10_000])
def test_parts_are_modules_and_define_everything_once(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "PART", 1)
    module = program_module(compiled(text_of("calculator.nyash"), tmp_path, session()), Target())
    texts = parts(module, count)
    assert len(texts) == min(count, len(module.functions))
    names = [name for text in texts for name in DEFINED.findall(text)]
    assert sorted(names) == sorted(function.reference for function in module.functions)
    for text in texts:
        parse_text(text)


@pytest.mark.slow
@pytest.mark.parametrize("leak_check", [False, True])
@pytest.mark.parametrize("name", sorted(path.name for path in MODULES.iterdir()))
def test_a_program_in_parts(
    name: str, leak_check: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, _ = run(built(text_of(name), tmp_path, leak_check=leak_check))
    monkeypatch.setattr(context, "PART", 300)
    cut, _ = run(built(text_of(name), tmp_path, leak_check=leak_check))
    assert cut == whole != ""


def test_what_runs_once_is_not_inlined(tmp_path: Path) -> None:
    """The top level's calls are `noinline`, those in its loops are not."""
    source = """
function add(a, b) { return a + b }
print(add(1, "a"))
loop(i in 0..3) { print(add(i, "b")) }
"""
    text = program_module(compiled(source, tmp_path, session()), Target()).render()
    (group,) = re.findall(r"^attributes (#\d+) = { noinline }$", text, re.M)
    body = re.search(r'^define internal i64 @"<main>[^\n]*\n(.*?)^}', text, re.M | re.S)
    assert body is not None
    added = [line for line in body[1].splitlines() if "add/2" in line]
    single = [line for line in added if f" {group}" in line]
    assert len(added) == 2 and len(single) == 1 and "(i64 5," in single[0], added
