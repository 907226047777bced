"""What name resolution and lowering say about wrong programs, one rule a row."""

from __future__ import annotations

import pytest
from lowered import codes, lower

WRONG = {
    "undeclared name": ("print(cuont)", ["N0101"]),
    "ended block": ("if true { local x = 1 }\nprint(x)", ["N0101"]),
    "assignment in a function": ("function f() { x = 1 }", ["N0102"]),
    "assignment to a function": ("function f() { return 1 }\nfunction g() { f = 1 }", ["N0103"]),
    "assignment to a Box": ("box B { }\nfunction g() { B = 1 }", ["N0103"]),
    "two functions": ("function f() { }\nfunction f() { }", ["N0104"]),
    "two Boxes": ("box B { }\nbox B { }", ["N0104"]),
    "two parameters": ("function f(a, a) { }", ["N0104"]),
    "me in a function": ("function f() { return me }", ["N0105"]),
    "me at the top level": ("print(me)", ["N0105"]),
    "unknown Box": ("print(new Thing())", ["N0201"]),
    "unknown Box in is": ("print(1 is Thing)", ["N0201"]),
    "two constructors": ("box B { pack() { }\n birth() { } }", ["N0202"]),
    "two methods": ("box B { a() { }\n a(b) { } }", ["N0203"]),
    "two fields": ("box B { init { x, x } }", ["N0204"]),
    "a Box as a value": ("box B { }\nprint(B)", ["N0205"]),
    "unknown field": ("box B { init { x }\n f() { return me.y } }", ["N0206"]),
    "unknown field assigned": ("box B { init { x }\n f() { me.y = 1 } }", ["N0206"]),
    "private method": ("box B { private f() { } }\nnew B().f()", ["N0207"]),
    "private constructor": ("box B { private pack() { } }\nnew B()", ["N0207"]),
    "value of another type": ('local x: Integer = "a"\nprint(x)', ["N0303"]),
    "unknown type": ("function f(a: Integr) { return a }", ["N0304"]),
    "private field": ("box B { private { x } }\nlocal b = new B()\nprint(b.x)", ["N0207"]),
    "unknown method": ('print("a".lenght())', ["N0208"]),
    "unknown method of me": ("box B { f() { me.g() } }", ["N0208"]),
    "too few arguments": ("function f(a) { }\nf()", ["N0209"]),
    "too many arguments": ("box B { f() { } }\nnew B().f(1)", ["N0209"]),
    "constructor arguments": ("box B { pack(a) { } }\nnew B()", ["N0209"]),
    "more values than fields": ("box B { init { x } }\nnew B(1, 2)", ["N0209"]),
    "new of a static Box": ("static box B { }\nnew B()", ["N0210"]),
    "main with two parameters": ("static box Main { main(a, b) { } }", ["N0211"]),
    "break outside": ("break", ["N0402"]),
    "continue in a closure": ("loop { (() => { continue })() }", ["N0402"]),
    "calling a Box": ("box B { }\nB()", ["N0301"]),
    "alternatives": ("print(match [1] { [x] | _ => x })", ["N0107"]),
    "static parent": ("static box A { }\nbox B from A { }", ["N0213"]),
    "value as parent": ("box B from IntegerBox { }", ["N0213"]),
    "interface as parent": ("interface I { f() }\nbox B from I { }", ["N0213"]),
    "its own parent": ("box B from B { }", ["N0213"]),
    "a circle of parents": ("box A from B { }\nbox B from A { }", ["N0213"]),
    "one parent twice": ("box A { }\nbox B from A, A { }", ["N0213"]),
    "unknown parent": ("box B from Shap { }", ["N0201"]),
    "from a stranger": ("box A { f() { } }\nbox B { f() { from A.f() } }", ["N0214"]),
    "override of a stranger": ("box A { f() { } }\nbox B from A { override C.f() { } }", ["N0214"]),
    "two parents, one method": (
        "box A { f() { } }\nbox B { f() { } }\nbox C from A, B { }",
        ["N0215"],
    ),
    "which parent's method": (
        "box A { f() { } }\nbox B { f() { } }\nbox C from A, B { override f() { } }",
        ["N0215"],
    ),
    "two parents, one field": (
        "box A { init { x } }\nbox B { init { x } }\nbox C from A, B { }",
        ["N0215"],
    ),
    "a parent's field again": ("box A { init { x } }\nbox B from A { init { x } }", ["N0204"]),
    "override of nothing": ("box A { f() { } }\nbox B from A { override g() { } }", ["N0216"]),
    "override without parents": ("box A { override f() { } }", ["N0216"]),
    "override, other parameters": (
        "box A { f() { } }\nbox B from A { override f(x) { } }",
        ["N0217"],
    ),
    "a Box as interface": ("box A { }\nbox B interface A { }", ["N0218"]),
    "unknown interface": ("box B interface A { }", ["N0218"]),
    "missing method": ("interface I { f() }\nbox B interface I { }", ["N0219"]),
    "method of other arity": ("interface I { f() }\nbox B interface I { f(x) { } }", ["N0219"]),
    "parent's fini": ("box A { fini() { } }\nbox B from A { g() { from A.fini() } }", ["N0220"]),
    "from outside": ("box A { f() { } }\nfrom A.f()", ["N0105"]),
    "parent's unknown method": ("box A { }\nbox B from A { f() { from A.g() } }", ["N0208"]),
    "parent's constructor": (
        "box A { pack(x) { } }\nbox B from A { pack() { from A.pack() } }",
        ["N0209"],
    ),
    "new of an interface": ("interface I { f() }\nnew I()", ["N0210"]),
    "missing override": ("box A { f() { } }\nbox B from A { f() { } }", ["N0503"]),
    "an arm behind all": ("print(match 1 { _ => 2, 1 => 3 })", ["N0502"]),
    "rebound": ("local x = 1\nprint(x)\nlocal x = 2\nprint(x)", ["N0501"]),
    "certain to throw": ('print("a" - 1)', ["N0302"]),
    "unused local": ("local x = 1\nx = 2", ["N0505"]),
    "unreachable": ("function f() { return 1\n print(2) }", ["N0502"]),
}


