"""Compare HTTP servers in one interleaved run.

    python -m tools.bench.http --nyash ./http_server.exe

starts the Nyash server, Go's net/http, nginx and a minimal C epoll server on free loopback ports
and prints requests per second, processor time and system calls per request, memory and latency.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from . import report
from .comparison import BASE, compare
from .load import MODES, Load, LoadFailed
from .peers import builds
from .processes import Server, ServerFailed, free_port

ROUTES = ("/", "/api/status", "/api/users/42")
Starter = Callable[[int, Path], list[str]]


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench.http",
        description="Compare HTTP servers on one machine in one interleaved run.",
    )
    parser.add_argument("--nyash", type=Path, metavar="EXE", help="the example server, compiled")
    parser.add_argument(
        "--server",
        action="append",
        default=[],
        metavar="NAME=COMMAND",
        help="one more server; {port} in the command becomes its port",
    )
    parser.add_argument("--peers", default="c,go,nginx", help="of c, go, nginx; c is the yardstick")
    parser.add_argument("--rounds", type=_count, default=5, help="rounds (default %(default)s)")
    parser.add_argument(
        "--seconds", type=_count, default=2, help="length of a slice (default %(default)s)"
    )
    parser.add_argument(
        "--connections", type=_count, default=100, help="at once (default %(default)s)"
    )
    parser.add_argument("--routes", default=",".join(ROUTES), help="default %(default)s")
    parser.add_argument("--modes", default=",".join(MODES), help="default %(default)s")
    parser.add_argument("--no-calls", action="store_true", help="do not count system calls")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100_000:
        raise argparse.ArgumentTypeError(f"{text} is out of range")
    return number


def _starters(parser: argparse.ArgumentParser, options: argparse.Namespace) -> dict[str, Starter]:
    """Name → what starts the server on a port. Peers that this machine lacks are left out."""
    found: dict[str, Starter] = {}
    for peer in filter(None, options.peers.split(",")):
        try:
            if peer == "c":
                found[peer] = _program(builds.c_server())
            elif peer == "go":
                found[peer] = _program(builds.go_server())
            elif peer == "nginx":
                builds.nginx()
                found[peer] = builds.nginx_command
            else:
                parser.error(f"there is no peer {peer!r}; known: c, go, nginx")
        except builds.PeerMissing as missing:
            print(f"without {peer}: {missing}", file=sys.stderr)
    if options.nyash is not None:
        if not options.nyash.is_file():
            parser.error(f"--nyash: there is no file {options.nyash}")
        exe = str(options.nyash.resolve())
        found["nyash"] = lambda port, _folder: [exe, "--port", str(port)]
    for given in options.server:
        name, equals, command = given.partition("=")
        if not name or not equals or not command:
            parser.error(f"--server wants NAME=COMMAND, not {given!r}")
        if name in found:
            parser.error(f"two servers are called {name!r}")
        words = shlex.split(command)
        found[name] = lambda port, _folder, words=words: [
            word.replace("{port}", str(port)) for word in words
        ]
    if not found:
        parser.error("no server to measure")
    return found


def _program(path: Path) -> Starter:
    return lambda port, _folder: [str(path), str(port)]


def _check_answers(servers: list[Server], routes: list[str]) -> None:
    """A server that answers wrongly fast is not fast. Raises `ServerFailed`."""
    for server in servers:
        for route in routes:
            status, body = server.get(route)
            if status != 200 or not body:
                raise ServerFailed(
                    f"{server.name} answers {route} with {status} and {len(body)} bytes"
                )


def main() -> int:
    parser = _arguments()
    options = parser.parse_args()
    routes = [route for route in options.routes.split(",") if route]
    modes = [mode for mode in options.modes.split(",") if mode]
    unknown = [mode for mode in modes if mode not in MODES]
    if unknown:
        parser.error(f"there is no mode {unknown[0]!r}; known: {', '.join(MODES)}")
    starters = _starters(parser, options)
    if BASE not in starters:
        print("without the C server there are no ratios", file=sys.stderr)
    loads = [Load(route, mode, options.connections) for mode in modes for route in routes]
    slices = len(loads) * len(starters) * (options.rounds + (not options.no_calls))
    _tell(f"{len(starters)} servers, {len(loads)} loads, about {slices * options.seconds} s")
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="nyash-bench-")))
        servers: list[Server] = []
        try:
            for name, starter in starters.items():
                port = free_port()
                own = folder / name
                own.mkdir()
                server = Server(name, starter(port, own), port, folder / f"{name}.log")
                closing.callback(server.stop)
                server.wait_until_ready()
                servers.append(server)
            _check_answers(servers, routes)
            rows = compare(
                servers, loads, options.rounds, options.seconds, not options.no_calls, _tell
            )
            memory = {server.name: server.peak_memory() for server in servers}
        except (ServerFailed, LoadFailed, OSError) as problem:
            print(f"error: {problem}", file=sys.stderr)
            return 1
    report.show(rows, memory)
    if options.json is not None:
        settings = {"rounds": options.rounds, "seconds": options.seconds}
        report.write(options.json, report.as_data(rows, memory, settings))
    return 1 if any(row.failures for row in rows) else 0


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
