"""Finds programs that do not do what the reference says, and the smallest one.

Generating is cheap, building is not: programs are made first, then built many to a file. Hypothesis
shrinks what fails when it makes the same programs once more, in the same order, and meets the
failing one in a test that builds it alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from .build import Refused, Result, build, run, source
from .evaluate import Outcome, outcome
from .generate import programs
from .program import Program
from .values import Unbounded

MORE = 3
"""So many programs are drawn for one that is wanted: some do not end in time, or are doubles."""
TOO_LARGE = 6000
"""Characters; a few giants would take all the time."""


def _own_trace(errors: str) -> str:
    """Without the library's frames: a call through a variable passes one more of them."""
    return "\n".join(line for line in errors.splitlines() if "(rt/" not in line)


class Found(Exception):
    """What was looked for: enough programs, or one that differs."""


@dataclass(frozen=True)
class Difference:
    message: str
    source: str
    """The smallest program found."""


def _each(number: int, count: int, check: Callable[[Program], None], shrink: bool) -> None:
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)

    @seed(number)
    @settings(
        max_examples=count,
        phases=phases,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),  # type: ignore[arg-type]
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(programs())
    def test(program: Program) -> None:
        check(program)

    test()


def generate(number: int, count: int) -> list[tuple[Program, Outcome]]:
    """The same `number` gives the same programs, with what they come to."""
    found: list[tuple[Program, Outcome]] = []
    known: set[str] = set()

    def collect(program: Program) -> None:
        if len(found) == count:
            raise Found
        text = program.text("p_")
        if text in known or len(text) > TOO_LARGE:
            return
        known.add(text)
        try:
            found.append((program, outcome(program)))
        except Unbounded:
            return

    with suppress(Found):
        _each(number, count * MORE, collect, shrink=False)
    return found


def difference(wanted: Outcome, got: Result) -> str:
    """Empty when there is none."""
    printed = "".join(f"{line}\n" for line in wanted.lines).split("\n")
    pairs = zip_longest(got.output.split("\n"), printed, fillvalue="(nothing)")
    for number, (line, expected) in enumerate(pairs, 1):
        if line != expected:
            return f"line {number}: {line!r}, not {expected!r}; {got.errors[:500]}"
    if got.exit_code != wanted.exit_code:
        return f"exit code {got.exit_code}, not {wanted.exit_code}; {got.errors[:500]}"
    if not got.errors.startswith(wanted.uncaught) or bool(got.errors) != bool(wanted.uncaught):
        return f"standard error is {got.errors[:500]!r}, not {wanted.uncaught!r}"
    return ""


def compare(
    batch: Sequence[tuple[Program, Outcome]], ways: Sequence[str], folder: Path
) -> Iterator[tuple[Program, str]]:
    """The programs that differ, each once. Raises `Refused` when the file cannot be built."""
    text = source([program for program, _ in batch])
    executables = {way: build(text, way, folder) for way in ways}
    for number, (program, wanted) in enumerate(batch):
        errors = set()
        for way, executable in executables.items():
            got = run(executable, number)
            errors.add(_own_trace(got.errors))
            said = difference(wanted, got)
            if said:
                yield program, f"{way}: {said}"
                break
        else:
            if len(errors) > 1:
                yield program, f"the builds differ on standard error: {errors}"


def check(
    number: int, count: int, ways: Sequence[str], batch_size: int, shrink: bool = True
) -> Iterator[Difference | int]:
    """Differences; and, after each batch, how many programs were compared so far."""
    cases = generate(number, count)
    with tempfile.TemporaryDirectory(prefix="nyash-programs-") as name:
        folder = Path(name)
        for first in range(0, len(cases), batch_size):
            batch = cases[first : first + batch_size]
            try:
                differing = list(compare(batch, ways, folder))
            except Refused as refused:
                differing = _refused(batch, ways, folder) or [(batch[0][0], str(refused))]
            for program, message in differing:
                if shrink:
                    yield smallest(program, message, number, count, ways, folder)
                else:
                    yield Difference(message, source([program]))
            yield first + len(batch)


def _refused(
    batch: Sequence[tuple[Program, Outcome]], ways: Sequence[str], folder: Path
) -> list[tuple[Program, str]]:
    """Which of a batch the compiler does not take."""
    found: list[tuple[Program, str]] = []
    for case in batch:
        try:
            found += compare([case], ways, folder)
        except Refused as refused:
            found.append((case[0], f"cannot be built: {refused}"))
    return found


def smallest(
    failing: Program, message: str, number: int, count: int, ways: Sequence[str], folder: Path
) -> Difference:
    """The failing program, or the smallest like it."""
    best = Difference(message, source([failing]))
    start = failing.text("p_")
    reached = False

    def fails(program: Program) -> None:
        nonlocal best, reached
        text = program.text("p_")
        reached = reached or text == start
        if not reached:
            return
        try:
            wanted = outcome(program)
            said = next((said for _, said in compare([(program, wanted)], ways, folder)), "")
        except Unbounded:
            return
        except Refused as refused:
            said = f"cannot be built: {refused}"
        if said:
            if len(text) < len(best.source):
                best = Difference(said, source([program]))
            raise Found

    with suppress(Found):
        _each(number, count * MORE, fails, shrink=True)
    return best
