"""`python -m tools.soak --minutes 30`: builds the server, drives it, charts and judges it."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ..free_port import free_port
from .chart import svg
from .rude_clients import RudeClients
from .trend import trend

SERIES = ("live", "bytes", "leaks", "descriptors", "resident")
TOLERATED = {"live": 500, "bytes": 1 << 20, "leaks": 0, "descriptors": 50, "resident": 8 << 20}
"""Growth over the whole measured time that is within what a changing load does anyway."""
STOP_SECONDS = 40


def _sample(port: int, process: int) -> dict[str, float]:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        client.request("GET", "/api/memory")
        memory = json.loads(client.getresponse().read())
    finally:
        client.close()
    status = Path(f"/proc/{process}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return {
        **{name: memory[name] for name in ("live", "bytes", "leaks", "requests")},
        "descriptors": len(list(Path(f"/proc/{process}/fd").iterdir())),
        "resident": int(resident.split()[1]) * 1024,
    }


@contextlib.contextmanager
def _volume(port: int, seconds: float) -> Iterator[None]:
    """wrk with connections that stay and with one connection a request."""
    wrk = shutil.which("wrk")
    if wrk is None:
        sys.exit("no `wrk` on the PATH (Debian: apt-get install wrk)")
    base = [wrk, "-t1", f"-d{int(seconds) + 1}s", "--timeout", "5s"]
    address = f"http://127.0.0.1:{port}"
    commands = (
        [*base, "-c64", f"{address}/"],
        [*base, "-c16", f"{address}/json/7"],
        [*base, "-c2", "-H", "Connection: close", f"{address}/"],
    )
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in commands]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
            process.wait()


def _drive(port: int, process: int, seconds: float, lines: Path) -> list[dict[str, float]]:
    samples = []
    begin = time.monotonic()
    with _volume(port, seconds), lines.open("w") as out:
        while (now := time.monotonic() - begin) < seconds:
            try:
                sample = {"second": now, **_sample(port, process)}
            except (OSError, ValueError, http.client.HTTPException, StopIteration) as error:
                print(f"at {now:.0f} s: no sample: {error!r}")
                if not Path(f"/proc/{process}/exe").exists():
                    break
            else:
                samples.append(sample)
                out.write(json.dumps(sample) + "\n")
                out.flush()
            time.sleep(max(0.0, 1 - (time.monotonic() - begin - now)))
    return samples


def _judge(samples: list[dict[str, float]], chart: Path) -> bool:
    """Prints a line for each series, and draws them. Whether none grows after the warm-up
    by more than is tolerated for the whole run."""
    seconds = [sample["second"] for sample in samples]
    chart.write_text(svg(seconds, {name: [s[name] for s in samples] for name in SERIES}))
    measured = samples[len(samples) // 5 :]
    hours = (measured[-1]["second"] - measured[0]["second"]) / 3600
    flat = True
    for name in SERIES:
        values = [sample[name] for sample in measured]
        found = trend([sample["second"] for sample in measured], values)
        grows = found.low * hours > TOLERATED[name]
        word = "GROWS" if grows else "flat" if found.low <= 0 else "rises, but is tolerated"
        flat = flat and not grows
        print(
            f"{name:12} last {values[-1]:>14,.0f}  slope/h {found.slope:>+16,.1f} "
            f"[{found.low:+,.1f}, {found.high:+,.1f}]  {word}"
        )
    return flat


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rude", type=int, default=4, help="threads of misbehaving clients")
    parser.add_argument("--out", type=Path, default=None, help="folder for samples and chart")
    parser.add_argument("--nyash", default=shutil.which("nyash") or "nyash")
    options = parser.parse_args()
    out = options.out or Path(tempfile.mkdtemp(prefix="nyash-soak-"))
    out.mkdir(parents=True, exist_ok=True)
    program = out / "server.exe"
    source = Path(__file__).parent / "server.nyash"
    subprocess.run([options.nyash, "build", str(source), "-q", "-o", str(program)], check=True)
    port = free_port()
    with (out / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [program, "--port", str(port), "--file", str(source)], stdout=log, stderr=log
        )
    time.sleep(0.3)
    stop = threading.Event()
    clients = [RudeClients(port, seed, stop) for seed in range(options.rude)]
    for client in clients:
        client.start()
    samples = _drive(port, server.pid, options.minutes * 60, out / "samples.jsonl")
    stop.set()
    for client in clients:
        client.join(15)
    with contextlib.suppress(OSError, ValueError, http.client.HTTPException, StopIteration):
        last = _sample(port, server.pid)
        print(f"at rest: {last}")
    server.send_signal(signal.SIGTERM)
    try:
        code: int | None = server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
        code = None
    if len(samples) < 3:
        print(f"too few samples; server: {code}; its log: {out / 'server.log'}")
        return 1
    flat = _judge(samples, out / "soak.svg")
    answers = sum((client.answers for client in clients), Counter())
    print("rude clients:", dict(sorted(answers.items())))
    print(f"requests: {samples[-1]['requests']:,.0f}; exit code after SIGTERM: {code}; in {out}")
    print("verdict:", "no more growth than tolerated" if flat and code == 0 else "FAILED")
    return 0 if flat and code == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
