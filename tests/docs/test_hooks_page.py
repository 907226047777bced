"""docs/reference/hooks.md has every hook with its exact signature, and every plug-in error."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from nyash_ir.hooks import specifications
from nyash_parse.diagnostics.codes import CODES

PAGE = (Path(__file__).parents[2] / "docs/reference/hooks.md").read_text(encoding="utf-8")


def _specified() -> list[str]:
    hooks = (f for name, f in vars(specifications).items() if name.startswith("nyash_"))
    return [f"{hook.__name__}{inspect.signature(hook)}".replace("'", "") for hook in hooks]


def test_headings_are_the_signatures() -> None:
    assert re.findall(r"^### `(.+)`$", PAGE, re.M) == _specified()


def test_every_plugin_error_is_listed() -> None:
    listed = set(re.findall(r"^\| (N\d+) \|", PAGE, re.M))
    assert listed >= {code for code in CODES if code.startswith("N08")}
