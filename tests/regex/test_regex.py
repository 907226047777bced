"""RegexBox against Python's `re` on random patterns and texts, and its promise of linear time."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from random import Random

import pytest
from nyash.driver import Options, Session

HERE = Path(__file__).parent
CASES = 6_000
BATCH = 1_500


def executable(source: Path, folder: Path) -> Path:
    session = Session(Options(foreign_plugins=False))
    module = session.module(str(source))
    assert module is not None, session.report.diagnostics
    program = folder / source.stem
    assert session.emit(module, "exe", program) is not None, session.report.diagnostics
    return program


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return executable(HERE / "matches.nyash", tmp_path_factory.mktemp("regex"))


def answers(program: Path, cases: list[tuple[str, str, str]]) -> list[dict]:
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


# -- random patterns ------------------------------------------------------------------------------

CHARACTERS = "abcA1 -\né"
ATOMS = [*"abcA1é", r"\d", r"\w", r"\s", r"\D", r"\W", ".", r"\n", r"\-", "[a-c]", "[^ab]"]
ATOMS += [r"[\w-]", r"[^\d\s]", "[]a]", "[a-cA-C1-9]", r"[\x61b]"]
EDGES = [r"\b", r"\B", "^", r"\A"]
QUANTIFIERS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}"]


def pattern(random: Random, depth: int) -> str:
    """What is repeated takes at least one character: rounds that take none differ between engines."""
    kind = random.randrange(7) if depth > 0 else 0
    deeper = depth - 1
    group = random.choice(["(", "(?:"])
    if kind == 1:
        return random.choice(EDGES)
    if kind == 2:
        return f"{group}{pattern(random, deeper)})"
    if kind == 3:
        body = random.choice(ATOMS) + pattern(random, deeper)
        return f"{group}{body}){random.choice(QUANTIFIERS)}"
    if kind == 4:
        return "".join(pattern(random, deeper) for _ in range(random.randint(2, 3)))
    if kind == 5:
        return f"(?:{pattern(random, deeper)}|{pattern(random, deeper)})"
    return random.choice(ATOMS) + (random.choice(QUANTIFIERS) if kind == 6 else "")


def case(seed: int) -> tuple[str, str, str]:
    random = Random(seed)
    text = "".join(random.choices(CHARACTERS, k=random.randint(0, 12)))
    return pattern(random, random.randint(1, 4)), random.choice(["", "i", "m", "s", "ims"]), text


def python_regex(pattern: str, flags: str) -> re.Pattern[str]:
    chosen = re.ASCII
    for letter in flags:
        chosen |= {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}[letter]
    return re.compile(pattern, chosen)


def all_matches(regex: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """As in JavaScript and Go: behind an empty match the search goes on one character further."""
    found: list[re.Match[str]] = []
    at = 0
    while at <= len(text) and (match := regex.search(text, at)):
        found.append(match)
        at = match.end() + (match.end() == match.start())
    return found


def replaced(found: list[re.Match[str]], text: str) -> str:
    parts: list[str] = []
    at = 0
    for match in found:
        parts += [text[at : match.start()], f"<{match[0]}>"]
        at = match.end()
    return "".join(parts) + text[at:]


@pytest.mark.parametrize("start", range(0, CASES, BATCH))
def test_as_python_does(start: int, program: Path) -> None:
    cases = [case(seed) for seed in range(start, start + BATCH)]
    # Before 3.14 Python's \\B does not fit the empty text.
    cases = [one for one in cases if one[2] or "\\B" not in one[0]]
    # With re.ASCII Python folds the case of ASCII letters only, RegexBox that of all.
    cases = [one for one in cases if not ("i" in one[1] and "é" in one[0] + one[2])]
    for one, answer in zip(cases, answers(program, cases), strict=True):
        written, letters, text = one
        found = all_matches(python_regex(written, letters), text)
        expected = [[m.start(), m.end(), [m[0], *m.groups()]] for m in found]
        assert answer["matches"] == expected, one
        assert answer["test"] == bool(found), one
        assert answer["all"] == [m[0] for m in found], one
        assert answer["replaced"] == replaced(found, text), one


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("(a*)*b", "a" * 100_000),
        ("(a|a)*b", "a" * 100_000),
        ("(a|aa)+$", "a" * 100_000 + "b"),
        ("(.*)(.*)(.*)(.*)(.*)x", "=" * 20_000),
        ("a?" * 50 + "a" * 50, "a" * 50),
        ("(x+x+)+y", "x" * 50_000),
        ("([a-z]+)*[0-9]", "z" * 50_000),
    ],
)
def test_time_is_linear(written: str, text: str, program: Path) -> None:
    """Backtracking engines need longer than the universe for these; the batch's limit is 60 s."""
    (answer,) = answers(program, [(written, "", text)])
    assert answer["test"] == written.startswith("a?")


@pytest.mark.parametrize(
    ("written", "text", "parts"),
    [
        (",", "a,b,,c", ["a", "b", "", "c"]),
        ("", "abc", ["a", "b", "c"]),
        ("x*", "axbc", ["a", "b", "c"]),
        (r"\s+", " a  b ", ["", "a", "b", ""]),
        (",", "", [""]),
        ("é", "aébéc", ["a", "b", "c"]),
    ],
)
def test_split(written: str, text: str, parts: list[str], program: Path) -> None:
    (answer,) = answers(program, [(written, "", text)])
    assert answer["split"] == parts
