"""`python -m tools.hostile`: hostile clients against a server, one kind after another.

Exit code 1 if the server ended, kept descriptors or Boxes, grew, or let a normal client wait longer
than `--wait` milliseconds (or twice as long as before, where others use the machine too). Under
sanitizers memory that was freed stays resident for a while and everything is slower, so that growth
is not judged and a normal client may wait ten times as long; what they find ends the server."""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from .attacks import ATTACKS, named
from .server import Server, build
from .witness import Witness

GROWTH_KIB = 4096
"""What may stay resident beyond the first peak."""


class Siege:
    """One server under one attack after the other, and the client that is served meanwhile."""

    def __init__(self, server: Server, wait: float) -> None:
        self.server = server
        self.witness = Witness(server.port)
        self.witness.waits()
        time.sleep(1)
        quiet = self.witness.waits()[-1]
        self.wait = max(wait, 2 * quiet)
        print(f"without an attack a normal client waits {quiet:.1f} ms at most", flush=True)

    def attack(self, name: str, count: int, seed: int) -> list[str]:
        """What is wrong afterwards."""
        server = self.server
        before = server.memory()["live"]
        descriptors = server.descriptors() - 2  # the witness may be connected just now
        self.witness.waits()
        start = time.monotonic()
        ATTACKS[name][0](server.port, count, random.Random(seed))
        took = time.monotonic() - start
        if server.process.poll() is not None:
            return [f"{name}: the server ended with {server.process.returncode}"]
        waits = self.witness.waits()
        faults = []
        left = server.await_descriptors(descriptors + 2) - descriptors - 2
        memory = server.memory()
        if left > 0:
            faults.append(f"{left} descriptors are left")
        # The witness's own connection comes and goes.
        if abs(memory["live"] - before) > 3 or memory["leaks"]:
            faults.append(f"{memory['live'] - before} Boxes are left, {memory['leaks']} leaks")
        if waits[-1] > self.wait:
            faults.append(f"a normal client waited {waits[-1]:.0f} ms")
        print(
            f"{name:30} {count:6} clients {took:6.1f} s   normal: {len(waits):5}, longest "
            f"{waits[-1]:6.1f} ms, median {waits[len(waits) // 2]:.1f} ms   resident "
            f"{server.resident_kib()} KiB   {'; '.join(faults) or 'ok'}",
            flush=True,
        )
        return [f"{name}: {fault}" for fault in faults]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.hostile", description=__doc__)
    parser.add_argument("words", nargs="*", help="only attacks whose name contains one of these")
    parser.add_argument("--short", action="store_true", help="few clients, as in the tests")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wait", type=float, default=50, help="milliseconds for a normal client")
    parser.add_argument("--program", type=Path, help="server.nyash, built already")
    parser.add_argument(
        "--sanitize", action="store_true", help="with AddressSanitizer and UBSan (needs gcc)"
    )
    options = parser.parse_args(arguments)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 20000)), hard))
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        program = options.program or Path(folder) / "server.exe"
        if not options.program:
            build(program, sanitize=options.sanitize)
        server = Server(program)
        try:
            # Pools grow with the first peak and stay; no later one may add to them.
            server.ask("/large")
            for name in ("idle connections", "slow bodies"):
                ATTACKS[name][0](
                    server.port, ATTACKS[name][2 if options.short else 1], random.Random()
                )
            baseline = server.resident_kib()
            siege = Siege(server, options.wait * (10 if options.sanitize else 1))
            for name in named(options.words):
                count = ATTACKS[name][2 if options.short else 1]
                faults += siege.attack(name, count, options.seed)
                if server.process.poll() is not None:
                    break
            if server.process.poll() is None:
                grown = server.resident_kib() - baseline
                print(f"resident at the start {baseline} KiB, grown by {grown} KiB")
                if grown > GROWTH_KIB and not options.sanitize:
                    faults.append(f"the server has grown by {grown} KiB")
            siege.witness.close()
        finally:
            code = server.stop()
    if code != 0:
        faults.append(f"exit code {code}")
    for fault in faults:
        sys.stderr.write(f"error: {fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
