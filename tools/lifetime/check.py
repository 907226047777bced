"""Builds programs of random graphs, runs them, and compares what they print with the model."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from .generate import Generator, Graph, program
from .model import Model
from .order import has_open_order

FLAVOURS: dict[str, tuple[str, ...]] = {
    "dev": ("--dev", "--leak-check"),
    "release": ("--leak-check",),
    "sanitize": ("--sanitize", "--leak-check"),
}
SECONDS = 60


@dataclass(frozen=True)
class Mismatch:
    """A graph that does not do what the model says; `source` is a program of it alone."""

    name: str
    flavour: str
    message: str
    source: str


def expected(graph: Graph) -> list[str]:
    """What the graph prints."""
    model = Model({f.name: f for f in graph.functions})
    model.graph(graph.name)
    left = model.heap.things - {model.heap.saved}
    assert not left, f"the model leaks in {graph.name}"
    return normal(model.heap.lines, has_open_order(graph.functions))


def normal(lines: Iterable[str], loose: bool = False) -> list[str]:
    """Between `(` and `)` cycles are collected, in any order: sorted. `loose` also sorts what ends
    together, with nothing else between."""
    made: list[str] = []
    group: list[str] | None = None
    for line in lines:
        if line == "(":
            group = []
        elif line == ")" and group is not None:
            made.append("(" + ", ".join(sorted(group)) + ")")
            group = None
        elif group is not None:
            group.append(line)
        else:
            made.append(line)
    made += group or []
    return [line for run in _runs(made) for line in sorted(run)] if loose else made


def _runs(lines: list[str]) -> Iterator[list[str]]:
    """The lines, those that say `end` one after the other together."""
    for _, run in groupby(enumerate(lines), lambda n: "end" if n[1].startswith("end ") else n[0]):
        yield [line for _, line in run]


def check(seeds: Iterable[int], flavour: str, folder: Path) -> Iterator[Mismatch]:
    """The graphs of these seeds that differ."""
    graphs = [Generator(seed).graph() for seed in seeds]
    output, problem = _run(program(graphs), flavour, folder)
    found = _by_graph(output)
    for graph in graphs:
        wanted = expected(graph)
        got = normal(found.get(graph.name, []), has_open_order(graph.functions))
        if wanted != got:
            yield Mismatch(graph.name, flavour, _difference(wanted, got), program([graph]))
    if problem:
        yield Mismatch(f"{graphs[0].name}-", flavour, problem, program(graphs))


def _run(source: str, flavour: str, folder: Path) -> tuple[str, str]:
    """What the program prints, and what else is wrong with it."""
    text, executable = folder / "graphs.nyash", folder / f"graphs-{flavour}"
    text.write_text(source, encoding="utf-8")
    build = [sys.executable, "-m", "nyash", "build", str(text), "-o", str(executable)]
    built = subprocess.run(
        [*build, *FLAVOURS[flavour]], capture_output=True, text=True, timeout=10 * SECONDS
    )
    if built.returncode != 0:
        return "", f"cannot be built: {built.stdout}{built.stderr}"
    try:
        done = subprocess.run([executable], capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return "", f"ran longer than {SECONDS} s"
    problem = f"exit code {done.returncode}: {done.stderr[-1500:]}" if done.returncode else ""
    return done.stdout, problem


def _by_graph(output: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in output.splitlines():
        if line.startswith("graph "):
            lines = found[line.removeprefix("graph ")] = []
        lines.append(line)
    return found


def _difference(wanted: list[str], got: list[str]) -> str:
    for index, (w, g) in enumerate(zip(wanted, got, strict=False)):
        if w != g:
            return f"line {index + 1}: expected {w!r}, got {g!r}"
    if len(wanted) > len(got):
        return f"line {len(got) + 1}: expected {wanted[len(got)]!r}, got nothing"
    return f"line {len(wanted) + 1}: got {got[len(wanted)]!r} beyond the end"
