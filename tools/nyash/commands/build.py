"""Compile a program to a static native executable, optimised."""

from __future__ import annotations

import argparse
from pathlib import Path

from .. import compilation, show
from ..project import main_file

EXAMPLES = """\
examples:
  nyash build http_server.nyash                     writes http_server.exe
  nyash build http_server.nyash -o server --strip   smaller: no debug information
  nyash build http_server.nyash --leak-check        its end tells what leaked, and where from
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        nargs="?",
        help="the program's main file (.nyash, or .nyir; default: the project's)",
    )
    parser.add_argument("-o", "--output", help="the executable (default: FILE with .exe)")
    parser.add_argument("--dev", action="store_true", help="compile fast instead of well")
    parser.add_argument("--strip", action="store_true", help="leave out debug information")
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing on success")
    compilation.add_code_options(parser)


def run(arguments: argparse.Namespace) -> int:
    from ..inputs import module_from

    source = compilation.readable_input(arguments.file or main_file())
    output = compilation.writable_output(arguments.output or default_output(source), [source])
    with show.progress(arguments.quiet) as progress:
        session = compilation.session_of(
            arguments, progress, release=not arguments.dev, source=source
        )
        module = module_from(session, source)
        done = module is not None and session.emit(module, "exe", output) is not None
        status = compilation.finish(session, arguments, progress)
        if done and status == 0:
            size = show.size_text(output.stat().st_size)
            progress.done(f"built {output} ({size})")
    return status


def default_output(source: Path) -> Path:
    """`http_server.exe` for `http_server.nyash`, in the current folder's terms: beside it."""
    return source.with_suffix(".exe")
