"""`python -m tools.faults.server`: a server that goes on serving after the n-th fault.

For each n the example server is started, gets the same requests, one after the other, must then
answer an ordinary request, and must end in order on SIGTERM. A fault before it listens may end it,
with a message."""

from __future__ import annotations

import argparse
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..free_port import free_port
from .runs import KINDS, Finding, Plan, Result, build, counts_of, environment, judge

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "http_server.nyash"
SERVERS = {
    "server/example": EXAMPLE,
    "server/library": ROOT / "tests" / "http" / "server" / "library.nyash",
    "server/gzip": ROOT / "tests" / "http" / "server" / "gzip_stream.nyash",
}
_HOST = "127.0.0.1"
_BODY = b"x" * 3000
_ASK = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
_SCRIPT: tuple[bytes, ...] = (
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /api/users/1 HTTP/1.1\r\nHost: a\r\n"
    b"Connection: close\r\n\r\n",
    b"POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nConnection: close\r\n"
    b"Content-Length: 3000\r\n\r\n" + _BODY,
    b"POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
    b"GET /map HTTP/1.1\r\nHost: a\r\n\r\nGET /hello/x HTTP/1.1\r\nHost: a\r\n\r\n"
    b"GET /fails HTTP/1.1\r\nHost: a\r\n\r\nGET /slow HTTP/1.1\r\nHost: a\r\n"
    b"Connection: close\r\n\r\n",
    b"POST /api/echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5\r\nhello\r\n0\r\n\r\n",
    b"GET /nothing?a=1&b=%41 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET /lines HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n",
    b"this is no request\r\n\r\n",
    b"GET /unfinished",
)


@dataclass(frozen=True)
class ServerResult:
    """One run. `what` is empty if all was in order."""

    fault: str
    code: int | None
    what: str
    errors: str


def exchange(port: int, request: bytes, seconds: float = 5) -> bytes:
    """The whole answer, empty if the connection broke."""
    data = b""
    try:
        with socket.create_connection((_HOST, port), timeout=seconds) as client:
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
            while part := client.recv(65536):
                data += part
    except OSError:
        pass
    return data


def await_port(process: subprocess.Popen[bytes], port: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection((_HOST, port), timeout=1).close()
            return True
        except OSError:
            time.sleep(0.01)
    return False


def serves(port: int) -> bool:
    """An ordinary request succeeds; a fault that is still to come may spoil two of them."""
    return any(b" 200 OK" in exchange(port, _ASK) for _ in range(3))


def _is_message(errors: str) -> bool:
    return "Error" in errors or "nyash: " in errors


def try_server(executable: Path, fault: str, seconds: float = 20) -> ServerResult:
    """What does not go well is tried once more: another program may take the port between our look
    and the server's, and answer in its place."""
    result = _try_once(executable, fault, seconds)
    return _try_once(executable, fault, seconds) if result.what else result


def _try_once(executable: Path, fault: str, seconds: float) -> ServerResult:
    port = free_port()
    process = subprocess.Popen(
        [str(executable), "--port", str(port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(fault),
    )
    what = ""
    listened = await_port(process, port, seconds)
    if listened and (serves(port) or process.poll() is None):  # else it ended while it began
        for request in _SCRIPT:
            exchange(port, request)
        if not serves(port):
            what = "serves no more"
    process.send_signal(signal.SIGTERM)
    try:
        errors = process.communicate(timeout=seconds)[1].decode(errors="replace")
    except subprocess.TimeoutExpired:
        process.kill()
        errors = process.communicate()[1].decode(errors="replace")
        return ServerResult(fault, None, what or "hangs", errors)
    code = process.returncode
    what = judge(code, errors) or what
    if code == 128 + signal.SIGTERM and fault.startswith(("write", "short")):
        return ServerResult(fault, code, what, errors)  # the signal's handler could not write
    if not what and code != 0 and not (code == 1 and _is_message(errors)):
        what = f"exit code {code}"
    return ServerResult(fault, code, what, errors)


def sweep(executable: Path, plan: Plan, jobs: int) -> list[ServerResult]:
    """The run without a fault, then all others."""
    first = try_server(executable, "count")
    faults = plan.faults(counts_of(first.errors))
    with ThreadPoolExecutor(jobs) as pool:
        return [first, *pool.map(lambda fault: try_server(executable, fault), faults)]


def try_program(program: Path, name: str, folder: Path, plan: Plan, jobs: int = 1) -> Result:
    """As `runs.try_program`, for a server."""
    folder.mkdir(parents=True, exist_ok=True)
    executable = folder / "server.exe"
    result = Result(name)
    if not build(program, executable, plan.sanitize):
        result.skipped = "does not compile"
        return result
    results = sweep(executable, plan, jobs)
    result.counts = counts_of(results[0].errors)
    result.runs = len(results)
    result.tried = dict(Counter(r.fault.split(":")[0] for r in results[1:]))
    result.ends = dict(Counter(str(r.code) for r in results))
    result.stepped = [k for k in plan.kinds if result.counts.get(k, 0) > plan.every]
    result.findings = [Finding(name, r.fault, r.what, r.errors[-1500:]) for r in results if r.what]
    return result


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tools.faults.server", description=__doc__)
    parser.add_argument("--kinds", default=",".join(k for k in KINDS if k != "fini"))
    parser.add_argument("--limit", type=int, default=2000)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--sanitize", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--program", type=Path, default=EXAMPLE)
    arguments = parser.parse_args(given)
    kinds = arguments.kinds.split(",")
    if unknown := set(kinds) - set(KINDS):
        parser.error(f"--kinds: there is no {sorted(unknown)[0]}; there are {', '.join(KINDS)}")
    plan = Plan(kinds, step=arguments.step, limit=arguments.limit, sanitize=arguments.sanitize)
    with tempfile.TemporaryDirectory(prefix="nyash-faults-") as work:
        result = try_program(arguments.program, "server", Path(work), plan, arguments.jobs)
    for finding in result.findings:
        print(f"{finding.fault}: {finding.what}; {finding.detail.strip()[-400:]}")
    print("possible", result.counts)
    print(f"runs {result.runs}, exit codes {result.ends}")
    print("findings", len(result.findings), dict(Counter(f.what for f in result.findings)))
    return 1 if result.findings or result.skipped else 0


if __name__ == "__main__":
    sys.exit(main())
