"""The pages made from declarations and codes are up to date, and complete."""

from __future__ import annotations

import re

import pytest
from nyash_parse.diagnostics.codes import CODES

from tools.reference.__main__ import FOLDER, ROOT, current_pages
from tools.reference.diagnostics import files_by_code


def test_the_pages_are_up_to_date() -> None:
    for path, text in current_pages().items():
        assert path.read_text() == text, f"{path}: run python -m tools.reference"


def test_every_box_is_described() -> None:
    text = (FOLDER / "boxes.md").read_text()
    sections = re.split(r"^### ", text, flags=re.M)[1:]
    own = [s for s in sections if " adds)" not in s.split("\n", 1)[0]]
    bare = [s.split("\n", 1)[0] for s in own if s.split("\n")[2].startswith(("|", "Fields"))]
    assert not bare, f"no comment above the declarations of {bare}"


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_test(code: str) -> None:
    assert files_by_code(ROOT / "tests").get(code), f"no test draws {code}"
