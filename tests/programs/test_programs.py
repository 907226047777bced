"""Random programs do what the reference says, in both builds.

The long run is `python -m tools.programs --count 2000`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from tools.programs import build, search
from tools.programs import syntax as s
from tools.programs.evaluate import Outcome, outcome
from tools.programs.program import Function, Program
from tools.programs.search import Difference, check, difference, generate
from tools.programs.values import float_text, integer


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_random_programs(seed: int) -> None:
    found = list(check(seed, 50, ("plain", "release"), 50, shrink=False))
    assert [f for f in found if isinstance(f, Difference)] == []
    assert found == [50]


def test_the_same_seed_gives_the_same_programs() -> None:
    one, two = ([p.text("p_") for p, _ in generate(7, 10)] for _ in range(2))
    assert one == two and len(set(one)) == 10


def test_programs_do_something() -> None:
    """Most print, some return, some end by an error."""
    outcomes = [result for _, result in generate(3, 60)]
    assert sum(bool(result.lines) for result in outcomes) > 40
    assert {0, 1} < {result.exit_code for result in outcomes}
    assert any(result.uncaught for result in outcomes)


def test_parentheses_follow_precedence() -> None:
    one, two = s.Literal(1), s.Literal(2)
    difference = s.Binary("-", one, s.Binary("-", two, one))
    assert difference.text() == "1 - (2 - 1)"
    assert s.Binary("-", s.Binary("-", one, two), one).text() == "1 - 2 - 1"
    assert s.Binary("*", difference, s.Literal(-2)).text() == "(1 - (2 - 1)) * -2"
    assert s.Prefixed("not", s.Binary("and", one, two)).text() == "not (1 and 2)"
    assert s.MethodCall(s.Literal(-2), "abs", []).text() == "(-2).abs()"
    assert s.Prefixed("-", s.Literal(-2)).text() == "-(-2)"


@pytest.mark.parametrize(
    ("number", "text"),
    [(3.0, "3"), (0.1, "0.1"), (-0.0, "-0"), (1e21, "1" + "0" * 21), (1.5e-7, "0.00000015")],
)
def test_the_reference_prints_floats_in_full(number: float, text: str) -> None:
    assert float_text(number) == text


def test_the_reference_divides_towards_zero() -> None:
    assert (integer("/", -7, 2), integer("%", -7, 2), integer("%", 7, -2)) == (-3, -1, 1)


def program(*body: s.Statement) -> Program:
    return Program([], [Function("@main", [], [], "int", s.Block(list(body)))])


def test_the_reference_leaves_blocks_in_order() -> None:
    shown = [s.AtExit(s.Block([s.Print([s.Literal(n)])])) for n in (1, 2)]
    leaving = s.Try(s.Block([*shown, s.Throw(s.Literal("x"))]), [], s.Block([s.Print([])]))
    assert outcome(program(leaving)) == Outcome(["2", "1", ""], 1, "StringBox: x")


@pytest.mark.parametrize(
    ("output", "code", "errors", "said"),
    [
        ("a\nb\n", 3, "", ""),
        ("a\nc\n", 3, "", "line 2: 'c', not 'b'"),
        ("a\n", 3, "", "line 2: '', not 'b'"),
        ("a\nb\nc\n", 3, "", "line 3: 'c', not ''"),
        ("a\nb\n", 4, "", "exit code 4, not 3"),
        ("a\nb\n", 3, "leak check", "standard error"),
    ],
)
def test_what_differs_is_said(output: str, code: int, errors: str, said: str) -> None:
    found = difference(Outcome(["a", "b"], 3), build.Result(code, output, errors))
    assert found.startswith(said) and bool(found) == bool(said)


def test_a_difference_is_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a compiler that gets every program with a `loop` wrong."""

    def wrong(
        batch: list[tuple[Program, Outcome]], ways: object, folder: object
    ) -> Iterator[tuple[Program, str]]:
        yield from ((p, "wrong") for p, _ in batch if "loop(" in p.text(""))

    monkeypatch.setattr(search, "compare", wrong)
    found = next(f for f in check(1, 20, (), 20) if isinstance(f, Difference))
    body = found.source.split("function p0_main")[1].split("static box Main")[0]
    assert "loop(" in body and len(body.splitlines()) < 10, body
