"""The soak, ten seconds of it; and its judgement of series that grow or do not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.soak.trend import trend

ROOT = Path(__file__).parents[2]
NYASH = Path(sys.executable).with_name("nyash")


def test_a_flat_series_has_no_slope() -> None:
    found = trend(range(50), [7 + second % 3 for second in range(50)])
    assert found.low <= 0 <= found.high


def test_growth_is_seen_through_outliers() -> None:
    values = [float(second) for second in range(50)]
    values[10] = 1e6
    found = trend(range(50), values)
    assert found.low > 0
    assert found.slope == pytest.approx(3600)


@pytest.mark.skipif(shutil.which("wrk") is None, reason="needs wrk")
def test_ten_seconds_are_flat(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tools.soak", "--minutes", "0.17"]
    command += ["--out", str(tmp_path), "--nyash", str(NYASH)]
    result = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "verdict: no more growth than tolerated" in result.stdout
    assert (tmp_path / "soak.svg").read_text().startswith("<svg")
