"""Errors of names that are reported together with syntax errors, and follow-ups that are not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from nyash.driver import Options, Session
from nyash_parse.diagnostics.model import Report
from nyash_parse.scanner import scan
from nyash_parse.source import Source

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.nyash"))
MUTATIONS = 6
"""Of each example."""
INSERTED = ("(", ")", "{", "}", ",", "+", "=", "if", "local", "x", "1", '"s"', ".", "=>", "return")


class _Text:
    def __init__(self, text: str) -> None:
        self.text = text

    def read(self, path: str) -> bytes:
        if path == "main.nyash":
            return self.text.encode()
        return (EXAMPLES[0].parent / path).read_bytes()

    def exists(self, path: str) -> bool:
        return path == "main.nyash" or (EXAMPLES[0].parent / path).is_file()


def codes(text: str) -> list[tuple[str, str]]:
    session = Session(Options(foreign_plugins=False), files=_Text(text))
    program = session.parse("main.nyash")
    if program is not None:
        session.lower(program)
    return [(d.code, d.message) for d in session.report.diagnostics]


def mutated(text: str, seed: int) -> str:
    """One token left out, doubled, replaced, or put before another."""
    chance = random.Random(seed)
    tokens = scan(Source("main.nyash", text), Report())
    at = chance.randrange(len(tokens.kinds) - 1)
    start, end = tokens.starts[at], tokens.ends[at]
    own = text[start:end]
    other = chance.choice(INSERTED)
    new = chance.choice(("", f"{own} {own}", other, f"{other} {own}"))
    return text[:start] + new + text[end:]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_no_name_is_unknown_because_of_a_syntax_error(example: Path) -> None:
    """The examples have no error; with one in the syntax they get no other kind."""
    text = example.read_text()
    for seed in range(MUTATIONS):
        broken = mutated(text, seed)
        found = codes(broken)
        if not any(code.startswith("N00") for code, _ in found):
            continue
        others = [(c, m) for c, m in found if not c.startswith("N00")]
        assert not others, (seed, others)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("local = 1\nprint(count)\n", "count"),
        ("local count count = 1\nprint(coutn)\n", "coutn"),
        ("function area a) { return a }\nprint(aera(1))\n", "aera"),
        ("box A {\n    area(a { return a }\n}\nprint(new A().are())\n", "are"),
        ('include "gone.nyash"\nlocal x = = 1\nprint(area(1))\n', "area"),
        ("function f() {\n    print(1\n}\nprint(area(1))\n", "area"),
        ('ConsoleBox.error(\n    "a" + 1 1 +\n        "b"\n)\n', "error"),
    ],
)
def test_what_may_have_been_declared_is_not_unknown(text: str, hidden: str) -> None:
    found = codes(text)
    assert found
    assert not any(
        f"`{hidden}`" in message for code, message in found if not code.startswith("N00")
    )


def test_names_elsewhere_are_told() -> None:
    found = codes("print(1 + + 2 * )\nfunction f(total) {\n    return totl\n}\nprint(f(1, 2))\n")
    assert [code for code, _ in found] == ["N0011", "N0209", "N0101"]
