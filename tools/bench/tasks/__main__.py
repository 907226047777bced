"""`python -m tools.bench.tasks`: what tasks and channels cost beside Go and Crystal.

Every round runs each job once with each language, so that all meet the same machine; the table
shows medians. A peer whose compiler is not installed is left out, with a line that says so.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from .measure import RunFailed, Usage, build, middle, nyash_command, run

HERE = Path(__file__).parent / "peers"
JOBS = (("spawn", 1_000_000), ("pingpong", 1_000_000), ("alive", 100_000))


def builders(folder: Path) -> dict[str, tuple[list[str], list[str], dict[str, str]]]:
    """By language: how it is built, how it is run, with what environment."""
    nyash, go, crystal = (str(folder / name) for name in ("nyash", "go", "crystal"))
    source = str(HERE / "tasks")
    build_go = ["go", "build", "-o", go, f"{source}.go"]
    return {
        "Nyash": ([*nyash_command(), "build", f"{source}.nyash", "-o", nyash], [nyash], {}),
        "Go, 1 thread": (build_go, [go], {"GOMAXPROCS": "1"}),
        "Go": (build_go, [go], {}),
        "Crystal": (
            ["crystal", "build", "--release", "-o", crystal, f"{source}.cr"],
            [crystal],
            {},
        ),
    }


def measure(rounds: int, say) -> dict[str, dict[str, Usage]]:
    """By job, by language."""
    results: dict[str, dict[str, Usage]] = {}
    with tempfile.TemporaryDirectory() as folder:
        commands = {}
        for language, (how, command, environment) in builders(Path(folder)).items():
            missing = None if shutil.which(how[0]) else f"{how[0]} is not installed"
            problem = missing or build(how, language)
            if problem:
                say(f"left out: {language}: {problem}")
            else:
                commands[language] = (command, environment)
        for job, count in JOBS:
            found: dict[str, list[Usage]] = {}
            for _ in range(rounds):
                for language, (command, environment) in commands.items():
                    try:
                        usage = run([*command, job, str(count)], environment)
                    except RunFailed as error:
                        say(f"{language}, {job} {count}: {error}")
                        continue
                    found.setdefault(language, []).append(usage)
            results[job] = {language: middle(usages) for language, usages in found.items()}
    return results


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.tasks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds: at least 1")
    results = measure(arguments.rounds, lambda text: print(text, file=sys.stderr))
    print("| job | language | CPU s | ÷ Go, 1 thread | peak MiB |\n|---|---|---|---|---|")
    for job, count in JOBS:
        go = results[job].get("Go, 1 thread")
        for language, usage in results[job].items():
            ratio = f"{usage.seconds / go.seconds:.2f}" if go else "–"
            peak = usage.peak / 1024
            print(f"| {job} {count:,} | {language} | {usage.seconds:.2f} | {ratio} | {peak:.1f} |")
    if arguments.json:
        data = {job: {k: vars(u) for k, u in found.items()} for job, found in results.items()}
        arguments.json.write_text(json.dumps(data, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
