"""The classic programs print the same in each language; figures are for `tools.bench.classics`."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tools.bench.classics.__main__ import HERE, LANGUAGES, SIZES, ratio, row


def test_every_program_is_there_in_every_language() -> None:
    for language in LANGUAGES:
        names = {path.stem for path in (HERE / language.name).glob(f"*{language.suffix}")}
        assert names == set(SIZES)


def test_ratios_are_of_the_same_round() -> None:
    found = {"nyash": [2.0, 9.0, 3.0], "go": [1.0, 3.0, 2.0]}
    assert ratio(found, "go") == 2.0
    assert ratio(found, "crystal") is None
    assert row("x", found) == "| x | 3.00 | 2.00 |  | 2.00 |  |"


@pytest.mark.slow
def test_a_small_run() -> None:
    command = [sys.executable, "-m", "tools.bench.classics", "--languages", "nyash", "--rounds", "1",
               "--scale", "100", "map_count", "binary_trees"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE.parents[2], timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"\| map_count \| \d+\.\d\d \|  \|  \|  \|  \|", done.stdout), done.stdout
    assert len(done.stdout.splitlines()) == 4


def test_unknown_programs_are_refused() -> None:
    command = [sys.executable, "-m", "tools.bench.classics", "mandelbrot"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE.parents[2], timeout=60)
    assert done.returncode == 2 and "mandelbrot is none of nbody" in done.stderr
