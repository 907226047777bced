"""Each `<family>.md` says, instruction by instruction, what LLVM text must come of it.

A section is a heading, a block ```` ```nyir ```` and a block ```` ```llvm ````. Every line of the
latter must be found in the text, in that order, wherever its words stand (`…` matches anything
within a line); a line that begins with `define` is looked for from
the top again; lines that begin with `never` must be found nowhere. A fenced nyir block that does
not declare `main` is the body of one: `function main(%0: word)`. Each module is verified by the IR
and by LLVM.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from nyash_ir.hooks.records import Target
from nyash_ir.instruction import REGISTER
from nyash_ir.module import Module
from nyash_ir.text.reader import read_module
from nyash_ir.verify import verify
from nyash_llvm.bitcode import parse_text
from nyash_llvm.emit import EMITTERS
from nyash_llvm.program import program_module

HERE = Path(__file__).parent
HEADER = 'nyir 1 "test" entry main\n'
_SECTION = re.compile(r"^## (.+?)\n.*?```nyir\n(.*?)```\n.*?```llvm\n(.*?)```", re.M | re.S)


class Case(NamedTuple):
    family: str
    title: str
    nyir: str
    facts: list[str]


def _cases() -> list[Case]:
    found = []
    for path in sorted(HERE.glob("*.md")):
        for title, nyir, facts in _SECTION.findall(path.read_text()):
            found.append(Case(path.stem, title, nyir, facts.strip().splitlines()))
    return found


CASES = _cases()


def module_of(nyir: str) -> Module:
    declares_main = "function main(" in nyir
    if not declares_main:
        declarations, _, body = nyir.partition("^0():")
        nyir = f"{declarations}function main(%0: word) {{\n^0():{body}}}\n"
    return read_module(HEADER + nyir)


def _pattern(fact: str) -> re.Pattern[str]:
    parts = [r"\s+".join(map(re.escape, part.split())) for part in fact.split("…")]
    return re.compile(".*?".join(parts))


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.family}: {c.title}")
def test_family(case: Case) -> None:
    module = module_of(case.nyir)
    assert verify(module, "after-ownership") == []
    text = program_module(module, Target()).render()
    parse_text(text)
    lines = text.splitlines()
    at = 0
    for fact in case.facts:
        if fact.startswith("never "):
            found = [line for line in lines if _pattern(fact[6:]).search(line)]
            assert not found, f"{fact}\n{text}"
            continue
        pattern = _pattern(fact)
        if fact.startswith("define"):
            at = 0
        at = next((i + 1 for i in range(at, len(lines)) if pattern.search(lines[i])), 0)
        assert at, f"not found, or not behind the line before: {fact}\n{text}"


@pytest.mark.parametrize("tag", sorted(REGISTER))
def test_every_instruction_has_an_emitter(tag: str) -> None:
    assert REGISTER[tag] in EMITTERS


@pytest.mark.parametrize("tag", sorted(set(REGISTER) - {"end"}))
def test_every_instruction_has_a_case(tag: str) -> None:
    word = re.compile(rf"(^|= |\s){re.escape(tag)}( |$)", re.M)
    assert any(word.search(case.nyir) for case in CASES), f"no section of tests/llvm/*.md has {tag}"
