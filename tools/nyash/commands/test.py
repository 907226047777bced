"""Compile test files and run each of their tests by itself.

A test is a function without parameters whose name starts with `test`, or such a method of a Box
whose name starts with `test` or `Test`. It passes if it comes to its end and leaks no Box.
"""

from __future__ import annotations

import argparse
import math
import os
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from .. import compilation, show
from ..driver import Session
from ..exit_codes import OK, PROGRAM_ERRORS
from ..failure import Failure
from ..testing import junit
from ..testing.discovery import TestCase, matches, test_files, tests_of
from ..testing.entry import ENTRY, with_entry
from ..testing.execution import Result, Runner
from ..testing.report import Printer
from .run import executable_folder

EXAMPLES = """\
examples:
  nyash test                            all tests of tests/
  nyash test tests/math.nyash --filter divide
  nyash test --filter 'TestParser.*' --junit results.xml
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="*", help="test files or folders (default: tests/)")
    parser.add_argument(
        "--filter", metavar="TEXT", help="only tests with this in their name; globs may be used"
    )
    parser.add_argument("--junit", metavar="FILE", help="write the results as JUnit XML")
    parser.add_argument(
        "--timeout", type=_seconds, default=60.0, help="seconds a test may take (%(default)g)"
    )
    parser.add_argument(
        "-j",
        "--jobs",
        type=_jobs,
        default=os.cpu_count() or 1,
        help="files whose tests run at once (%(default)s); those of one file run in turn",
    )
    parser.add_argument("--release", action="store_true", help="optimise as `nyash build` does")
    parser.add_argument("--no-leak-check", action="store_true", help="let tests leak")


def run(arguments: argparse.Namespace) -> int:
    files = test_files(arguments.path)
    if arguments.junit:
        compilation.writable_output(arguments.junit, files)
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="nyash-test-", dir=executable_folder()) as folder:
        work = _Work(arguments, Path(folder))
        work.all(files)
    if not work.results and work.status == OK:
        wanted = f" whose name has `{arguments.filter}`" if arguments.filter else ""
        raise Failure(
            "N0919",
            f"there are no tests{wanted} in {_named(files)}",
            help="a test is a function or a method of a test Box whose name starts with `test`",
        )
    results = [result for number in sorted(work.results) for result in work.results[number]]
    work.printer.end(results, time.perf_counter() - begun)
    if arguments.junit:
        compilation.write_output(Path(arguments.junit), junit.document(results))
    failed = any(not result.passed for result in results)
    return work.status or (PROGRAM_ERRORS if failed else OK)


class _Work:
    """Files are compiled in turn by this thread; others run the tests of those that are ready."""

    def __init__(self, arguments: argparse.Namespace, folder: Path) -> None:
        self.arguments = arguments
        self.folder = folder
        self.printer = Printer(arguments.error_format)
        self.runner = Runner(arguments.timeout)
        self.results: dict[int, list[Result]] = {}
        self.status = OK
        self._printing = threading.Lock()

    def all(self, files: Sequence[Path]) -> None:
        pending: list[Future[None]] = []
        with ThreadPoolExecutor(self.arguments.jobs) as pool:
            try:
                for number, file in enumerate(files):
                    ready = self._compile(number, file)
                    if ready is not None:
                        pending.append(pool.submit(self._run, number, str(file), *ready))
                for future in pending:
                    future.result()
            except BaseException:
                self.runner.stop()
                raise

    def _compile(self, number: int, file: Path) -> tuple[Path, list[tuple[TestCase, int]]] | None:
        """The executable and the tests asked for, with their lines; None where there are none."""
        compilation.readable_input(str(file))
        with show.progress(quiet=True) as progress:
            settings = argparse.Namespace(
                **vars(self.arguments), leak_check=not self.arguments.no_leak_check
            )
            session = compilation.session_of(settings, progress, self.arguments.release, file)
            program = session.parse(str(file))
            tests = tests_of(program) if program is not None else []
            wanted = self.arguments.filter
            chosen = [t for t in tests if not wanted or matches(t.name, wanted)]
            if program is not None and not chosen:
                return None
            executable = self.folder / f"{number}.exe"
            done = program is not None and _build(session, program, tests, executable)
            status = compilation.finish(session, self.arguments, progress)
        if not done or status != OK:
            self.status = max(self.status, status)
            result = Result(str(file), "(compile)", 1, "error", message="it does not compile")
            self._add(number, result)
            return None
        places = [
            session.sources.sources[t.span.source].line_column(t.span.start)[0] for t in chosen
        ]
        return executable, list(zip(chosen, places, strict=True))

    def _run(
        self, number: int, file: str, executable: Path, tests: Sequence[tuple[TestCase, int]]
    ) -> None:
        for test, line in tests:
            if self.runner.stopped:
                return
            if test.fault:
                self._add(number, Result(file, test.name, line, "error", message=test.fault))
            else:
                self._add(number, self.runner.run(executable, file, test.name, line))
        executable.unlink(missing_ok=True)

    def _add(self, number: int, result: Result) -> None:
        with self._printing:
            self.results.setdefault(number, []).append(result)
            self.printer.result(result)


def _build(session: Session, program, tests: Sequence[TestCase], executable: Path) -> bool:
    module = session.lower(with_entry(program, tests), ENTRY)
    if module is None or not session.run_passes(module):
        return False
    return session.emit(module, "exe", executable) is not None


def _named(files: Sequence[Path]) -> str:
    return str(files[0]) if len(files) == 1 else f"{len(files)} files"


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not (value > 0 and math.isfinite(value) and value <= 86_400):
        raise argparse.ArgumentTypeError(f"`{text}` is not a number of seconds up to 86400")
    return value


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number from 1 to 256")
    return int(text)
