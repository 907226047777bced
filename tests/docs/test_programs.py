"""Every Nyash program in the guide and the reference compiles; where a block of output follows,
the program is run and prints exactly that. A block `leaks` in its place is what the leak check reports."""

from __future__ import annotations

import re
import subprocess
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pytest
from nyash.driver import Options, Session
from nyash_parse.diagnostics.text import render

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS.parent / "README.md", *sorted((DOCS / "guide").glob("*.md"))]
PAGES += sorted((DOCS / "reference").glob("*.md"))
SECONDS = 20

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


class Example(NamedTuple):
    """A block `nyash` of a page, with the text of the block `text` (its output) or `leaks` (the report
    of the leak check) right after it, if any."""

    page: Path
    line: int
    program: str
    output: str | None
    leaks: str | None

    @property
    def name(self) -> str:
        return f"{self.page.stem}:{self.line}"


def _examples() -> list[Example]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = list(_FENCE.finditer(text))
        for block, following in zip_longest(blocks, blocks[1:]):
            if block[1] != "nyash":
                continue
            shown = {}
            if following and not text[block.end() : following.start()].strip():
                shown[following[1]] = following[2]
            line = text.count("\n", 0, block.start()) + 1
            output, leaks = shown.get("text"), shown.get("leaks")
            found.append(Example(page, line, block[2], output, leaks))
    return found


EXAMPLES = _examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_program(example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("example.nyash").write_text(example.program, encoding="utf-8")
    leak_check = example.leaks is not None
    session = Session(Options(release=False, foreign_plugins=False, leak_check=leak_check))
    module = session.module("example.nyash")
    shown = "\n".join(render(d, session.sources) for d in session.report.diagnostics)
    assert module is not None and not shown, f"{example.name}\n{shown}"
    if example.output is None and not leak_check:
        return
    executable = tmp_path / "example.exe"
    assert session.emit(module, "exe", executable) is not None, session.report.diagnostics
    result = subprocess.run(
        [str(executable)], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if leak_check:
        assert (result.returncode, result.stderr) == (23, example.leaks)
        return
    assert result.stdout == example.output, result.stderr
    assert (result.returncode, result.stderr) == (0, "")
