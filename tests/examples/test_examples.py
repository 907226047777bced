"""The example programs do what they say, in both builds, without leaks."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
pytestmark = pytest.mark.slow


def test_lisp(run) -> None:
    code, out, err = run("lisp", str(HERE / "program.lisp"))
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "fact 1307674368000",
        "100000",
        '3 (1 4 9) (a "b" (1.5 #t)) (1 . 2)',
        "610",
        "6",
    ]


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("(car 5)", "car: 5 is no pair"),
        ("(foo)", "undefined: foo"),
        ("(+ 1\n  2", "a closing parenthesis is missing"),
        ("(+ 1 2)\n)", "line 2: unexpected )"),
        ('"abc', "line 1: this string does not end"),
        ("(define (f x) x) (f)", "f takes 1 arguments, not 0"),
        ('("x")', '"x" is no function'),
        ('(- 1 "a")', "-: cannot subtract String from Integer"),
        ('(error "so" 1)', "so 1"),
    ],
)
def test_lisp_errors(run, program: str, message: str) -> None:
    assert run("lisp", text=program) == (1, "", f"error: {message}\n")


def test_lisp_without_its_file(run) -> None:
    code, _, err = run("lisp", "/no/such.lisp")
    assert code == 2 and "/no/such.lisp" in err


GLIDER = """\
generation 4, 5 alive
..........
..........
.....O....
......O...
....OOO...
..........
"""


@pytest.mark.parametrize(
    "pattern", ["bob$2bo$3o!", "x = 3, y = 3\nbo$\n2bo$3o!", ".O.\n..O\nOOO\n"]
)
def test_life(run, pattern: str) -> None:
    code, out, err = run("life", "--width=10", "--height=6", "--generations=4", text=pattern)
    assert (code, err) == (0, "")
    assert out.endswith(GLIDER)
    assert out.count("generation") == 5


@pytest.mark.parametrize(
    ("arguments", "pattern", "code", "message"),
    [
        ([], "bo$3z!", 1, "`z` means nothing in a pattern"),
        ([], "x\nbo$3o", 1, "the pattern does not end: ! is missing"),
        ([], ".O\n.Q", 1, "line 2: `Q` is no cell"),
        (["--width", "2"], "o!", 2, "a world has 3 to"),
        (["--width", "x"], "o!", 2, "--width"),
        (["/no/such"], "", 2, "/no/such"),
    ],
)
def test_life_errors(run, arguments: list[str], pattern: str, code: int, message: str) -> None:
    status, _, err = run("life", *arguments, text=pattern)
    assert status == code and message in err


ROWS = (
    '[{"city":"Bern","t":3.5,"tags":["a"]},{"city":"Oslo","t":-2},{"city":"Bern","t":10,"ok":true}]'
)


def test_json_stats(run) -> None:
    code, out, err = run("json_stats", "--top", "1", text=ROWS)
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["depth", "4,", "4", "keys"]
    assert ["object", "3"] in lines and ["number", "3"] in lines and ["3", "rows"] in lines
    assert ["t", "3", "0", "-2", "10", "3.833"] in lines
    assert ["2", '"Bern"'] in lines and not any('"Oslo"' in line for line in lines)
    assert ["ok", "1", "2", "-", "-", "-"] in lines


def test_json_stats_of_what_is_no_table(run) -> None:
    code, out, _ = run("json_stats", text="[1, [2.5, null]]")
    assert code == 0 and "rows" not in out and "depth 3, 0 keys" in out


@pytest.mark.parametrize(
    ("arguments", "text", "code", "message"),
    [
        ([], '{"a":\n', 1, "standard input:2:1:"),
        ([], "", 1, "standard input:1:1:"),
        (["/no/such.json"], "", 2, "/no/such.json"),
        (["--top", "many"], "1", 2, "--top"),
    ],
)
def test_json_stats_errors(run, arguments: list[str], text: str, code: int, message: str) -> None:
    status, _, err = run("json_stats", *arguments, text=text)
    assert status == code and message in err
