"""Every kind of hostile client, few of each; `python -m tools.hostile` sends many."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from tools.hostile.attacks import ATTACKS, mutate, named

ROOT = Path(__file__).parents[2]


def test_a_server_among_hostile_clients() -> None:
    command = [sys.executable, "-m", "tools.hostile", "--short", "--wait", "1000"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok\n") == len(ATTACKS)


def test_attacks_by_name() -> None:
    assert named(["slow"]) == ["slow heads", "slow bodies", "slow readers of 64 MiB"]
    assert named([]) == list(ATTACKS)


def test_mutations_repeat() -> None:
    assert [mutate(random.Random(3)) for _ in range(5)] == [mutate(random.Random(3))] * 5
