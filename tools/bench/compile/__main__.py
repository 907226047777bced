"""`python -m tools.bench.compile`: processor time of `nyash check` and `nyash build` by the size of
the project, and what a line costs, as a table and as a chart.

Each figure is the median of a few runs with warm caches, which is how a project is worked on.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

from .chart import svg
from .measure import CommandFailed, Cost, cost_of
from .project import write_project

SIZES = (1_000, 2_000, 5_000, 10_000, 20_000)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.compile", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="lines (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chart", type=Path, help="write the chart here, as SVG")
    arguments = parser.parse_args()
    rows: list[tuple[int, Cost, Cost]] = []
    print(f"{'lines':>7}  {'check':>16}  {'build':>24}")
    for size in arguments.sizes:
        try:
            rows.append(measured(size, arguments.rounds))
        except CommandFailed as error:
            sys.stderr.write(f"{error}\n")
            return 1
        lines, check, build = rows[-1]
        print(
            f"{lines:7}  {check.processor:5.2f} s {per_line(check, lines):5.0f} µs/l"
            f"  {build.processor:6.2f} s {per_line(build, lines):5.0f} µs/l"
            f" ({build.elapsed:.1f} s elapsed)",
            flush=True,
        )
    if arguments.chart:
        series = {
            "check": [(lines, per_line(check, lines)) for lines, check, _ in rows],
            "build": [(lines, per_line(build, lines)) for lines, _, build in rows],
        }
        arguments.chart.write_text(svg(series))
    return 0


def measured(size: int, rounds: int) -> tuple[int, Cost, Cost]:
    """Lines, the cost of checking, the cost of building."""
    with tempfile.TemporaryDirectory(prefix="nyash-bench-") as folder:
        main_file, lines = write_project(Path(folder), size)
        check = ["check", str(main_file)]
        build = ["build", str(main_file), "-o", str(Path(folder) / "program")]
        cost_of(check)  # fills the caches
        checks = [cost_of(check) for _ in range(rounds)]
        builds = [cost_of(build) for _ in range(rounds)]
    return lines, _median(checks), _median(builds)


def _median(costs: list[Cost]) -> Cost:
    return Cost(median(c.processor for c in costs), median(c.elapsed for c in costs))


def per_line(cost: Cost, lines: int) -> float:
    """Microseconds of processor time."""
    return cost.processor / lines * 1e6


if __name__ == "__main__":
    sys.exit(main())
