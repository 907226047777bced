"""Compare HTTP servers in one interleaved run.

    python -m tools.bench.http
    python -m tools.bench.http --idle

The first starts two servers in Nyash (the library's HTTPServer and examples/http_server.nyash),
Go's net/http, nginx, Crystal's HTTP::Server and a minimal C epoll server on free loopback ports and
prints requests per second, processor time and system calls per request, memory and latency. The
second opens 10,000 idle connections to each and prints the memory of one.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from ...free_port import free_port
from . import idle, report
from .comparison import BASE, compare
from .load import ECHO, MODES, Load, LoadFailed
from .peers import builds
from .processes import Server, ServerFailed

ROUTES = ("/", "/api/status", "/api/users/42")
FILES = {"1k.txt": 1 << 10, "100k.txt": 100 << 10}
"""What is below /static/ where a server has it, and its size in bytes."""
PEERS = ("c", "nginx", "go", "crystal", "library", "example")
IDLE_CONNECTIONS = 10_000
Starter = Callable[[int, Path], list[str]]


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench.http",
        description="Compare HTTP servers on one machine in one interleaved run.",
    )
    parser.add_argument("--nyash", type=Path, metavar="EXE", help="one more server, taking --port")
    parser.add_argument(
        "--server",
        action="append",
        default=[],
        metavar="NAME=COMMAND",
        help="one more server; {port} in the command becomes its port, {files} the folder of the "
        "static files",
    )
    parser.add_argument(
        "--peers", default=",".join(PEERS), help="default %(default)s; c is the yardstick"
    )
    parser.add_argument(
        "--idle",
        type=_count,
        nargs="?",
        const=IDLE_CONNECTIONS,
        metavar="N",
        help="measure the memory of N idle connections instead (%(const)s)",
    )
    parser.add_argument("--rounds", type=_count, default=5, help="rounds (default %(default)s)")
    parser.add_argument(
        "--seconds", type=_count, default=2, help="length of a slice (default %(default)s)"
    )
    parser.add_argument(
        "--connections", type=_count, default=100, help="at once (default %(default)s)"
    )
    parser.add_argument(
        "--routes",
        default=",".join(ROUTES),
        help="default %(default)s; also /echo (POST of 1 KiB), /static/1k.txt, /static/100k.txt",
    )
    parser.add_argument("--modes", default=",".join(MODES), help="default %(default)s")
    parser.add_argument("--no-calls", action="store_true", help="do not count system calls")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100_000:
        raise argparse.ArgumentTypeError(f"{text} is out of range")
    return number


def _starters(
    parser: argparse.ArgumentParser, options: argparse.Namespace, folder: Path
) -> dict[str, Starter]:
    """Name → what starts the server on a port. Peers that this machine lacks are left out."""
    found: dict[str, Starter] = {}
    for peer in filter(None, options.peers.split(",")):
        try:
            if peer == "c":
                found[peer] = _program(builds.c_server(), files=True)
            elif peer == "go":
                found[peer] = _program(builds.go_server(), files=True)
            elif peer == "crystal":
                found[peer] = _program(builds.crystal_server())
            elif peer in builds.NYASH_PROGRAMS:
                starter = _library if peer == "library" else _nyash
                found[peer] = starter(builds.nyash_server(peer, folder))
            elif peer == "nginx":
                builds.nginx()
                found[peer] = builds.nginx_command
            else:
                parser.error(f"there is no peer {peer!r}; known: {', '.join(PEERS)}")
        except builds.PeerMissing as missing:
            print(f"without {peer}: {missing}", file=sys.stderr)
    if options.nyash is not None:
        if not options.nyash.is_file():
            parser.error(f"--nyash: there is no file {options.nyash}")
        found["nyash"] = _nyash(options.nyash.resolve())
    for given in options.server:
        name, equals, command = given.partition("=")
        if not name or not equals or not command:
            parser.error(f"--server wants NAME=COMMAND, not {given!r}")
        if name in found:
            parser.error(f"two servers are called {name!r}")
        words = shlex.split(command)
        found[name] = lambda port, folder, words=words: [
            word.replace("{port}", str(port)).replace("{files}", str(_files(folder)))
            for word in words
        ]
    if not found:
        parser.error("no server to measure")
    return found


def _files(folder: Path) -> Path:
    """The static files, beside the folders of the servers."""
    return folder.parent / "static"


def _library(path: Path) -> Starter:
    return lambda port, folder: [str(path), "--port", str(port), "--files", str(_files(folder))]


def _nyash(path: Path) -> Starter:
    return lambda port, _folder: [str(path), "--port", str(port)]


def _program(path: Path, *, files: bool = False) -> Starter:
    return lambda port, folder: [str(path), str(port), *([str(_files(folder))] if files else [])]


def _check_answers(servers: list[Server], routes: list[str]) -> None:
    """A server that answers wrongly fast is not fast. Raises `ServerFailed`."""
    for server in servers:
        for route in routes:
            sent = b"x" * ECHO.body_bytes if route == ECHO.route else None
            status, body = server.ask(route, sent)
            wanted = FILES.get(route.removeprefix("/static/"), len(sent or b""))
            if status != 200 or not body or (wanted and len(body) != wanted):
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
    if options.idle is not None and idle.raise_descriptor_limit(options.idle) < options.idle:
        parser.error(f"this machine does not allow {options.idle} open descriptors (ulimit -Hn)")
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="nyash-bench-")))
        folder.chmod(0o755)  # nginx's worker is somebody else
        (folder / "static").mkdir()
        for name, size in FILES.items():
            (folder / "static" / name).write_bytes(b"0123456789abcde\n" * (size // 16))
        try:
            servers = _started(_starters(parser, options, folder), folder, closing)
            if options.idle is not None:
                found = idle.compare(servers, options.idle, _tell)
                idle.show(found)
                if options.json is not None:
                    report.write(options.json, idle.as_data(found, report.machine()))
                return 0 if all(one.alive == 1 for one in found) else 1
            if all(server.name != BASE for server in servers):
                print("without the C server there are no ratios", file=sys.stderr)
            loads = [Load(route, mode, options.connections) for mode in modes for route in routes]
            slices = len(loads) * len(servers) * (options.rounds + (not options.no_calls))
            _tell(f"{len(servers)} servers, {len(loads)} loads, about {slices * options.seconds} s")
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


def _started(starters: dict[str, Starter], folder: Path, closing: ExitStack) -> list[Server]:
    """All of them, each in a folder of its own; `closing` ends them. Raises `ServerFailed`."""
    servers = []
    for name, starter in starters.items():
        port = free_port()
        own = folder / name
        own.mkdir()
        server = Server(name, starter(port, own), port, folder / f"{name}.log")
        closing.callback(server.stop)
        server.wait_until_ready()
        servers.append(server)
    return servers


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
