"""`python -m tools.faults`: the programs of tests/language with every fault, and the server.

Results are kept in --out as one line of JSON per program; programs that are in it are not run
again. Exit 1 if anything was found."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path

from . import server
from .runs import KINDS, Plan, Result, try_program

ROOT = Path(__file__).resolve().parents[2]
LANGUAGE = ROOT / "tests" / "language"


def _attempt(program: Path, name: str, folder: Path, plan: Plan) -> dict[str, object]:
    try:
        attempt = server.try_program if name in server.SERVERS else try_program
        result = attempt(program, name, folder, plan)
    except Exception as error:  # the sweep goes on; the table says so
        result = Result(name, skipped=f"cannot be built: {error}")
    return asdict(result)


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools.faults", description=__doc__)
    parser.add_argument(
        "--all",
        action="store_true",
        help="every kind and n, many faults in a row, and the servers: the whole sweep",
    )
    parser.add_argument("--programs", default="**/*", help="glob in tests/language (%(default)s)")
    parser.add_argument("--kinds", default="alloc", help=f"of {','.join(KINDS)}; or all")
    parser.add_argument("--step", type=int, default=1, help="try every STEP-th n")
    parser.add_argument("--limit", type=int, default=2000, help="largest n (%(default)s)")
    parser.add_argument(
        "--every",
        type=int,
        default=1000,
        help="from this n on, steps grow by a fiftieth (%(default)s)",
    )
    parser.add_argument("--start", type=int, default=1, help="first allocation (%(default)s)")
    parser.add_argument("--lasting", action="store_true", help="the n-th fault and all after it")
    parser.add_argument("--sanitize", action="store_true", help="with AddressSanitizer and UBSan")
    parser.add_argument("--seconds", type=float, default=20, help="for one run (%(default)s)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, help="file of results; resumes from it")
    arguments = parser.parse_args(given)
    if arguments.all:
        arguments.kinds, arguments.limit = "all", sys.maxsize
        arguments.out = arguments.out or ROOT / "dist" / "faults.jsonl"
        arguments.out.parent.mkdir(exist_ok=True)
    kinds = KINDS if arguments.kinds == "all" else arguments.kinds.split(",")
    if unknown := set(kinds) - set(KINDS):
        parser.error(f"--kinds: there is no {sorted(unknown)[0]}; there are {', '.join(KINDS)}")
    if arguments.step < 1 or arguments.limit < 1 or arguments.jobs < 1:
        parser.error("--step, --limit and --jobs are at least 1")
    arguments.kinds = kinds
    return arguments


def _known(out: Path | None) -> list[dict[str, object]]:
    if out is None or not out.exists():
        return []
    return [json.loads(line) for line in out.read_text().splitlines()]


def _show(results: list[dict]) -> int:
    ran = [r for r in results if not r["skipped"]]
    findings = [f for r in ran for f in r["findings"]]
    for finding in findings:
        print(f"{finding['program']} {finding['fault']}: {finding['what']}")
    possible: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for result in ran:
        possible.update(result["counts"])
        tried.update(result["tried"])
        ends.update(result["ends"])
        if result["stepped"]:
            counts = ", ".join(f"{result['counts'][kind]} {kind}" for kind in result["stepped"])
            print(f"{result['program']}: {counts}: not every n was tried")
    print(f"programs {len(ran)}, left out {len(results) - len(ran)}")
    print("runs", sum(r["runs"] for r in ran))
    for kind in KINDS:
        print(f"  {kind:10} tried {tried[kind]:7} of {possible[kind]}")
    silent = [f"{r['program']} {fault}" for r in ran for fault in r["silent"]]
    print(f"ended well without a word, with other output: {len(silent)}")
    print("exit codes", dict(sorted(ends.items())))
    print("findings", len(findings), dict(Counter(f["what"] for f in findings)))
    return 1 if findings else 0


def main(given: Sequence[str] | None = None) -> int:
    arguments = _arguments(given)
    plan = Plan(
        kinds=arguments.kinds, step=arguments.step, limit=arguments.limit,
        lasting=arguments.lasting, sanitize=arguments.sanitize, seconds=arguments.seconds,
        every=arguments.every, start=arguments.start, storms=arguments.all,
    )  # fmt: skip
    results = _known(arguments.out)
    done = {result["program"] for result in results}
    programs = sorted(LANGUAGE.glob(arguments.programs + ".nyash"))
    names = {p: str(p.relative_to(LANGUAGE).with_suffix("")) for p in programs}
    if arguments.all:
        names |= {program: name for name, program in server.SERVERS.items()}
    with (
        tempfile.TemporaryDirectory(prefix="nyash-faults-") as work,
        ProcessPoolExecutor(arguments.jobs) as pool,
    ):
        futures = [
            pool.submit(_attempt, p, name, Path(work) / name, plan)
            for p, name in names.items()
            if name not in done and b"// expect error[" not in p.read_bytes()
        ]
        for future in as_completed(futures):
            result = future.result()
            results.append(result)
            if arguments.out is not None:
                with arguments.out.open("a") as file:
                    file.write(json.dumps(result) + "\n")
            sys.stderr.write(f"{len(results)}/{len(names)}\r")
    return _show(results)


if __name__ == "__main__":
    sys.exit(main())
