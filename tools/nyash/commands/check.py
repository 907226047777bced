"""Look for errors and warnings in a program without compiling it."""

from __future__ import annotations

import argparse
import sys

from .. import compilation, show
from ..project import main_file

EXAMPLES = """\
examples:
  nyash check http_server.nyash
  nyash check --error-format json http_server.nyash     one JSON object a line, for editors
"""


def configure(parser: argparse.ArgumentParser) -> None:
    compilation.add_strict_option(parser)
    parser.add_argument("file", nargs="*", help="main files of programs (default: the project's)")


def run(arguments: argparse.Namespace) -> int:
    from ..inputs import module_before_passes

    worst = 0
    for name in arguments.file or [main_file()]:
        source = compilation.readable_input(name)
        with show.progress(quiet=True) as progress:
            session = compilation.session_of(arguments, progress, release=False, source=source)
            module_before_passes(session, source)
            status = compilation.finish(session, arguments, progress)
        if status == 0 and arguments.error_format == "text":
            sys.stderr.write(f"{name}: no errors\n")
        worst = max(worst, status)
    return worst
