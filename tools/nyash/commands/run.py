"""Compile a program for development (fast, with debug information) and run it."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from .. import compilation, show
from ..failure import Failure
from ..project import main_file

EXAMPLES = """\
examples:
  nyash run hello.nyash
  nyash run --leak-check hello.nyash
  nyash run server.nyash --port 8081        what follows FILE belongs to the program
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--release", action="store_true", help="optimise as `nyash build` does")
    compilation.add_code_options(parser)
    parser.add_argument("file", nargs="?", help="the program's main file (default: the project's)")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="arguments of the program")


def run(arguments: argparse.Namespace) -> int:
    from ..inputs import module_from

    if arguments.file is not None and arguments.file.startswith("-"):  # the program's
        arguments.arguments.insert(0, arguments.file)
        arguments.file = None
    source = compilation.readable_input(arguments.file or main_file())
    with show.progress(quiet=True) as progress:
        session = compilation.session_of(
            arguments, progress, release=arguments.release, source=source
        )
        module = module_from(session, source)
        if module is None:
            return compilation.finish(session, arguments, progress)
        with tempfile.TemporaryDirectory(prefix="nyash-run-", dir=executable_folder()) as folder:
            program = Path(folder) / source.with_suffix(".exe").name
            emitted = session.emit(module, "exe", program)
            status = compilation.finish(session, arguments, progress)
            if emitted is None or status != 0:
                return status
            descriptor = os.open(program, os.O_RDONLY | os.O_CLOEXEC)
    return _become(descriptor, [str(source), *arguments.arguments])


def executable_folder() -> Path:
    """Where executables may lie for the moment between linking and starting: the cache, because
    the system's folder for temporary files often may not hold programs."""
    from ..driver import cache_folder

    folder = cache_folder() / "run"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(
            "N0917",
            f"the cache folder {folder} cannot be used: {error.strerror}",
            help="set NYASH_CACHE_DIR to a folder that can be written",
        ) from None
    return folder


def _become(descriptor: int, arguments: list[str]) -> int:
    """Go on as the program, whose file is already removed: the terminal, signals and the exit
    code are then its own, and nothing stays behind however it ends."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execve(descriptor, arguments, os.environ)
    except OSError as error:
        raise Failure("N0704", f"cannot start the program: {error.strerror}") from None
