"""The page of library Boxes is what the declarations say, and says something of every Box."""

from __future__ import annotations

import re

from tools.reference.__main__ import PAGE, current_page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == current_page(), "run python -m tools.reference"


def test_every_box_is_described() -> None:
    sections = re.split(r"^### ", PAGE.read_text(), flags=re.M)[1:]
    bare = [s.split("\n", 1)[0] for s in sections if s.split("\n")[2].startswith(("|", "Fields"))]
    assert not bare, f"no comment above the declarations of {bare}"
