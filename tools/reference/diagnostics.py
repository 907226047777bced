"""The table of all diagnostic codes, with the tests that draw each."""

from __future__ import annotations

import re
from pathlib import Path

from nyash_parse.diagnostics.codes import CODES

_CODE = re.compile(r"\bN\d{4}\b")

HEAD = """\
# Diagnostics

Made from the register of codes and the tests by `python -m tools.reference`; do not edit.
`nyash explain CODE` shows a code's page: what it means, a program that draws it, and one that does
not; `tests/explain` compiles both. A code is never used for something else later.

| code | | severity | stage | tests |
|---|---|---|---|---|
"""


def files_by_code(tests: Path) -> dict[str, list[Path]]:
    """The files that name each code, the folder's own first, the explain pages' test left out."""
    found: dict[str, list[Path]] = {}
    for path in sorted(tests.rglob("*")):
        if path.suffix in (".nyash", ".py", ".md", ".txt") and path.is_file():
            for code in set(_CODE.findall(path.read_text("utf-8", "replace"))):
                found.setdefault(code, []).append(path)
    return found


def diagnostics_page(root: Path) -> str:
    """Markdown. `root` is the project's folder."""
    tests = files_by_code(root / "tests")
    rows = []
    for code, entry in CODES.items():
        files = sorted(tests.get(code, []), key=lambda path: (path.suffix != ".nyash", path))
        shown = ", ".join(_link(path, root) for path in files[:2])
        severity = entry.severity.name.lower()
        rows.append(f"| {code} | {entry.title} | {severity} | {entry.stage} | {shown} |")
    return HEAD + "\n".join(rows) + "\n"


def _link(path: Path, root: Path) -> str:
    inside = path.relative_to(root)
    return f"[{inside.relative_to('tests')}](../../{inside})"
