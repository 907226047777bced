"""Wrong programs: which mistakes are reported, where, and what is still read."""

from __future__ import annotations

import pytest

MISTAKES = {
    # Text
    "local a = 'x'": [("N0002", 1, 11), ("N0002", 1, 13)],
    'f("x)\ng()': [("N0003", 1, 3)],
    'local a = "x\nlocal b = "y"\nlocal c = "z"': [("N0003", 1, 11)],
    "a()\n/* b()": [("N0004", 2, 1)],
    "x = 0xfg + 1_ + 12ab + 1__2 + 0b12 + 0x": [("N0005", 1, n) for n in (5, 12, 17, 24, 31, 38)],
    "x = 9223372036854775808": [("N0006", 1, 5)],
    "x = 1 - 9223372036854775808": [("N0006", 1, 9)],
    "x = -9223372036854775809": [("N0006", 1, 6)],
    "x = " + "9" * 5000: [("N0006", 1, 5)],
    r'x = "\u{d800} \u{} \xg \u12"': [("N0007", 1, n) for n in (6, 15, 20, 24)],
    r'x = "\q"': [("N0008", 1, 6)],
    # Brackets
    "f(1\ng()": [("N0009", 1, 2)],
    "if a {\n    b()\n": [("N0009", 1, 6)],
    "box A {\n    f() {\n        g()\n    h() {\n    }\n}": [("N0009", 2, 9)],
    "x = [1, (2]": [("N0009", 1, 9)],
    "f())": [("N0010", 1, 4)],
    "f()\n}\ng()": [("N0010", 2, 1)],
    # Grammar
    "x = 1 +": [("N0012", 1, 7)],
    "f(1, , 2)": [("N0011", 1, 6)],
    "f(1 2)": [("N0012", 1, 4)],
    'm = {"a" 1}': [("N0012", 1, 9)],
    "local = 3": [("N0012", 1, 7)],
    "a.": [("N0012", 1, 3)],
    "if x = 1 { }": [("N0013", 1, 6)],
    "loop(a.b = 1) { }": [("N0013", 1, 10)],
    "local if = 1": [("N0015", 1, 7)],
    "function loop(a) { }": [("N0015", 1, 10)],
    "function f(new) { }": [("N0015", 1, 12)],
    "f()\nif a { box B { } }": [("N0016", 2, 8)],
    "box A { x = 1 }": [("N0016", 1, 9)],
    "box A { init { x }\n local y = 1\n f() { } }": [("N0016", 2, 2)],
    "a + b = c": [("N0017", 1, 1)],
    "f() = 1": [("N0017", 1, 1)],
    "box A { public private f() { } }": [("N0018", 1, 16)],
    "static function f() { }": [("N0018", 1, 1)],
    "x = nowait f()": [("N0019", 1, 5)],
    "local x = if a { 1 }": [("N0019", 1, 11)],
    "try { }\nf()": [("N0020", 1, 1)],
    "catch (e) { }": [("N0020", 1, 1)],
    "else { }": [("N0020", 1, 1)],
    "native box A { }": [("N0021", 1, 1)],
    "a() b()": [("N0023", 1, 5)],
    "x = 1 y = 2 z = 3": [("N0023", 1, 7)],
    "if a\n    f()": [("N0024", 1, 5)],
    "if a\n{\n    f()\n}": [("N0024", 1, 5)],
    "function f()\n{\n}": [("N0024", 1, 13)],
    "box A\n{\n}": [("N0024", 1, 6)],
    "match x { [..a, b] => 1 }": [("N0025", 1, 12)],
    'match x { -"a" => 1 }': [("N0025", 1, 11)],
    "while a { }": [("N0011", 1, 1)],
    "var x = 1": [("N0011", 1, 1)],
    "x++": [("N0011", 1, 3)],
    "interface I { f() { } }": [("N0011", 1, 19)],
}


@pytest.mark.parametrize(("text", "expected"), MISTAKES.items(), ids=[t[:40] for t in MISTAKES])
def test_mistake(text, expected, parse):
    assert parse(text).places == expected


