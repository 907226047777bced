"""Each rule of the verifier, by the smallest module that breaks it.

The text of a case is one module; `// fault: part of the message` stands on the guilty line.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nyash_ir.module import Module
from nyash_ir.text.reader import read_module
from nyash_ir.verify import MOST_FAULTS, verify

HEADER = """nyir 1 "m" entry main
box IntegerBox id 2 {}
box Point id 32 { field x: Any init field owner: Any weak init }
box Config id 33 static {}
native ny_raw(n: i64 IntegerBox) -> i64 IntegerBox effects()
function add/2(%0: word, %1: word) { ^0(): return %0 }
method Point.m/0(%0: word) { of Point ^0(): return %0 }
closure main.lambda0(%0: word) { capture x ^0(): return %0 }
global count
"""

HERE = Path(__file__).parent


def sections(name: str) -> list:
    """The cases of a file: a name behind `// ----` and the body of one function."""
    parts = re.split(r"^// ---- (.*)\n", (HERE / name).read_text(), flags=re.MULTILINE)
    return [pytest.param(b, id=n) for n, b in zip(parts[1::2], parts[2::2], strict=True)]


def faulty(text: str, stage: str = "before-ownership") -> None:
    """The module has exactly the fault that its text marks, on the marked line."""
    wanted = re.search(r"// fault: (.*)", text)
    assert wanted is not None
    faults = verify(read_module(text), stage)
    assert faults, "no fault was found"
    assert wanted[1] in str(faults[0])


@pytest.mark.parametrize("body", sections("faults_before_ownership.nyir"))
def test_before_ownership(body):
    faulty(HEADER + "function main(%0: word) {\n" + body + "}\n")


def test_place_of_a_fault():
    body = "^0(): jump ^1() ^1(): end %0 slot.set 0, %0 return %0"
    text = HEADER + "function main(%0: word) {" + body + "}"
    (fault,) = verify(read_module(text))
    assert (fault.function, fault.block, fault.index) == ("main", 1, 1)
    assert str(fault) == "main, block 1, instruction 1: slot 0 of 0"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("box Other id 32 {}", "Box Other: its id 32 is also that of Point"),
        ("box Other id 0 {}", "Box Other: its id 0 is not within 1..65535"),
        ("box Other id 40 { parent Nobody }", "Box Other: unknown parent 'Nobody'"),
        ("box Other id 40 { field a: Any init field a: Any init }", "two fields of one name"),
        ("box Other id 40 { method m = add/2 }", "'m' is no selector"),
        ("box Other id 40 { method m/0 = nobody }", "method m/0: unknown function 'nobody'"),
        ("box Other id 40 { method m/3 = add/2 }", "add/2 takes 2 parameters, expected 4"),
        ("box Other id 40 { finaliser add/2 }", "finaliser: add/2 takes 2 parameters, expected 1"),
        ("box Other id 40 { protocol equal = add/2 }", "the runtime calls no 'equal' by itself"),
        ("native ny_x() -> i64 IntegerBox effects(throws)", "a native that throws returns a word"),
        (
            "native ny_x(n: i64 IntegerBox consumed) -> word Any effects()",
            "raw parameter 'n' cannot be consumed",
        ),
        ("global count", "a global is declared twice"),
        ("function empty() {}", "empty: a function needs at least one block"),
        ("method m() { ^0(): %0: word = const.null return %0 }", "takes `me` as its first"),
        ("function f() { capture x ^0(): %0: word = const.null return %0 }", "has no captures"),
        ("function f(%0: ref) { ^0(): return %0 }", "f: parameter %0 is not a word"),
        ("function f(%0: word) { of Nobody ^0(): return %0 }", "f: unknown Box 'Nobody'"),
    ],
)  # fmt: skip
def test_tables(table, message):
    text = HEADER + "function main(%0: word) { ^0(): return %0 }\n" + table
    assert any(message in str(fault) for fault in verify(read_module(text)))


def test_entry():
    assert "entry function 'main' does not exist" in str(verify(read_module(HEADER))[0])


def test_names_of_tables():
    module = read_module(HEADER + "function main(%0: word) { ^0(): return %0 }")
    module.functions["other"] = module.functions["add/2"]
    assert "function 'add/2' is listed as 'other'" in str(verify(module)[0])


@pytest.mark.parametrize("body", sections("faults_after_ownership.nyir"))
def test_after_ownership(body):
    header = 'nyir 1 "m" entry main\nbox Point id 32 { field next: Any init }\n'
    faulty(header + "function main(%0: word) {\n" + body + "}\n", "after-ownership")


def test_many_faults_are_cut():
    bad = "".join(f"function f{n}() {{}}\n" for n in range(2 * MOST_FAULTS))
    module = read_module(HEADER + "function main(%0: word) { ^0(): return %0 }" + bad)
    assert len(verify(module)) == MOST_FAULTS


def test_only_some_functions():
    text = HEADER + "function main(%0: word) { ^0(): return %0 } function bad() {}"
    module = read_module(text)
    assert verify(module, functions=["main"]) == []
    assert len(verify(module, functions=["bad", "not there"])) == 1


def test_an_empty_module_has_faults_and_no_traceback():
    assert len(verify(Module("", [], {}, {}, {}, [], "", []))) == 1
