"""`nyash fmt`: one style, that keeps comments and meaning."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from nyash_parse.diagnostics.model import Report
from nyash_parse.format.formatter import format_source
from nyash_parse.source import Source, SourceError

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


def test_a_semicolon_that_is_needed_stays() -> None:
    assert formatted("loop(3) { local m={}; m.f() }\n") == "loop(3) { local m = {}; m.f() }\n"


def test_every_program_here_keeps_its_meaning() -> None:
    """That tree and comments are equal is checked by the formatter, which else raises."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(6000)
    seen = 0
    try:
        for path in sorted((ROOT / "tests/language").rglob("*.nyash"))[::4]:
            try:
                source = Source.from_bytes(path.name, path.read_bytes())
            except SourceError:
                continue
            once = format_source(source, Report())
            if once is not None:
                seen += 1
                assert formatted(once) == once, path
    finally:
        sys.setrecursionlimit(limit)
    assert seen > 50


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


def test_what_nyash_new_makes_is_formatted(nyash) -> None:
    assert nyash("new", "notes").code == 0
    done = nyash("fmt", "--check")
    assert (done.code, done.out) == (0, "")
