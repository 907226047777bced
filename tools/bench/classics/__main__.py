"""`python -m tools.bench.classics`: classic small programs in Nyash, Go and Crystal.

Each is built in every language there is, has to print the same in all of them, and runs in turns
with its peers. What counts is processor time (user and system, of all threads), the median of the
rounds; a ratio is the median of the ratios within each round.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SIZES = {
    "nbody": 500_000,
    "binary_trees": 18,
    "spectral_norm": 700,
    "fannkuch": 10,
    "strings": 3_000,
    "map_count": 3_000_000,
    "json": 300,
}
"""What each program is given: half a second to two of the slowest."""


@dataclass(frozen=True)
class Language:
    name: str
    compiler: str
    suffix: str

    def command(self, source: Path, program: Path) -> list[str]:
        arguments = {"nyash": ["-m", "nyash", "build"], "crystal": ["build", "--release"]}
        build = arguments.get(self.name, ["build"])
        return [self.compiler, *build, "-o", str(program), str(source)]


LANGUAGES = (
    Language("nyash", sys.executable, ".nyash"),
    Language("go", "go", ".go"),
    Language("crystal", "crystal", ".cr"),
)


class Failed(Exception):
    """A program cannot be built, fails, or prints something else than its peers."""


def build(name: str, language: Language, folder: Path) -> Path:
    source = HERE / language.name / f"{name}{language.suffix}"
    program = folder / f"{name}-{language.name}"
    done = subprocess.run(
        language.command(source, program), capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode != 0:
        raise Failed(f"{source}: {done.stdout}{done.stderr}")
    return program


def run(program: Path, size: int) -> tuple[str, float]:
    """What it prints, and its seconds of processor time."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([program, str(size)], stdout=output)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode()
    if process.returncode != 0:
        raise Failed(f"{program.name} exits with {process.returncode}")
    return text, used.ru_utime + used.ru_stime


def measure(name: str, programs: dict[str, Path], size: int, rounds: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {language: [] for language in programs}
    printed: dict[str, str] = {}
    for _ in range(rounds):
        for language, program in programs.items():
            text, seconds = run(program, size)
            found[language].append(seconds)
            if printed.setdefault(name, text) != text:
                raise Failed(f"{name}: {language} prints {text!r}, not {printed[name]!r}")
    return found


def ratio(found: dict[str, list[float]], peer: str) -> float | None:
    """Nyash's time by the peer's."""
    if peer not in found:
        return None
    pairs = zip(found["nyash"], found[peer], strict=True)
    return statistics.median(own / max(other, 0.001) for own, other in pairs)


def row(name: str, found: dict[str, list[float]]) -> str:
    cells = [name]
    for language in LANGUAGES:
        runs = found.get(language.name)
        cells.append(f"{statistics.median(runs):.2f}" if runs else "")
    for peer in ("go", "crystal"):
        by = ratio(found, peer)
        cells.append("" if by is None else f"{by:.2f}")
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.classics", description=__doc__)
    parser.add_argument("programs", nargs="*", help="default: " + " ".join(SIZES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=int, default=1, help="divides what programs are given")
    parser.add_argument("--languages", default="nyash,go,crystal")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.programs if name not in SIZES]:
        parser.error(f"{unknown[0]} is none of {', '.join(SIZES)}")
    if arguments.rounds < 1 or arguments.scale < 1:
        parser.error("--rounds and --scale: at least 1")
    wanted = arguments.languages.split(",")
    languages = [lang for lang in LANGUAGES if lang.name in wanted and shutil.which(lang.compiler)]
    results: dict[str, dict[str, list[float]]] = {}
    print("| program | Nyash, s | Go | Crystal | ÷ Go | ÷ Crystal |")
    print("|---|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory(prefix="nyash-classics-") as folder:
        for name in arguments.programs or SIZES:
            small = name in ("binary_trees", "fannkuch") and arguments.scale > 1
            size = 6 if small else max(1, SIZES[name] // arguments.scale)
            try:
                programs = {lang.name: build(name, lang, Path(folder)) for lang in languages}
                results[name] = measure(name, programs, size, arguments.rounds)
            except Failed as error:
                print(error, file=sys.stderr)
                return 1
            print(row(name, results[name]), flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
