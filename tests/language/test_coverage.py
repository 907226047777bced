"""Every diagnostic that a program can draw is expected by some golden program, and every rule of
docs/reference/rules.md has one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nyash_parse.diagnostics.codes import CODES

FOLDER = Path(__file__).parent
RULES = FOLDER.parents[1] / "docs" / "reference" / "rules.md"

NOT_FROM_A_PROGRAM = {
    "N0212": "the parser refuses it first (N0024): only an edited artifact can hold it",
    "N06": "failures of passes and files that hold no IR",
    "N07": "failures of the toolchain and of starting the program",
    "N08": "plug-ins",
    "N09": "artifacts, the command line and the project",
}
"""Codes, or the beginnings of codes; their tests stand in docs/reference/diagnostics.md."""

_EXPECTED = re.compile(r"// expect (?:error|warning)\[(N\d{4})\]")
_LINK = re.compile(r"\]\(\.\./\.\./tests/language/([^)]*)\)")


def expected_codes() -> set[str]:
    programs = (path.read_text("utf-8", "replace") for path in FOLDER.rglob("*.nyash"))
    return {code for text in programs for code in _EXPECTED.findall(text)}


def test_every_code_is_drawn_by_a_program() -> None:
    exempt = {code for code in CODES if code.startswith(tuple(NOT_FROM_A_PROGRAM))}
    expected = expected_codes()
    assert set(CODES) - exempt == expected & set(CODES)


def rules() -> list[tuple[str, list[str]]]:
    """The rows of the page: a rule and its programs."""
    rows = (line for line in RULES.read_text("utf-8").splitlines() if line.startswith("| "))
    return [(row.split(" | ")[0], _LINK.findall(row)) for row in rows if "| rule |" not in row]


@pytest.mark.parametrize("section", range(1, 8))
def test_every_section_is_there(section: int) -> None:
    assert f"\n## {section}. " in RULES.read_text("utf-8")


def test_every_rule_has_a_program() -> None:
    for rule, programs in rules():
        assert programs, f"no program: {rule}"
        missing = [name for name in programs if not (FOLDER / name).is_file()]
        assert not missing, f"{rule}: no such program: {missing}"
