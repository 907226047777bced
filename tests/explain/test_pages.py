"""Every registered code has a page, every page a code, and the pages of name resolution and
lowering tell the truth: their wrong programs draw the code, their right ones nothing."""

from __future__ import annotations

from importlib.resources import files

import pytest
from nyash.driver import Options, Session
from nyash_parse.diagnostics.codes import CODES
from nyash_parse.explain import explain_page, programs


class OneFile:
    """A program in memory."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read(self, path: str) -> bytes:
        if path != "page.nyash":
            raise FileNotFoundError(2, "No such file or directory", path)
        return self.text.encode()

    def exists(self, path: str) -> bool:
        return path == "page.nyash"


def codes_of(text: str) -> set[str]:
    session = Session(Options(foreign_plugins=False), OneFile(text))
    program = session.parse("page.nyash")
    if program is not None:
        session.lower(program)
    return {diagnostic.code for diagnostic in session.report.diagnostics}


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_a_page(code: str) -> None:
    page = explain_page(code)
    assert page is not None, f"no page for {code}"
    assert page.startswith(f"# {code}: {CODES[code].title}\n")


def test_every_page_has_a_code() -> None:
    pages = files("nyash_parse").joinpath("explain").iterdir()
    assert {page.name[:-3] for page in pages if page.name.endswith(".md")} == set(CODES)


@pytest.mark.parametrize(
    "code", sorted(code for code, known in CODES.items() if known.stage in ("resolve", "lower"))
)
def test_the_programs_of_the_page(code: str) -> None:
    for kind, _, text in programs(explain_page(code) or ""):
        assert (code in codes_of(text)) == (kind == "wrong"), text
        if kind == "right":
            assert not codes_of(text), text
