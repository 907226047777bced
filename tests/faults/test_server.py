"""The example server goes on serving after each fault, and when its memory is limited."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.faults.runs import Plan, build
from tools.faults.server import EXAMPLE, sweep


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    executable = tmp_path_factory.mktemp("server") / "server.exe"
    assert build(EXAMPLE, executable, sanitize=False)
    return executable


@pytest.mark.parametrize(
    ("kinds", "limit", "step"),
    [(("accept", "read", "write", "poll", "open", "map", "fini"), 12, 1), (("alloc",), 400, 5)],
    ids=["calls", "allocations"],
)
def test_it_goes_on(server: Path, kinds: tuple[str, ...], limit: int, step: int) -> None:
    results = sweep(server, Plan(kinds, limit=limit, step=step), jobs=2)
    assert len(results) > 20
    assert not [(r.fault, r.what, r.errors[-500:]) for r in results if r.what]
