"""`python -m tools.reference`: writes docs/reference/boxes.md anew. `--check` only says whether it
is up to date (exit code 1 if not)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nyash.driver import Options, Session
from nyash.libraries import load_libraries

from .boxes import boxes_page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "boxes.md"


def current_page() -> str:
    session = Session(Options(foreign_plugins=False))
    return boxes_page(load_libraries(session.box_libraries))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.reference", description=__doc__)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    text = current_page()
    if arguments.check:
        fresh = PAGE.exists() and PAGE.read_text() == text
        if not fresh:
            sys.stderr.write(f"{PAGE} is out of date: run python -m tools.reference\n")
        return 0 if fresh else 1
    PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
