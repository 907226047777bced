"""One page a code: its cause, a program that draws it, and the same program mended."""

from __future__ import annotations

import re
from pathlib import Path

_BLOCK = re.compile(r"^```nyash (wrong|right)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def explain_page(code: str) -> str | None:
    """The page's Markdown; None for a code that has no page."""
    if not re.fullmatch(r"N[0-9]{4}", code):
        return None
    page = Path(__file__).parent / f"{code}.md"
    try:
        return page.read_text(encoding="utf-8")
    except OSError:
        return None


def programs(page: str) -> list[tuple[str, str, str]]:
    """The page's programs: `("wrong" or "right", the words behind it, text)`."""
    return [(kind, words.strip(), text) for kind, words, text in _BLOCK.findall(page)]
