"""Explain an error code: its cause, a program that draws it, the same program mended."""

from __future__ import annotations

import argparse
import sys
from importlib.resources import files

from .. import show
from ..failure import Failure

EXAMPLES = """\
examples:
  nyash explain N0102
  nyash explain              lists all codes
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", nargs="?", help="a code such as N0102")


def run(arguments: argparse.Namespace) -> int:
    from nyash_parse.diagnostics.codes import CODES

    if arguments.code is None:
        rows = [[code, c.severity.value, c.stage, c.title] for code, c in sorted(CODES.items())]
        show.table("codes", ["code", "severity", "stage", "title"], rows)
        return 0
    code = arguments.code.strip().upper()
    page = files("nyash_parse") / "explain" / f"{code}.md"
    if code not in CODES or not page.is_file():
        from nyash_parse.diagnostics.nearest import nearest

        close = nearest(code, list(CODES))
        hint = f"did you mean {close[0]}?" if close else "`nyash explain` lists all codes"
        raise Failure("N0918", f"there is no code `{arguments.code}`", help=hint)
    text = page.read_text(encoding="utf-8")
    if show.on_terminal(sys.stdout):
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(text))
    else:
        print(text.rstrip("\n"))
    return 0
