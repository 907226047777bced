"""Routes against a plain model: of the patterns that fit a path the most specific one answers."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("routes.nyash")
TEXTS = ("", "a", "b", "ab", "users", "u")


@pytest.fixture(scope="module")
def answers(build_program) -> Callable[[list[str], list[str]], list[str]]:
    program = build_program(PROGRAM)

    def answers(patterns: list[str], paths: list[str]) -> list[str]:
        lines = [str(len(patterns)), *patterns, *paths]
        done = subprocess.run(
            [program],
            input="\n".join(lines),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout.splitlines()

    return answers


def _fits(pattern: str, path: str) -> bool:
    wanted, given = pattern.split("/"), path.split("/")
    if wanted[-1].startswith("*"):
        return len(given) >= len(wanted) and all(map(_same, wanted[:-1], given))
    return len(wanted) == len(given) and all(map(_same, wanted, given))


def _same(wanted: str, given: str) -> bool:
    return bool(given) if wanted.startswith(":") else wanted == given


def _specificity(pattern: str) -> list[int]:
    return [{":": 1, "*": 2}.get(part[:1], 0) for part in pattern.split("/")]


def _expected(patterns: list[str], path: str) -> str:
    return min((p for p in patterns if _fits(p, path)), key=_specificity, default="none")


def _patterns(source: random.Random, count: int) -> list[str]:
    """As many as differ in what they fit."""
    found = {}
    for _ in range(count):
        parts = [source.choice((*TEXTS, ":x", ":y")) for _ in range(source.randint(1, 4))]
        if source.random() < 0.2:
            parts.append("*rest")
        found["/".join("" if p == "" else p[0] if p[0] in ":*" else p for p in parts)] = parts
    return ["/" + "/".join(parts) for parts in found.values()]


@pytest.mark.parametrize("seed", range(6))
def test_the_most_specific_pattern_answers(answers, seed) -> None:
    source = random.Random(seed)
    patterns = _patterns(source, source.choice((1, 5, 40, 400)))
    paths = [
        "/" + "/".join(source.choice((*TEXTS, "c")) for _ in range(source.randint(1, 6)))
        for _ in range(500)
    ]
    assert answers(patterns, paths) == [_expected(patterns, path) for path in paths]


def test_two_thousand_routes(answers) -> None:
    patterns = [f"/v1/things{n}/:id" for n in range(2000)]
    paths = [f"/v1/things{n}/7" for n in range(0, 2000, 7)]
    assert answers(patterns, [*paths, "/v1/things2000/7"]) == [*patterns[::7], "none"]
