"""A short run of each fuzzer: that it works, and that nothing is found in the usual seeds."""

from __future__ import annotations

import sys
from itertools import islice
from random import Random

import pytest


@pytest.fixture(autouse=True)
def _deep_programs():
    """As the command does: generated programs nest deeply."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(6000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.parametrize("name", ["parse", "compile", "artifact", "payload", "ir-text"])
def test_damaged_input_is_only_ever_refused(name: str) -> None:
    from tools.fuzz.mutation import damaged
    from tools.fuzz.targets import TARGETS

    target = TARGETS[name]
    random = Random(20261123)
    corpus = target.corpus()[:60]
    outcomes = {target.feed(damaged(corpus, random)) for _ in range(40)}
    assert outcomes <= {"accepted", "refused"} and "refused" in outcomes
    assert all(target.feed(data) == "accepted" for data in corpus[:3])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 3))
def test_passes_do_not_change_what_programs_do(seed: int) -> None:
    from tools.fuzz.differential import runner
    from tools.fuzz.programs import program

    assert runner(["dev", "release"])(program(seed)) in ("same", "skipped")


def test_a_difference_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from tools.fuzz import differential

    outcomes = [
        differential.Outcome(0, b"1\n2\n", b""),
        differential.Outcome(0, b"1\n3\n", b""),
    ]
    monkeypatch.setattr(differential, "_outcome", lambda *_: outcomes.pop(0))
    monkeypatch.setattr(differential, "_is_program", lambda _: True)
    with pytest.raises(differential.Different, match="line 2"):
        differential.compare("", [differential.WAYS["dev"]])


def test_programs_follow_from_their_seed() -> None:
    from tools.fuzz.programs import program

    assert program(1) == program(1) != program(2)


def test_damage_follows_from_its_seed() -> None:
    from tools.fuzz.mutation import damaged

    def some(seed: int) -> list[bytes]:
        random = Random(seed)
        return list(islice(iter(lambda: damaged([b"print(1)\n" * 5], random), None), 20))

    assert some(1) == some(1) != some(2)
