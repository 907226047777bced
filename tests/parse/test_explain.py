"""The pages of the parser's codes tell the truth: wrong programs draw the code, right ones none."""

from __future__ import annotations

import pytest
from nyash_parse.diagnostics.codes import CODES
from nyash_parse.diagnostics.model import Report
from nyash_parse.explain import explain_page, programs
from nyash_parse.program import parse_program
from nyash_parse.source import SourceMap

OURS = sorted(code for code, known in CODES.items() if known.stage in ("parse", "artifact"))


class Memory:
    """Sources in a dictionary."""

    def __init__(self, **files: str) -> None:
        self.files = {f"{name}.nyash": text.encode() for name, text in files.items()}

    def read(self, path: str) -> bytes:
        if path not in self.files:
            raise FileNotFoundError(2, "No such file or directory", path)
        return self.files[path]

    def exists(self, path: str) -> bool:
        return path in self.files


@pytest.mark.parametrize("code", OURS)
def test_every_code_has_a_page(code):
    page = explain_page(code)
    assert page is not None
    assert page.startswith(f"# {code}: {CODES[code].title}\n")


@pytest.mark.parametrize("code", [code for code in OURS if CODES[code].stage == "parse"])
def test_the_programs_of_the_page(code):
    examples = programs(explain_page(code) or "")
    assert any(kind == "right" for kind, _, _ in examples)
    for kind, _, text in examples:
        report = Report()
        parse_program("page.nyash", Memory(page=text), report, SourceMap())
        codes = {diagnostic.code for diagnostic in report.diagnostics}
        assert codes == ({code} if kind == "wrong" else set()), report.diagnostics


def test_unknown_and_hostile_codes():
    assert explain_page("N9999") is None
    assert explain_page("../codes") is None
