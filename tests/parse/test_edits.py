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
