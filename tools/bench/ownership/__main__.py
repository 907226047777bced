"""`python -m tools.bench.ownership`: the share of reference counting that the ownership passes
remove at run time, against naive insertion (naive.py says what that is).

Every program is built three ways, must print the same each time, and counts its own retains and
releases of Boxes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from .builds import ANALYSED, BUILDS, ELIDED, NAIVELY, BuildFailed, build
from .measure import Counts, RunFailed, run, serve

HERE = Path(__file__).parent
SERVER = HERE.parents[2] / "examples" / "http_server.nyash"


def programs() -> list[Path]:
    return [*sorted((HERE / "programs").glob("*.nyash")), SERVER]


def measure(source: Path, folder: Path) -> dict[str, Counts]:
    """By kind of build. Raises `BuildFailed`, `RunFailed`."""
    how: Callable = serve if source == SERVER else run
    found: dict[str, Counts] = {}
    printed: dict[str, bytes] = {}
    for kind in BUILDS:
        program = folder / source.stem
        build(source, kind, program)
        printed[kind], found[kind] = how(program, folder)
        if printed[kind] != printed[NAIVELY]:
            raise RunFailed(f"{source.stem}: the builds {NAIVELY} and {kind} print differently")
    return found


def share(counts: Counts, naive: Counts) -> float:
    """Of the retains of naive insertion, the part that is gone."""
    return 1 - counts.retains / naive.retains if naive.retains else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.ownership", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("programs", nargs="*", type=Path, help="default: those of the benchmark")
    arguments = parser.parse_args()
    results: dict[str, dict[str, Counts]] = {}
    print(
        "| program | retains, naive | ownership | and elide | pairs removed | releases left |\n"
        "|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        for source in arguments.programs or programs():
            try:
                found = results[source.stem] = measure(source, Path(folder))
            except (BuildFailed, RunFailed) as error:
                print(error, file=sys.stderr)
                return 1
            _row(source.stem, found)
    total = {
        kind: Counts(
            sum(found[kind].retains for found in results.values()),
            sum(found[kind].releases for found in results.values()),
        )
        for kind in BUILDS
    }
    _row("all", total)
    if arguments.json:
        table = {
            name: {kind: vars(counts) for kind, counts in found.items()}
            for name, found in results.items()
        }
        arguments.json.write_text(json.dumps(table, indent=2) + "\n")
    return 0


def _row(name: str, found: dict[str, Counts]) -> None:
    naive, analysed, elided = (found[kind] for kind in (NAIVELY, ANALYSED, ELIDED))
    print(
        f"| {name} | {naive.retains:,} | {analysed.retains:,} | {elided.retains:,} "
        f"| {share(elided, naive):.1%} | {elided.releases:,} of {naive.releases:,} |",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
