"""What `build`, `run`, `check` and `pipeline` share: options, inputs, outputs, the end."""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from nyash_ir.hooks.records import Target
from nyash_parse.diagnostics.model import Report, Severity

from .driver import Options, Session, plugin_choice
from .exit_codes import of_codes
from .failure import Failure
from .project import folders_of
from .show import DiagnosticPrinter, Lines, traceback_of

_MOST_RECURSION = 6000
"""Nested expressions recurse in the compiler; Python's usual 1000 is too few for generated code,
and this many still fit into the usual stack of 8 MB."""


def add_code_options(parser: argparse.ArgumentParser) -> None:
    """Options about the code that is made."""
    add_strict_option(parser)
    parser.add_argument("--target", default=Target().triple, help="target triple (%(default)s)")
    parser.add_argument("--backend", default="llvm", help="code generator (%(default)s)")
    parser.add_argument(
        "--sanitize",
        action="store_true",
        help="check memory with AddressSanitizer and UBSan (needs gcc)",
    )
    parser.add_argument(
        "--faults",
        action="store_true",
        help="a program whose n-th allocation or system call NYASH_FAULT=KIND:N makes fail"
        " (needs gcc)",
    )
    parser.add_argument(
        "--leak-check",
        action="store_true",
        help="at its end the program lists leaked Boxes with the lines that made them, and exits"
        " with 23 if there are any",
    )


def add_strict_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--strict",
        action="store_true",
        help="take warnings as errors, a missing `override` among them",
    )


def session_of(
    arguments: argparse.Namespace, progress: Lines, release: bool, source: Path | None = None
) -> Session:
    """A session for parsed arguments; options that a command does not have keep their defaults.
    `source`: the main file, whose project `using` searches. Raises `Failure`."""
    allow_deep_nesting()
    gc.disable()  # a compilation is short, and nearly all it makes is used to its end
    given = vars(arguments)
    options = Options(
        target=Target(given.get("target", Target().triple)),
        release=release,
        sanitize=given.get("sanitize", False),
        faults=given.get("faults", False),
        leak_check=given.get("leak_check", False) or _leak_check_asked(os.environ),
        strip=given.get("strip", False),
        backend=given.get("backend", "llvm"),
        only_passes=tuple(given["only_pass"]) if given.get("only_pass") else None,
        foreign_plugins=not arguments.no_plugins,
        only_plugins=plugin_choice(os.environ),
        folders=() if source is None else folders_of(source),
    )
    tracing = os.environ.get("NYASH_TRACE_HOOKS", "") not in ("", "0")
    return Session(
        options,
        report=Report(strict=given.get("strict", False)),
        watcher=progress,
        progress=progress.message,
        trace=_trace if tracing else None,
    )


def allow_deep_nesting() -> None:
    """Let programs nest as deeply as the parser allows."""
    sys.setrecursionlimit(_MOST_RECURSION)


def _leak_check_asked(environment: Mapping[str, str]) -> bool:
    """NYASH_LEAK_CHECK=1, as for programs. Raises `Failure` for what means nothing."""
    value = environment.get("NYASH_LEAK_CHECK", "")
    if value not in ("", "0", "1"):
        raise Failure("N0910", f'NYASH_LEAK_CHECK is "{value}"; it may be 1 or 0')
    return value == "1"


def _trace(line: str) -> None:
    sys.stderr.write(f"hook: {line}\n")


def finish(session: Session, arguments: argparse.Namespace, progress: Lines) -> int:
    """Show what was reported; the exit code that follows from it."""
    progress.stop()
    diagnostics = session.report.diagnostics
    if arguments.debug:
        for cause in session.causes:
            traceback_of(cause)
    DiagnosticPrinter(arguments.error_format).show(diagnostics, session.sources)
    errors = [d.code for d in diagnostics if d.severity is Severity.ERROR]
    if errors and arguments.error_format == "text":
        files = len({d.primary.span.source for d in diagnostics if d.primary})
        _summary(len(errors), len(diagnostics) - len(errors), files)
    return of_codes(errors)


def _summary(errors: int, warnings: int, files: int) -> None:
    text = _count(errors, "error")
    if warnings:
        text += f", {_count(warnings, 'warning')}"
    if files > 1:
        text += f" in {files} files"
    sys.stderr.write(text + "\n")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def readable_input(path: str) -> Path:
    """A file that can be read. Raises `Failure` that says why not."""
    file = Path(path)
    if file.is_dir():
        main = file / "main.nyash"
        hint = f"did you mean {main}?" if main.is_file() else "name a .nyash file"
        raise Failure("N0911", f"{path} is a folder", help=hint)
    try:
        with file.open("rb"):
            pass
    except FileNotFoundError:
        raise Failure("N0911", f"there is no file {path}", help=_nearest_file(file)) from None
    except OSError as error:
        raise Failure("N0911", f"cannot read {path}: {error.strerror}") from None
    return file


def _nearest_file(path: Path) -> str:
    from nyash_parse.diagnostics.nearest import nearest

    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.suffix == path.suffix]
    except OSError:
        return ""
    close = nearest(path.name, names)
    return f"did you mean {path.with_name(close[0])}?" if close else ""


def writable_output(path: str | Path, inputs: Iterable[Path]) -> Path:
    """A place for a file. Raises `Failure` for a folder, a missing folder, an input."""
    output = Path(path)
    if output.is_dir():
        raise Failure("N0912", f"the output {output} is a folder", help="name a file with -o")
    if not output.parent.is_dir():
        raise Failure("N0912", f"there is no folder {output.parent} for the output {output.name}")
    if not os.access(output.parent, os.W_OK):
        raise Failure("N0912", f"cannot write to the folder {output.parent}")
    for source in inputs:
        if output.exists() and output.samefile(source):
            raise Failure("N0912", f"the output {output} would replace the input")
    return output


def write_output(path: Path, data: bytes) -> None:
    """Write a result. What a file held before stays whole until the new content is complete.
    Raises `Failure`."""
    try:
        if path.is_file():
            _replace(path.resolve(), data)
        else:
            path.write_bytes(data)
    except OSError as error:
        raise Failure("N0912", f"cannot write {path}: {error.strerror}") from None


def _replace(file: Path, data: bytes) -> None:
    """Give a file other content and leave its mode, all at once. Raises `OSError`."""
    with file.open("ab"):  # may it be written?
        pass
    with tempfile.NamedTemporaryFile(
        prefix=f".{file.name}-", dir=file.parent, delete=False
    ) as unfinished:
        name = Path(unfinished.name)
        try:
            unfinished.write(data)
            unfinished.close()
            shutil.copymode(file, name)
            name.replace(file)
        except BaseException:
            name.unlink()
            raise
