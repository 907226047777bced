"""Bring source files into the one style; comments and meaning stay as they are."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .. import show
from ..exit_codes import OK, PROGRAM_ERRORS, of_codes
from ..failure import Failure

if TYPE_CHECKING:
    from nyash_parse.diagnostics.model import Report
    from nyash_parse.source import SourceMap

EXAMPLES = """\
examples:
  nyash fmt                       all .nyash files under this folder
  nyash fmt src/main.nyash        one file
  nyash fmt --check src           list what is not formatted; exit code 1 if anything is
  nyash fmt --diff main.nyash     show what would change
  nyash fmt - < main.nyash        from standard input to standard output
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="*", default=["."], help="files, folders, or - (default: .)")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; list unformatted files"
    )
    parser.add_argument("--diff", action="store_true", help="write nothing; show the changes")


def run(arguments: argparse.Namespace) -> int:
    from nyash_parse.diagnostics.model import Report
    from nyash_parse.source import SourceMap

    from ..compilation import allow_deep_nesting

    allow_deep_nesting()
    sources, report = SourceMap(), Report()
    changed = 0
    for path in _files(arguments.path):
        changed += _one(path, arguments, sources, report)
    show.DiagnosticPrinter(arguments.error_format).show(report.diagnostics, sources)
    if report.diagnostics:
        return of_codes([diagnostic.code for diagnostic in report.diagnostics])
    return PROGRAM_ERRORS if changed and arguments.check else OK


def _files(names: list[str]) -> list[Path]:
    """The files meant; of folders, all below them but hidden ones. Raises `Failure`."""
    from ..compilation import readable_input

    found: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        if name == "-":
            found[path] = None
        elif path.is_dir():
            for folder, folders, entries in os.walk(path):
                folders[:] = sorted(entry for entry in folders if not entry.startswith("."))
                inside = sorted(entry for entry in entries if entry.endswith(".nyash"))
                found.update((Path(folder) / entry, None) for entry in inside)
        else:
            found[readable_input(name)] = None
    return list(found)


def _one(path: Path, arguments: argparse.Namespace, sources: SourceMap, report: Report) -> bool:
    """Format one file; whether it was not formatted before."""
    from nyash_parse.format.formatter import FormatError, format_source
    from nyash_parse.source import SourceError

    from ..compilation import write_output

    piped = str(path) == "-"
    name = "<stdin>" if piped else str(path)
    try:
        data = sys.stdin.buffer.read() if piped else path.read_bytes()
        source = sources.add_bytes(name, data)
        text = format_source(source, report)
    except OSError as error:
        raise Failure("N0911", f"cannot read {name}: {error.strerror}") from None
    except SourceError as error:
        raise Failure("N0001", f"{name}: {error}") from None
    except FormatError as error:
        raise Failure("N0600", f"{name} was left as it is: {error}") from error
    if text is None:
        return False
    changed = text.encode() != data
    if arguments.diff:
        before, after = source.text.splitlines(True), text.splitlines(True)
        sys.stdout.writelines(difflib.unified_diff(before, after, name, name))
    elif arguments.check:
        if changed:
            print(name)
    elif piped:
        sys.stdout.write(text)
    elif changed:
        write_output(path, text.encode())
    return changed
