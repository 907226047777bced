"""The grammar's tables: no conflicts, a cache that may be missing, damaged or forbidden."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from nyash_parse.build import Builder
from nyash_parse.grammar import tables
from nyash_parse.grammar.tables import build_tables, grammar_text, load_tables


@pytest.fixture(scope="module")
def plain():
    """Building raises for any conflict."""
    return build_tables(grammar_text())


def test_building_is_deterministic(plain):
    assert build_tables(grammar_text()) == plain


def test_every_rule_has_its_builder_and_every_builder_method_a_rule(plain):
    actions = {rule[2] for rule in plain["rules"]} - {None, ""}
    methods = {name for name in dir(Builder) if not name.startswith("_")}
    assert actions <= methods
    assert methods - actions == {"finish", "span", "unescape"}


def test_a_conflict_is_refused():
    from lark.exceptions import GrammarError

    with pytest.raises(GrammarError):
        build_tables('file: a | b\na: "x"\nb: "x"\n')


@pytest.mark.parametrize("damage", [b"", b"nonsense", bytes(100), None], ids=range(4))
def test_a_damaged_cache_is_built_anew(tmp_path, damage, monkeypatch):
    first = load_tables(tmp_path)
    (place,) = tmp_path.iterdir()
    data = place.read_bytes()
    place.write_bytes(data[:-10] if damage is None else damage)
    assert load_tables(tmp_path) == first
    monkeypatch.setattr(tables, "build_tables", lambda text: pytest.fail("built twice"))
    assert load_tables(tmp_path) == first


def test_a_cache_that_cannot_be_written(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert load_tables(blocked / "cache").rules


def run(code: str, cache: Path) -> str:
    answer = subprocess.run(
        [sys.executable, "-c", f"import sys\nsys.path[:0] = {sys.path!r}\n{code}"],
        capture_output=True,
        text=True,
        timeout=60,
        env={"NYASH_CACHE_DIR": str(cache), "PATH": "/usr/bin:/bin"},
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_what_parsing_imports(tmp_path):
    """lark only where the tables are not cached; the code for errors only where there are any."""
    code = """
from nyash_parse.program import parse_file
from nyash_parse.source import Source
from nyash_parse.diagnostics.model import Report
parse_file(Source("a.nyash", "print(1)"), Report())
print(sorted({"lark", "rich", "nyash_parse.recovery"} & set(sys.modules)))
"""
    assert run(code, tmp_path) == "['lark']\n"
    assert run(code, tmp_path) == "[]\n"


def test_the_package_itself_loads_nothing(tmp_path):
    code = "import nyash_parse, nyash_parse.diagnostics\nprint('msgspec' in sys.modules)"
    assert run(code, tmp_path) == "False\n"


def test_the_public_names_exist():
    import nyash_parse
    from nyash_parse import diagnostics

    for package in (nyash_parse, diagnostics):
        for name in package.__all__:
            assert getattr(package, name) is not None
        with pytest.raises(AttributeError):
            package.no_such_name  # noqa: B018
