"""`python -m tools.programs --count N --seed S`: random programs against the reference.

Each program is built in several ways (nothing but reference counting; development; release), has to
print what the reference evaluator says, exit with its code, and leak nothing. One that differs is
made as small as possible, printed, and kept where `--keep` says.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .build import BUILDS
from .search import Difference, check

SHARD = 200
"""Programs that one run of the generator makes."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.programs", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="programs, default %(default)s")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--batch", type=int, default=25, help="programs in a file")
    parser.add_argument("--ways", default="plain,dev,release", help="of " + ", ".join(BUILDS))
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where failing programs go")
    parser.add_argument("--no-shrink", action="store_true", help="report them as they are")
    arguments = parser.parse_args()
    if arguments.count < 1 or arguments.batch < 1:
        parser.error("--count and --batch: at least 1")
    ways = arguments.ways.split(",")
    if unknown := [way for way in ways if way not in BUILDS]:
        parser.error(f"--ways: {unknown[0]} is none of {', '.join(BUILDS)}")
    done = failed = 0
    number = arguments.seed
    while done < arguments.count:
        count = min(SHARD, arguments.count - done)
        compared = 0
        for found in check(number, count, ways, arguments.batch, not arguments.no_shrink):
            if isinstance(found, Difference):
                failed += 1
                _report(found, f"seed-{number}-{failed}", arguments.keep)
            else:
                compared = found
                print(f"{done + compared} programs, {failed} differ", flush=True)
        done += compared
        number += 1
    return 1 if failed else 0


def _report(found: Difference, name: str, keep: Path | None) -> None:
    print(f"{name}: {found.message}\n{found.source}", flush=True)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{name}.nyash").write_text(found.source, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
