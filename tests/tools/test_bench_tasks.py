"""A hundred thousand tasks alive at once fit into less than a gigabyte."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tools.bench.tasks.__main__ import HERE
from tools.bench.tasks.measure import build, nyash_command, run


def test_memory_of_100_000_tasks(tmp_path: Path) -> None:
    program = str(tmp_path / "tasks")
    command = [*nyash_command(), "build", str(HERE / "tasks.nyash"), "-o", program]
    assert build(command, "Nyash") is None
    usage = run([program, "alive", "100000"], {})
    assert 100_000 < usage.peak < 700_000  # KiB; 416 MiB when this was written
