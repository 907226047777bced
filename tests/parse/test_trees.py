"""Every form of the grammar: `trees/*.md` hold programs and the trees they become.

`NYASH_UPDATE=1 pytest tests/parse/test_trees.py` writes the trees anew; read the difference.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from nyash_parse.ast.text import dump
from nyash_parse.ast.walk import walk

FOLDER = Path(__file__).parent / "trees"
CASE = re.compile(r"```nyash( provider)?\n(.*?)```\n(?:```tree\n(.*?)```\n)?", re.DOTALL)


def cases():
    return list(_cases())


def _cases():
    for path in sorted(FOLDER.glob("*.md")):
        for number, match in enumerate(CASE.finditer(path.read_text(encoding="utf-8")), 1):
            yield pytest.param(path, match, id=f"{path.stem}-{number}")


@pytest.mark.parametrize(("path", "match"), cases())
def test_tree(path, match, parse):
    provider, text, expected = match.groups()
    parsed = parse(text, provider is not None)
    assert parsed.diagnostics == []
    tree = "".join(dump(item) for item in parsed.file.items)
    if os.environ.get("NYASH_UPDATE"):
        page = path.read_text(encoding="utf-8")
        head = match[0].split("```tree\n")[0]
        path.write_text(page.replace(match[0], f"{head}```tree\n{tree}```\n"), encoding="utf-8")
        return
    assert tree == expected, f"to accept: NYASH_UPDATE=1 pytest {__file__}"


@pytest.mark.parametrize(("path", "match"), cases())
def test_every_span_holds_its_children(path, match, parse):
    provider, text, _ = match.groups()
    from nyash_parse.ast.walk import children

    for node in walk(parse(text, provider is not None).file):
        assert 0 <= node.span.start <= node.span.end <= len(text)
        for child in children(node):
            assert node.span.start <= child.span.start
            assert child.span.end <= node.span.end, (node, child)