@pytest.mark.parametrize("rule", WRONG)
def test_code(rule: str) -> None:
    text, expected = WRONG[rule]
    assert codes(text) == expected


def test_all_errors_of_a_program_are_reported_in_one_run() -> None:
    text = "function f() { a = 1 }\nfunction g() { b = 2 }\nprint(c)"
    assert sorted(codes(text)) == ["N0101", "N0102", "N0102"]


def test_the_assignment_error_proposes_local_and_the_nearest_name() -> None:
    _, report = lower("function f() {\n local count = 1\n coutn = count\n}")
    fix = report.diagnostics[0].help
    assert fix is not None
    assert fix.text == "declare it with `local coutn = count`, or did you mean `count`?"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("local count = 1\nprint(coutn)", "count"),
        ("prnt(1)", "print"),
        ('print("a".lenght())', "length"),
        ("print(new ArayBox())", "ArrayBox"),
        ("box B { init { value }\n f() { return me.valeu } }", "value"),
    ],
)
def test_a_misspelt_name_has_a_fix_that_can_be_applied(text: str, name: str) -> None:
    _, report = lower(text)
    fix = report.diagnostics[0].help
    assert fix is not None
    assert fix.text == f"did you mean `{name}`?"
    assert [edit.text for edit in fix.edits] == [name]


def test_a_name_from_an_ended_block_is_pointed_at() -> None:
    _, report = lower("function f() {\n if true { local x = 1 }\n x = 2\n}")
    assert report.diagnostics[0].related[0].text == "declared here, in a block that has ended"


def test_an_unread_local_has_an_edit_where_its_declaration_is_its_only_place() -> None:
    text = "local x = 1\nlocal y = 2\ny = 3"
    _, report = lower(text)
    first, second = (diagnostic.help for diagnostic in report.diagnostics)
    assert first is not None and second is not None
    (edit,) = first.edits
    assert text[: edit.span.start] + edit.text + text[edit.span.end :] == text.replace("x", "_x")
    assert not second.edits


@pytest.mark.parametrize(
    ("text", "code", "mended"),
    [
        (
            "box B { private { x }\n getX() { return me.x } }\nprint(new B().x)",
            "N0207",
            "box B { private { x }\n getX() { return me.x } }\nprint(new B().getX())",
        ),
        (
            "static box S { private { x }\n f() { S.x = 1 } }",
            "N0207",
            "static box S { private { x }\n f() { me.x = 1 } }",
        ),
        ("function f(a: Integr) { return a }", "N0304", "function f(a: Integer) { return a }"),
        ("function f(): Array<string> { }", "N0304", "function f(): Array<String> { }"),
    ],
)
def test_the_fix_mends_the_program(text: str, code: str, mended: str) -> None:
    _, report = lower(text)
    (diagnostic,) = report.diagnostics
    assert diagnostic.code == code and diagnostic.help is not None
    (edit,) = diagnostic.help.edits
    assert text[: edit.span.start] + edit.text + text[edit.span.end :] == mended
    assert not lower(mended)[1].diagnostics


RIGHT = {
    "unread on purpose": "local _kept = 1\nfunction f(unused) { return 1 }\nprint(f(2))",
    "globals by assignment": "x = 1\nfunction f() { return x }",
    "shadowing": "local x = 1\nif x { local x = x + 1\n print(x) }",
    "fields in order": "box B { init { x, y } }\nprint(new B(1).y)",
    "print as a value": "[1].forEach(print)",
    "soft keywords": "local weak = 1\nlocal match = weak\nprint(match)",
    "own Box of a library's name": "box ArrayBox { f() { return 1 } }\nprint(new ArrayBox().f(), [1])",
    "snake case": "print(1.to_string())",
}


@pytest.mark.parametrize("rule", RIGHT)
def test_no_diagnostic(rule: str) -> None:
    module, report = lower(RIGHT[rule])
    assert module is not None and not report.diagnostics
