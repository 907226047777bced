"""`nyash fmt`: one style, that keeps comments and meaning."""

from __future__ import annotations

import io
import sys
from itertools import count
from pathlib import Path
from random import Random

import pytest
from nyash_parse.diagnostics.model import Report
from nyash_parse.format import formatter
from nyash_parse.format.formatter import format_source
from nyash_parse.scanner import scan
from nyash_parse.source import Source, SourceError
from nyash_parse.tokens import arrange

ROOT = Path(__file__).parents[2]
UNTIDY = """\
box   Point{
  init{x,y}   // two
  pack( x,y ){ me.x=x ; me.y = - y }


  far( ){
      if(me.x>1 and !me.y){ return [ 1,2 ] }
      else { return {a:1, "b" : f( x )} } }
}
"""
TIDY = """\
box Point {
    init { x, y }    // two
    pack(x, y) { me.x = x; me.y = -y }

    far() {
        if (me.x > 1 and !me.y) { return [1, 2] } else { return { a: 1, "b": f(x) } }
    }
}
"""


def formatted(text: str) -> str:
    result = format_source(Source("t.nyash", text), Report())
    assert result is not None
    return result


def test_spaces_and_indentation() -> None:
    assert formatted(UNTIDY) == TIDY


def test_long_lines_are_opened() -> None:
    long = "local result = combine(" + ", ".join(["argumentNumber"] * 8) + ")\n"
    assert formatted(long) == (
        "local result = combine(\n" + "    argumentNumber,\n" * 7 + "    argumentNumber\n)\n"
    )
    table = 'send({ first: "' + "a" * 50 + '", second: "' + "b" * 50 + '" })\n'
    assert formatted(table).splitlines()[0] == "send({"
    assert formatted(table).splitlines()[-1] == "})"


def test_operators_go_before_brackets() -> None:
    """A line is cut between the terms of its expression, not inside one of them."""
    words = ["alphabet", "backwards", "carefully", "downstairs", "everything", "forgotten"]
    calls = " and ".join(f"{word}.contains(text[10])" for word in words)
    assert formatted(f"local good = {calls}\n").splitlines() == [
        "local good = alphabet.contains(text[10]) and backwards.contains(text[10]) and",
        "    carefully.contains(text[10]) and downstairs.contains(text[10]) and",
        "    everything.contains(text[10]) and forgotten.contains(text[10])",
    ]
    sums = " + ".join(f"{word}(1, 2)" for word in words)
    assert formatted(f"print({sums}, -1 - {sums})\n").splitlines() == [
        "print(",
        "    alphabet(1, 2) + backwards(1, 2) + carefully(1, 2) + downstairs(1, 2) + everything(1, 2) +",
        "        forgotten(1, 2),",
        "    -1 - alphabet(1, 2) + backwards(1, 2) + carefully(1, 2) + downstairs(1, 2) + everything(1, 2) +",
        "        forgotten(1, 2)",
        ")",
    ]


def test_a_term_wider_than_a_line_leaves_no_empty_row() -> None:
    long = '"' + "x" * 100 + '"'
    made = f"f(\n    {long} +\n        g(1) + h\n)\n"
    assert formatted(f"f({long} + g(1) + h)\n") == formatted(made) == made


def test_plain_lists_fill_their_lines() -> None:
    lines = formatted("local a = [" + ", ".join(map(str, range(1000, 1060))) + "]\n").splitlines()
    assert lines[0] == "local a = [" and lines[-1] == "]"
    assert all(90 < len(line) <= 100 for line in lines[1:-2])


def test_all_blocks_of_a_line_are_opened() -> None:
    long = f'"{"x" * 80}"'
    assert formatted(f"if a {{ print(1) }} else {{ print({long}) }}\n").splitlines() == [
        "if a {",
        "    print(1)",
        "} else {",
        f"    print({long})",
        "}",
    ]


def test_blocks_beside_one_of_several_lines_are_opened() -> None:
    chain = "if a { b() } else if c { d() } else {\n    e()\n}\ntry { f() } catch (e) {}\n"
    opened = "if a {\n    b()\n} else if c {\n    d()\n} else {\n    e()\n}\n"
    assert formatted(chain) == opened + "try { f() } catch (e) {}\n"


