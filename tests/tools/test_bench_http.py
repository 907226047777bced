"""The HTTP comparison, in its shortest form and with wrong arguments."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _compare(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.bench.http", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("wrk") is None, reason="needs wrk")
def test_the_c_server_against_itself(tmp_path: Path) -> None:
    from tools.bench.http.peers.builds import c_server

    figures = tmp_path / "figures.json"
    result = _compare(
        *("--peers", "c", "--server", f"twin={c_server()} {{port}}", "--routes", "/api/users/7"),
        *("--rounds", "1", "--seconds", "1", "--connections", "10", "--no-calls"),
        *("--json", str(figures)),
    )
    assert result.returncode == 0, result.stderr
    data = json.loads(figures.read_text())
    assert [(row["server"], row["mode"]) for row in data["results"]] == [
        ("c", "keep-alive"),
        ("twin", "keep-alive"),
        ("c", "one-request"),
        ("twin", "one-request"),
        ("c", "pipelined"),
        ("twin", "pipelined"),
    ]
    for row in data["results"]:
        assert row["failures"] == 0
        assert row["rounds"][0]["requests"] > 0
        assert 0.2 < row["cpu_ratio_to_c"] < 5
        assert row["peak_memory"] > 0
    assert "keep-alive, /api/users/7, 10 connections" in result.stdout


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("wrk") is None, reason="needs wrk")
def test_a_server_that_does_not_start_is_named() -> None:
    result = _compare("--peers", "", "--server", "silent=/bin/sh -c 'echo no port; exit 7'")
    assert result.returncode == 1
    assert "silent" in result.stderr and "code 7" in result.stderr and "no port" in result.stderr


@pytest.mark.slow
def test_idle_connections_of_the_c_server_hold_its_buffer(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    result = _compare("--idle", "300", "--peers", "c", "--json", str(figures))
    assert result.returncode == 0, result.stderr
    (row,) = json.loads(figures.read_text())["results"]
    assert (row["server"], row["connections"], row["alive"]) == ("c", 300, 1.0)
    # Its struct is 8 KiB and a bit, of which a short request touches one page.
    assert 3000 < row["per_connection"] < 9000
    assert "300 idle keep-alive connections" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--peers", ""), "no server"),
        (("--peers", "apache"), "'apache'"),
        (("--peers", "", "--nyash", "/nowhere"), "/nowhere"),
        (("--peers", "", "--server", "nonsense"), "NAME=COMMAND"),
        (("--peers", "", "--server", "a=x", "--server", "a=y"), "two servers"),
        (("--modes", "carrier-pigeon"), "carrier-pigeon"),
        (("--rounds", "0"), "--rounds"),
        (("--rounds", "many"), "--rounds"),
        (("--idle", "0"), "--idle"),
        (("--idle", "99999999"), "--idle"),
    ],
)
def test_wrong_arguments(arguments: tuple[str, ...], words: str) -> None:
    result = _compare(*arguments)
    assert result.returncode == 2
    assert words in result.stderr and "Traceback" not in result.stderr
