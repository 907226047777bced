"""Feed damaged programs and artifacts to the compiler until the time is over.

    python -m tools.fuzz parse --seconds 60

Every input that raises instead of being refused, or takes too long, is written to a folder with the
traceback; `python -m tools.fuzz TARGET --replay FILE` feeds it again.
"""

from __future__ import annotations

import argparse
import hashlib
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random

from .mutation import damaged
from .targets import TARGETS, Target

SLOWEST_SECONDS = 10
"""What one input may take; the inputs are a few kilobytes."""


class TooSlow(Exception):
    """An input took longer than `SLOWEST_SECONDS`."""


def _alarm(_signal: int, _frame: object) -> None:
    raise TooSlow(f"more than {SLOWEST_SECONDS} s")


def _feed(target: Target, data: bytes) -> str:
    signal.alarm(SLOWEST_SECONDS)
    try:
        return target.feed(data)
    finally:
        signal.alarm(0)


def _fuzz(target: Target, seconds: float, seed: int, folder: Path) -> int:
    """The number of finds; equal tracebacks count once."""
    random = Random(seed)
    corpus = target.corpus()
    outcomes: Counter[str] = Counter()
    finds: set[str] = set()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        data = damaged(corpus, random)
        try:
            outcomes[_feed(target, data)] += 1
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            kind = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
            if kind not in finds:
                finds.add(kind)
                _keep(folder, target, data, kind)
    told = ", ".join(f"{count} {word}" for word, count in sorted(outcomes.items()))
    print(f"{target.name}: {told or 'nothing fed'}; {len(finds)} finds (seed {seed})")
    return len(finds)


def _keep(folder: Path, target: Target, data: bytes, kind: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{target.name}-{hashlib.sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    path.with_suffix(".txt").write_text(f"{kind}\n\n{traceback.format_exc()}", encoding="utf-8")
    print(f"find: {kind}: {path}", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--seconds", type=float, default=30, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--finds", type=Path, default=Path("fuzz-finds"), metavar="FOLDER")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="feed this one input")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _alarm)
    sys.setrecursionlimit(6000)
    if options.replay is not None:
        if options.target == "all":
            parser.error("--replay needs one target")
        print(_feed(TARGETS[options.target], options.replay.read_bytes()))
        return 0
    chosen = TARGETS.values() if options.target == "all" else [TARGETS[options.target]]
    finds = sum(_fuzz(t, options.seconds, options.seed, options.finds) for t in chosen)
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main())
