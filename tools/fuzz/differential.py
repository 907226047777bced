"""Compiles random programs in several ways that must mean the same, runs them and compares.

The yardstick is the program with nothing but the pass that makes counts explicit; against it stand
all passes for development, for release, and with sanitizers, which also find what a comparison
cannot see.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from nyash.driver import Options, Session
from nyash_parse.diagnostics.model import Severity

SLOWEST_SECONDS = 20
LAST_LINE = b"steps "
MOST_OUTPUT = 4_000_000
"""Bytes; a program that prints more is not compared."""


@dataclass(frozen=True)
class Way:
    """A way to compile."""

    name: str
    options: Options


PLAIN = Way("plain", Options(release=False, only_passes=("ownership",), foreign_plugins=False))
WAYS = {
    way.name: way
    for way in (
        Way("dev", Options(release=False, foreign_plugins=False)),
        Way("release", Options(release=True, foreign_plugins=False)),
        Way("sanitize", Options(release=False, sanitize=True, foreign_plugins=False)),
    )
}


class Different(AssertionError):
    """Two ways gave different programs; the message says what differs first."""


@dataclass(frozen=True)
class Outcome:
    """What running a program came to."""

    exit_code: int
    output: bytes
    errors: bytes


def _is_program(source: Path) -> bool:
    """Whether lowering accepts it: a variable that was given a Float in passing and is then asked
    to `pop` is refused, rightly."""
    session = Session(PLAIN.options)
    program = session.parse(str(source))
    if program is not None and session.lower(program) is not None:
        return True
    refused = {d.code for d in session.report.diagnostics if d.severity is Severity.ERROR}
    if refused - {"N0208", "N0209", "N0301"}:
        said = "; ".join(d.message for d in session.report.diagnostics)
        raise Different(f"the generator writes no program: {said}")
    return False


def _outcome(way: Way, source: Path, folder: Path) -> Outcome | None:
    """None when the program takes too long. Raises `Different` when it does not compile."""
    session = Session(way.options)
    module = session.module(str(source))
    executable = folder / way.name
    if module is None or session.emit(module, "exe", executable) is None:
        said = "; ".join(d.message for d in session.report.diagnostics)
        raise Different(f"{way.name} does not compile: {said}")
    # Circles of references may outlive a program that leaves by an uncaught error.
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
    try:
        result = subprocess.run(
            [str(executable)],
            capture_output=True,
            timeout=SLOWEST_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return Outcome(result.returncode, result.stdout, result.stderr)


def compare(text: str, ways: Sequence[Way]) -> str:
    """A word for what came of it (`same`, `skipped`). Raises `Different`."""
    with tempfile.TemporaryDirectory(prefix="nyash-fuzz-") as name:
        folder = Path(name)
        source = folder / "program.nyash"
        source.write_text(text, encoding="utf-8")
        if not _is_program(source):
            return "skipped"
        plain = _outcome(PLAIN, source, folder)
        if plain is None or len(plain.output) > MOST_OUTPUT:
            return "skipped"
        for way in ways:
            other = _outcome(way, source, folder)
            if other is None:
                raise Different(f"{way.name} takes more than {SLOWEST_SECONDS} s")
            _compare(plain, other, way.name)
    return "same"


def _lines(output: bytes) -> list[bytes]:
    """The lines in order up to the program's last own one. What follows it are the ends of Boxes
    in circles of references, and those may come in any order."""
    lines = output.split(b"\n")
    ends = (n for n, line in enumerate(lines) if line.startswith(LAST_LINE))
    last = max(ends, default=len(lines))
    return [*lines[: last + 1], *sorted(lines[last + 1 :])]


def _compare(plain: Outcome, other: Outcome, name: str) -> None:
    if other.exit_code != plain.exit_code:
        tail = other.errors.decode("utf-8", "replace")[-500:]
        raise Different(f"{name} exits with {other.exit_code}, not {plain.exit_code}: {tail}")
    wanted_lines, given_lines = _lines(plain.output), _lines(other.output)
    if given_lines != wanted_lines:
        lines = zip_longest(wanted_lines, given_lines, fillvalue=b"(nothing)")
        number, (wanted, given) = next(
            (n, pair) for n, pair in enumerate(lines, 1) if pair[0] != pair[1]
        )
        raise Different(f"{name}, line {number} of the output: {given!r}, not {wanted!r}")


def runner(ways: Sequence[str]) -> Callable[[str], str]:
    chosen = [WAYS[name] for name in ways]
    return lambda text: compare(text, chosen)