@pytest.mark.parametrize("text", [t for t in MISTAKES if len(t) < 1000])
def test_the_program_around_a_mistake_is_still_read(text, parse):
    parsed = parse(f"box Before {{ }}\n{text}\nbox After {{ }}\n")
    names = [getattr(item, "name", None) for item in parsed.file.items]
    found = {name.name for name in names if hasattr(name, "name")}
    assert "Before" in found
    if not text.startswith(("a()\n/*", "a.")):
        assert "After" in found, parsed.diagnostics


def test_all_mistakes_of_a_file_are_reported(parse):
    body = "\n".join("        if x = 1 { f( }\n        local y = 3 +" for _ in range(10))
    parsed = parse(f"box A {{\n    f() {{\n{body}\n    }}\n    ok() {{ }}\n}}\n")
    lines = {line for _, line, _ in parsed.places}
    assert len(lines) == 20
    (box,) = parsed.file.items
    assert [method.name.name for method in box.methods] == ["f", "ok"]


def test_a_broken_member_leaves_the_others(parse):
    parsed = parse("box A {\n a( { }\n b() { }\n c() { x = }\n d() { }\n}")
    (box,) = parsed.file.items
    assert [method.name.name for method in box.methods] == ["b", "c", "d"]
    assert [line for _, line, _ in parsed.places] == [2, 4]


def test_the_errors_come_in_the_order_of_the_text(parse):
    places = parse("x = )\ny = 'a'\nz = (\nw = 1 +\n").places
    assert places == sorted(places, key=lambda place: place[1:])


@pytest.mark.parametrize(
    ("opening", "middle", "closing"),
    [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("f(", "", ")"),
        ("{a: ", "1", "}"),
        ("- ", "1", ""),
        ("not ", "1", ""),
        ("1 + ", "1", ""),
        ("a.", "b", ""),
        ("a => ", "b", ""),
        ("fn() { return ", "1", "}"),
        ("match a { _ => ", "1", "}"),
        ("new A<", "B", ">"),
    ],
)
@pytest.mark.parametrize("count", [1000, 100_000])
def test_deep_nesting_is_a_diagnostic(opening, middle, closing, count, parse):
    parsed = parse("x = " + opening * count + middle + closing * count)
    assert parsed.codes == ["N0014"]


@pytest.mark.parametrize("text", ["if a { " * 5000, "box A { " * 5000, "{ " * 5000, "}" * 5000])
def test_unbalanced_depth(text, parse):
    assert parse(text).diagnostics


def test_else_if_chains_of_a_sensible_length_are_fine(parse):
    assert parse("if a { }" + " else if b { }" * 300).codes == []
    assert parse("if a { }" + " else if b { }" * 3000).codes == ["N0014"]


def test_many_errors_end_in_reasonable_time(parse):
    parsed = parse("f(\n) ) = = =\nbox {\n" * 2000)
    assert parsed.diagnostics


HABITS = {
    'print "hello"': "write `print(…)`",
    "box A { fini { } }": "write `fini() { … }`",
    "box A { init { x = 1 } }": "assign the field in the constructor",
    "x = a is not B": "write `not (x is Name)`",
    "try { } catch e { }": "write `catch (e) { … }`",
    'using "http"': 'write `using name`; files are taken in by `include "file.nyash"`',
    "x++": "there is no `++`; write `x += 1`",
    "if a { } elif b { }": "write `else if`",
    "box A extends B { }": "parents follow `from`: `box Child from Parent`",
    "x = a ? b : c": "Nyash has no `?:`, `?.` and `??`; use `if` or `match`",
}


@pytest.mark.parametrize(("text", "advice"), HABITS.items())
def test_habits_of_other_languages_get_advice(text, advice, parse):
    (found,) = parse(text).diagnostics
    assert found.help.text == advice


def test_functions_in_blocks_are_pointed_at_their_keyword(parse):
    for word in ("function", "fn"):
        assert parse(f"if a {{\n    {word} f() {{ }}\n}}").places == [("N0016", 2, 5)]
