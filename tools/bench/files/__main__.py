"""`python -m tools.bench.files`: reading a file as a whole, beside Go's os.ReadFile.

A file of 4 KiB in the page cache is read at once. One of /proc cannot be: its open and two reads
are jobs for a helper thread, unless there is no other task to be kept waiting.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tools.bench.tasks.measure import build, nyash_command, run

HERE = Path(__file__).parent


def programs(folder: Path) -> dict[str, str]:
    """By language, those that could be built."""
    nyash, go = str(folder / "nyash"), str(folder / "go")
    how = {
        "Nyash": (nyash, [*nyash_command(), "build", str(HERE / "read.nyash"), "-o", nyash]),
        "Go": (go, ["go", "build", "-o", go, str(HERE / "read.go")]),
    }
    built = {}
    for language, (program, command) in how.items():
        missing = None if shutil.which(command[0]) else f"{command[0]} is not installed"
        if problem := missing or build(command, language):
            print(f"left out: {language}: {problem}", file=sys.stderr)
        else:
            built[language] = program
    return built


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.files", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--reads", type=int, default=50_000, metavar="N")
    arguments = parser.parse_args()
    if min(arguments.rounds, arguments.reads) < 1:
        parser.error("--rounds and --reads: at least 1")
    reads = str(arguments.reads)
    with tempfile.TemporaryDirectory() as folder:
        cached = Path(folder, "cached")
        cached.write_text("x" * 4096)
        jobs = {
            "4 KiB, in the page cache": [str(cached), reads],
            "/proc/version, one task": ["/proc/version", reads],
            "/proc/version, two tasks": ["/proc/version", reads, "beside another"],
        }
        built = programs(Path(folder))
        print("| file | language | µs a read | CPU µs |\n|---|---|---|---|")
        for name, job in jobs.items():
            found: dict[str, list[tuple[float, float]]] = {language: [] for language in built}
            for _ in range(arguments.rounds):
                for language, program in built.items():
                    start = time.monotonic()
                    usage = run([program, *job], {})
                    found[language].append((time.monotonic() - start, usage.seconds))
            for language, times in found.items():
                wall, cpu = (
                    median(column) * 1e6 / arguments.reads for column in zip(*times, strict=True)
                )
                print(f"| {name} | {language} | {wall:.1f} | {cpu:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
