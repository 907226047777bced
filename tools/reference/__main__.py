"""`python -m tools.reference`: writes the pages of docs/reference that are made from what the
compiler reads. `--check` only says which are out of date (exit code 1 if there are any)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nyash.driver import Options, Session
from nyash.libraries import load_libraries

from .boxes import boxes_page
from .diagnostics import diagnostics_page

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "reference"


def current_pages() -> dict[Path, str]:
    """By file, what it should hold."""
    session = Session(Options(foreign_plugins=False))
    return {
        FOLDER / "boxes.md": boxes_page(load_libraries(session.box_libraries)),
        FOLDER / "diagnostics.md": diagnostics_page(ROOT),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.reference", description=__doc__)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    pages = current_pages()
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text() != text]
    for path in stale:
        if arguments.check:
            sys.stderr.write(f"{path} is out of date: run python -m tools.reference\n")
        else:
            path.write_text(pages[path])
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
