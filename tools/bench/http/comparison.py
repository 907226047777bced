"""The interleaved run: rounds in which every server gets one short slice of the same load.

Servers share a noisy machine, so a figure alone says little. What is compared is the processor
time per request relative to the C server's *in the same round*: the two slices are seconds apart,
and the median of the rounds' ratios drops the disturbed ones.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .load import Load, LoadFailed, Slice, drive, system_calls
from .processes import CpuTime, Server, ServerFailed

BASE = "c"
"""The server that the others are measured against."""


@dataclass(frozen=True)
class Measurement:
    """One slice: what the clients saw, and the processor time that it cost the server."""

    seen: Slice
    cpu: CpuTime

    @property
    def cpu_per_request(self) -> float:
        """Microseconds."""
        used = self.cpu.user + self.cpu.system
        return used / self.seen.requests * 1e6 if self.seen.requests else float("nan")


@dataclass
class Row:
    """Everything about one server under one load."""

    server: str
    load: Load
    rounds: list[Measurement] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    """Processor time per request over the C server's, per round."""
    calls_per_request: float | None = None
    calls_counted_by: str = ""

    def median(self, figure: Callable[[Measurement], float]) -> float:
        return statistics.median(figure(one) for one in self.rounds)

    @property
    def failures(self) -> int:
        return sum(one.seen.failures for one in self.rounds)

    @property
    def ratio(self) -> float | None:
        return statistics.median(self.ratios) if self.ratios else None


def measure(server: Server, load: Load, seconds: int) -> Measurement:
    before = server.cpu_time()
    seen = drive(server, load, seconds)
    cpu = server.cpu_time().since(before)
    if seen.requests == 0:
        raise ServerFailed(f"{server.name} answered no request of {load.mode} {load.route}")
    return Measurement(seen, cpu)


def compare(
    servers: Sequence[Server],
    loads: Sequence[Load],
    rounds: int,
    seconds: int,
    count_calls: bool,
    tell: Callable[[str], None],
) -> list[Row]:
    """All figures, in the order of loads and servers. Raises `ServerFailed`, `LoadFailed`."""
    rows = {(load, server.name): Row(server.name, load) for load in loads for server in servers}
    for number in range(rounds):
        tell(f"round {number + 1} of {rounds}")
        # The order turns by one place each round, so that no server always follows the same one.
        turn = number % len(servers)
        order = [*servers[turn:], *servers[:turn]]
        for load in loads:
            this_round = {server.name: measure(server, load, seconds) for server in order}
            base = this_round.get(BASE)
            for name, one in this_round.items():
                row = rows[load, name]
                row.rounds.append(one)
                if base is not None and base.cpu_per_request > 0:
                    row.ratios.append(one.cpu_per_request / base.cpu_per_request)
    if count_calls:
        tell("counting system calls")
        for (load, name), row in rows.items():
            server = next(one for one in servers if one.name == name)
            try:
                row.calls_per_request, row.calls_counted_by = system_calls(server, load, seconds)
            except LoadFailed as problem:
                tell(str(problem))
                break
    return list(rows.values())
