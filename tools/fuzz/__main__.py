"""Look for inputs that the compiler does not stand, until the time is over.

    python -m tools.fuzz parse --seconds 60
    python -m tools.fuzz programs --seconds 600 --ways dev,release

`programs` compiles random programs in several ways and compares what they do; the other targets
feed damaged files, which may be refused but must not raise. Every find is written to a folder with
its traceback; `python -m tools.fuzz TARGET --replay FILE` tries it again.
"""

from __future__ import annotations

import argparse
import hashlib
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from .targets import TARGETS

SLOWEST_SECONDS = 10
"""What one damaged file may take; they are a few kilobytes."""
PROGRAMS = "programs"

Feed = Callable[[bytes], str]


class TooSlow(Exception):
    """An input took longer than `SLOWEST_SECONDS`."""


def _alarm(_signal: int, _frame: object) -> None:
    raise TooSlow(f"more than {SLOWEST_SECONDS} s")


def _bounded(feed: Feed) -> Feed:
    def run(data: bytes) -> str:
        signal.alarm(SLOWEST_SECONDS)
        try:
            return feed(data)
        finally:
            signal.alarm(0)

    return run


def _target(name: str, options: argparse.Namespace) -> tuple[Feed, Callable[[], Iterator[bytes]]]:
    """What to feed it to, and the inputs without an end."""
    if name == PROGRAMS:
        from .differential import runner

        compare = runner(options.ways.split(","))
        return lambda data: compare(data.decode()), lambda: _programs(options.seed)
    target = TARGETS[name]
    return _bounded(target.feed), lambda: _damaged(target.corpus(), options.seed)


def _programs(seed: int) -> Iterator[bytes]:
    from .programs import program

    while True:
        yield program(seed).encode()
        seed += 1


def _damaged(corpus, seed: int) -> Iterator[bytes]:
    from .mutation import damaged

    random = Random(seed)
    while True:
        yield damaged(corpus, random)


def _fuzz(name: str, options: argparse.Namespace) -> int:
    """The number of finds; equal ones count once."""
    feed, inputs = _target(name, options)
    outcomes: Counter[str] = Counter()
    finds: set[str] = set()
    deadline = time.monotonic() + options.seconds
    for data in inputs():
        if time.monotonic() > deadline:
            break
        try:
            outcomes[feed(data)] += 1
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            kind = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
            if isinstance(error, AssertionError):
                kind = str(error).splitlines()[0][:200]
            if kind not in finds:
                finds.add(kind)
                _keep(options.finds, name, data, kind)
    told = ", ".join(f"{count} {word}" for word, count in sorted(outcomes.items()))
    print(f"{name}: {told or 'nothing fed'}; {len(finds)} finds (seed {options.seed})")
    return len(finds)


def _keep(folder: Path, name: str, data: bytes, kind: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    suffix = ".nyash" if name == PROGRAMS else ""
    path = folder / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}{suffix}"
    path.write_bytes(data)
    path.with_suffix(".txt").write_text(f"{kind}\n\n{traceback.format_exc()}", encoding="utf-8")
    print(f"find: {kind}: {path}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.fuzz",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("target", choices=[*TARGETS, PROGRAMS, "all"])
    parser.add_argument("--seconds", type=float, default=30, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--ways", default="dev,release", help="of `programs`: of dev, release, sanitize"
    )
    parser.add_argument("--finds", type=Path, default=Path("fuzz-finds"), metavar="FOLDER")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="feed this one input")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _alarm)
    sys.setrecursionlimit(6000)
    if options.replay is not None:
        if options.target == "all":
            parser.error("--replay needs one target")
        feed, _ = _target(options.target, options)
        print(feed(options.replay.read_bytes()))
        return 0
    chosen = [*TARGETS, PROGRAMS] if options.target == "all" else [options.target]
    return 1 if sum(_fuzz(name, options) for name in chosen) else 0


if __name__ == "__main__":
    sys.exit(main())
