"""Fixes that carry edits: applied to the text, they take the mistake away."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("if x = 1 { }", "if x == 1 { }"),
        ("a() b()", "a() ; b()"),
        ("f(1, 2", "f(1, 2)"),
        ("f())", "f()"),
        ('m = {"a" 1}', 'm = {"a": 1}'),
        ("f(1 2)", "f(1, 2)"),
        (r'x = "\q"', r'x = "\\q"'),
        ("if a {\n    b()\n", "if a {\n    b()}\n"),
        ("let x = 1", "local x = 1"),
        ("func f(a) { }", "function f(a) { }"),
        ("class B { }", "box B { }"),
        ("box B extends A { }", "box B from A { }"),
        ('raise "x"', 'throw "x"'),
        ("if a { } elsif b { }", "if a { } else if b { }"),
        ("if a { } elif (b) { }", "if a { } else if (b) { }"),
        ("try { } except (e) { }", "try { } catch (e) { }"),
        ("if a === b { }", "if a == b { }"),
        ("if a !== b { }", "if a != b { }"),
        ("if a <> b { }", "if a != b { }"),
        ("function f() -> Integer { }", "function f(): Integer { }"),
        ("box B { function f() { } }", "box B { f() { } }"),
    ],
)
def test_edit(wrong, right, parse):
    parsed = parse(wrong)
    (found,) = parsed.diagnostics
    text = wrong
    for edit in sorted(found.help.edits, key=lambda edit: -edit.span.start):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert text == right
    assert parse(text).diagnostics == []


@pytest.mark.parametrize("wrong", ["def = = 1", "let.x = = 2", "a->b"])
def test_no_edit_where_the_word_may_be_a_name(wrong, parse):
    assert not any(d.help is not None and d.help.edits for d in parse(wrong).diagnostics)
