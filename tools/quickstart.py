"""Sets nyash up, compiles the example server, starts it and asks it something.

    python3 tools/quickstart.py [--port 8080]

Needs Python 3.11+ and nothing else; the request is made by curl where there is one.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from environment import ROOT, prepare, say

_SOURCE = "examples/http_server.nyash"
_PROGRAM = ROOT / "http_server.exe"
_START_SECONDS = 10.0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--port", type=int, default=8080, help="where the server listens")
    port = parser.parse_args().port
    _check_free(port)
    programs = prepare()
    say(f"compiling {_SOURCE} (the first time also the C library: up to a minute)")
    command = [str(programs / "nyash"), "build", _SOURCE, "-o", str(_PROGRAM)]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        sys.exit("the example could not be compiled")
    say(f"starting ./{_PROGRAM.name} --port {port}")
    server = subprocess.Popen([str(_PROGRAM), "--port", str(port)], cwd=ROOT)
    try:
        _wait_until_it_listens(server, port)
        _ask(f"http://localhost:{port}/api/status")
    finally:
        server.send_signal(signal.SIGTERM)
        status = server.wait(timeout=20)
    say(f"the server stopped with exit code {status}; start it yourself by ./{_PROGRAM.name}")
    sys.exit(status)


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError as error:
            sys.exit(f"port {port} cannot be used: {error.strerror}; choose another by --port")


def _wait_until_it_listens(server: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            sys.exit(f"the server ended with exit code {server.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    sys.exit(f"the server does not listen after {_START_SECONDS:.0f} s")


def _ask(address: str) -> None:
    if curl := shutil.which("curl"):
        say(f"curl {address}")
        done = subprocess.run([curl, "-sS", "-m", "10", "-w", "\n", address], check=False)
        if done.returncode != 0:
            sys.exit("curl got no answer")
        return
    say(f"GET {address}")
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            print(answer.read().decode("utf-8"), flush=True)
    except urllib.error.URLError as error:
        sys.exit(f"no answer: {error}")


if __name__ == "__main__":
    main()
