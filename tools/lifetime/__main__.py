"""`python -m tools.lifetime --graphs N --seed S`: random graphs of Boxes against the model.

Every program holds `--size` graphs, is built twice (development and release) with the leak check,
and has to print what the model says, nothing leaked. What differs is cut down to its graph and
written to a file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from .check import FLAVOURS, Mismatch, check


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.lifetime", description=__doc__)
    parser.add_argument("--graphs", type=int, default=1000, help="default %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="of the first graph")
    parser.add_argument("--size", type=int, default=100, help="graphs in a program")
    parser.add_argument("--flavours", default=",".join(FLAVOURS), help="default %(default)s")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where failing programs go")
    arguments = parser.parse_args()
    if arguments.graphs < 1 or arguments.size < 1:
        parser.error("--graphs and --size: at least 1")
    flavours = arguments.flavours.split(",")
    if unknown := [f for f in flavours if f not in FLAVOURS]:
        parser.error(f"--flavours: {unknown[0]} is none of {', '.join(FLAVOURS)}")
    failed = 0
    end = arguments.seed + arguments.graphs
    with tempfile.TemporaryDirectory() as folder:
        for first in range(arguments.seed, end, arguments.size):
            seeds = range(first, min(first + arguments.size, end))
            for flavour in flavours:
                for mismatch in check(seeds, flavour, Path(folder)):
                    failed += 1
                    _report(mismatch, arguments.keep)
            print(f"{seeds.stop - arguments.seed} graphs, {failed} differ", flush=True)
    return 1 if failed else 0


def _report(mismatch: Mismatch, keep: Path | None) -> None:
    print(f"{mismatch.name} ({mismatch.flavour}): {mismatch.message}", flush=True)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{mismatch.name}.nyash").write_text(mismatch.source, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