def test_files_of_providers() -> None:
    text = 'native   box A="a" size 8{\n native f( x:Any ):Any="f" throws\n}\n'
    assert formatted(text) == (
        'native box A = "a" size 8 {\n    native f(x: Any): Any = "f" throws\n}\n'
    )


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("same_meaning", "the formatted program would mean something else"),
        ("comments_of", "a comment would be lost"),
        ("lay_out", "formatting comes to no end"),
    ],
)
def test_a_fault_of_the_formatter_leaves_the_file(
    nyash, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: str, said: str
) -> None:
    answers = count()
    replaced = {
        "same_meaning": lambda *trees: False,
        "comments_of": lambda pieces: next(answers),
        "lay_out": lambda pieces: "print(1)" + "\n" * next(answers),
    }
    monkeypatch.setattr(formatter, fault, replaced[fault])
    (tmp_path / "a.nyash").write_text("print( 1 )\n")
    done = nyash("fmt", "a.nyash")
    assert done.code == 3
    assert f"error[N0600]: a.nyash was left as it is: {said}" in done.err
    assert (tmp_path / "a.nyash").read_text() == "print( 1 )\n"


def test_a_semicolon_that_is_needed_stays() -> None:
    assert formatted("loop(3) { local m={}; m.f() }\n") == "loop(3) { local m = {}; m.f() }\n"


def untidy(text: str, random: Random) -> str:
    """The program with other blanks between its tokens; lines and comments stay."""
    source = Source("t.nyash", text)
    tokens = arrange(scan(source, Report()), source, Report(), provider=True)
    done, at = "", 0
    for start, end in zip(tokens.starts, tokens.ends, strict=False):
        if start >= end or start < at:
            continue
        gap = text[at:start]
        if gap.isspace():
            lines = gap.count("\n")
            gap = "\n".join(" " * random.randrange(3) for _ in range(lines)) + "\n" * (lines > 0)
            gap += random.choice([" ", "   ", "\t"])
        done += gap + text[start:end]
        at = end
    return done + text[at:]


OURS = [*(ROOT / "examples").rglob("*.nyash"), *(ROOT / "packages").rglob("*/boxes/*.nyash")]
OURS += (ROOT / "packages/nyash-rt/src/nyash_rt/nyashstd").glob("*.nyash")
PROGRAMS = sorted((ROOT / "tests/language").rglob("*.nyash"))


@pytest.mark.parametrize("part", range(4))
def test_programs_keep_their_meaning(part: int) -> None:
    """That tree and comments are equal is checked by the formatter, which else raises. Formatting
    again changes nothing, and how a program was spaced before does not matter."""
    random = Random(part)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(6000)
    seen = 0
    try:
        for path in [*OURS, *PROGRAMS][part::8]:
            try:
                source = Source.from_bytes(path.name, path.read_bytes())
            except SourceError:
                continue
            once = format_source(source, Report())
            if once is not None:
                seen += 1
                assert formatted(once) == once, path
                assert formatted(untidy(once, random)) == once, path
    finally:
        sys.setrecursionlimit(limit)
    assert seen > 20


def test_check_diff_and_writing(nyash, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    file = tmp_path / "src" / "a.nyash"
    file.write_text("print( 1 )\n")
    done = nyash("fmt", "--check", "src")
    assert (done.code, done.out) == (1, "src/a.nyash\n")
    done = nyash("fmt", "--diff", "src")
    assert done.code == 0 and "-print( 1 )\n+print(1)\n" in done.out
    assert file.read_text() == "print( 1 )\n"
    assert nyash("fmt").code == 0
    assert file.read_text() == "print(1)\n"
    assert nyash("fmt", "--check").code == 0


def test_a_file_with_errors_is_left_alone(nyash, tmp_path: Path) -> None:
    (tmp_path / "bad.nyash").write_text("print( 1\n")
    (tmp_path / "good.nyash").write_text("print( 1 )\n")
    done = nyash("fmt")
    assert done.code == 1 and "bad.nyash" in done.err
    assert (tmp_path / "bad.nyash").read_text() == "print( 1\n"
    assert (tmp_path / "good.nyash").read_text() == "print(1)\n"
    (tmp_path / "latin.nyash").write_bytes(b'print("\xe9")\n')
    done = nyash("fmt", "latin.nyash")
    assert done.code == 1 and "error[N0001]" in done.err
    assert nyash("fmt", "nowhere.nyash").code == 2


def test_standard_input(nyash, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"print( 1 )")))
    assert nyash("fmt", "-").out == "print(1)\n"


def test_our_own_files_are_formatted(nyash) -> None:
    done = nyash("fmt", "--check", *map(str, OURS))
    assert done.out == "", "run nyash fmt on these"


def test_what_nyash_new_makes_is_formatted(nyash) -> None:
    assert nyash("new", "notes").code == 0
    done = nyash("fmt", "--check")
    assert (done.code, done.out) == (0, "")
