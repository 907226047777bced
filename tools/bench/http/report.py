"""The figures as a table for people and as JSON for the next tool."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .comparison import Row

SCHEMA = "nyash-bench-http/1"
COLUMNS = (
    "server", "req/s", "CPU µs/req", "user", "system", "÷ C", "calls/req", "p50 ms", "p99 ms",
    "peak MiB", "failed",
)  # fmt: skip


def _cells(row: Row, memory: Mapping[str, int]) -> list[str]:
    def microseconds(kind: str) -> float:
        return row.median(lambda one: getattr(one.cpu, kind) / one.seen.requests * 1e6)

    return [
        row.server,
        f"{row.median(lambda one: one.seen.rate):,.0f}",
        f"{row.median(lambda one: one.cpu_per_request):.2f}",
        f"{microseconds('user'):.2f}",
        f"{microseconds('system'):.2f}",
        "–" if row.ratio is None else f"{row.ratio:.2f}",
        "–" if row.calls_per_request is None else f"{row.calls_per_request:.2f}",
        f"{row.median(lambda one: one.seen.p50) / 1000:.2f}",
        f"{row.median(lambda one: one.seen.p99) / 1000:.2f}",
        f"{memory[row.server] / 2**20:.1f}",
        str(row.failures),
    ]


def show(rows: Sequence[Row], memory: Mapping[str, int]) -> None:
    """One table per load. rich draws it where it is installed and someone looks."""
    loads = list(dict.fromkeys(row.load for row in rows))
    for load in loads:
        title = f"{load.mode}, {load.route}, {load.connections} connections"
        lines = [_cells(row, memory) for row in rows if row.load == load]
        if sys.stdout.isatty() and _draw(title, lines):
            continue
        widths = [max(len(line[i]) for line in [COLUMNS, *lines]) for i in range(len(COLUMNS))]
        print(f"\n{title}")
        for line in [COLUMNS, *lines]:
            cells = [line[0].ljust(widths[0])]
            cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
            print("  ".join(cells))


def _draw(title: str, lines: Sequence[Sequence[str]]) -> bool:
    try:
        from rich.console import Console
        from rich.table import Table
    except ImportError:
        return False
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(COLUMNS):
        table.add_column(column, justify="right" if number else "left")
    for line in lines:
        table.add_row(*line)
    Console().print(table)
    return True


def as_data(
    rows: Sequence[Row], memory: Mapping[str, int], options: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything measured, round by round; times in microseconds, sizes in bytes."""
    return {
        "schema": SCHEMA,
        "machine": machine(),
        "options": dict(options),
        "results": [
            {
                "server": row.server,
                "route": row.load.route,
                "mode": row.load.mode,
                "connections": row.load.connections,
                "cpu_ratio_to_c": row.ratio,
                "cpu_ratios": row.ratios,
                "calls_per_request": row.calls_per_request,
                "calls_counted_by": row.calls_counted_by,
                "peak_memory": memory[row.server],
                "failures": row.failures,
                "rounds": [
                    {
                        "requests": one.seen.requests,
                        "rate": one.seen.rate,
                        "response_bytes": one.seen.response_bytes,
                        "user": one.cpu.user / one.seen.requests * 1e6,
                        "system": one.cpu.system / one.seen.requests * 1e6,
                        "cpu_per_request": one.cpu_per_request,
                        "p50": one.seen.p50,
                        "p99": one.seen.p99,
                    }
                    for one in row.rounds
                ],
            }
            for row in rows
        ],
    }


def machine() -> dict[str, Any]:
    return {"system": platform.release(), "processor": _processor(), "cores": os.cpu_count()}


def write(path: Path, data: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
