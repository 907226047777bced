"""HTTPServer.run: options, workers under a supervisor, the end by signals, unix sockets."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

GET = b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n"
PATIENCE = 10.0
SOON = 1.0 if os.getloadavg()[0] < 2 * (os.cpu_count() or 1) else PATIENCE
"""Seconds until a worker is back: one, unless the machine has much else to do."""


@pytest.fixture
def program(processes_program: Path) -> Path:
    return processes_program


class Running:
    """A started server; `address` is what its first line says."""

    def __init__(
        self, program: Path, options: tuple[str, ...], environment: dict[str, str]
    ) -> None:
        self.process = subprocess.Popen(
            [program, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **environment},
        )  # fmt: skip
        assert self.process.stdout
        self.address = self.process.stdout.readline().removeprefix("listening on ").rstrip()
        self.port = int(self.address.rpartition(":")[2]) if self.address.startswith("http") else 0

    def get(self, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().read().decode()

    def pids(self) -> set[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(pid) for pid in children.split()}

    def await_workers(self, count: int) -> float:
        """Seconds until so many serve."""
        start = time.monotonic()
        while time.monotonic() - start < PATIENCE:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if json.loads(self.get("/totals"))["workers"] == count:
                    return time.monotonic() - start
            time.sleep(0.01)
        raise AssertionError("the workers are not there")

    def stop(self, how: int = signal.SIGTERM) -> tuple[int, str]:
        """Exit code and standard error."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            errors = self.process.communicate(timeout=PATIENCE)[1]
        finally:
            self.process.kill()
        return self.process.returncode, errors


@pytest.fixture
def run(program: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(*options: str, **environment: str) -> Running:
        started.append(Running(program, options, environment))
        return started[-1]

    yield start
    for server in started:
        server.stop()


# ---- Options -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        ["--port", "x"], ["--port", "65536"], ["--port", "-1"], ["--workers", "0"], ["--nope"],
        ["--workers", "1.5"], ["--grace", "a"], ["left over"], ["--port"],
    ],
)  # fmt: skip
def test_wrong_options(program, options):
    done = subprocess.run(
        [program, *options], capture_output=True, text=True, timeout=10, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_help_lists_all(program):
    done = subprocess.run(
        [program, "--help"], capture_output=True, text=True, timeout=10, check=True
    )
    for option in ("port", "host", "workers", "root", "log", "grace", "help"):
        assert f"--{option}" in done.stdout


def test_port_0_is_printed_and_the_environment_counts(run, tmp_path):
    (tmp_path / "a.txt").write_text("a file")
    server = run(NYASH_HTTP_PORT="0", NYASH_HTTP_WORKERS="1", NYASH_HTTP_ROOT=str(tmp_path),
                 NYASH_HTTP_HOST="127.0.0.1")  # fmt: skip
    assert server.address.startswith("http://127.0.0.1:")
    assert server.get("/a.txt") == "a file"
    assert server.pids() == set()
    assert server.stop() == (0, "")


@pytest.mark.parametrize(
    "variable",
    ["NYASH_HTTP_PORT", "PORT", "NYASH_HTTP_WORKERS", "NYASH_HTTP_GRACE", "NYASH_HTTP_LOG_FORMAT"],
)
def test_a_wrong_variable_is_named(program, variable):
    done = subprocess.run(
        [program], capture_output=True, text=True, timeout=10, check=False,
        env={**os.environ, variable: "x"},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {variable}: `x` is ")


def test_an_empty_variable_is_as_none(run):
    server = run("--host", "127.0.0.1", "--workers", "1", PORT="0", NYASH_HTTP_PORT="",
                 NYASH_HTTP_ROOT="", NYASH_HTTP_LOG="", NYASH_HTTP_LOG_FORMAT="",
                 NYASH_HTTP_GRACE="")  # fmt: skip
    assert server.get("/") == "Hello from Nyash\n"
    assert server.stop() == (0, "")


def test_an_address_in_use(program, run):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        for workers in "1", "2":
            done = subprocess.run(
                [program, "--host", "127.0.0.1", "--port", port, "--workers", workers],
                capture_output=True, text=True, timeout=10, check=False,
            )  # fmt: skip
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr.startswith(f"error: cannot bind 127.0.0.1:{port}: ")


def test_an_address_of_another_service_with_workers_is_in_use(program, run):
    first = run("--host", "127.0.0.1", "--port", "0", "--workers", "2")
    done = subprocess.run(
        [program, "--host", "127.0.0.1", "--port", str(first.port), "--workers", "2"],
        capture_output=True, text=True, timeout=10, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"error: cannot bind 127.0.0.1:{first.port}: ")
    assert first.get("/") == "Hello from Nyash\n"


# ---- Workers -----------------------------------------------------------------------------------


def test_workers_share_the_port(run):
    server = run("--port", "0", "--workers", "3")
    pids = server.pids()
    assert len(pids) == 3
    assert {int(server.get("/pid")) for _ in range(100)} == pids
    totals = json.loads(server.get("/totals"))
    assert (totals["workers"], totals["restarts"]) == (3, 0)
    assert totals["requests"] == 100  # this one is not answered yet
    assert server.stop() == (0, "")


@pytest.mark.parametrize("how", ["kill", "exit"])
def test_a_worker_that_ends_is_replaced_within_a_second(run, how):
    server = run("--port", "0", "--workers", "2")
    victim = server.pids().pop()
    if how == "kill":
        os.kill(victim, signal.SIGKILL)
    else:
        with contextlib.suppress(http.client.HTTPException, OSError):
            server.get("/die")
    assert server.await_workers(2) < SOON
    assert json.loads(server.get("/totals"))["restarts"] == 1
    code, errors = server.stop()
    assert code == 0
    assert ("signal 9" if how == "kill" else "code 3") in errors


def test_a_worker_that_never_starts_ends_the_supervisor(program, tmp_path):
    done = subprocess.run(
        [program, "--port", "0", "--workers", "2", "--root", tmp_path / "missing"],
        capture_output=True, text=True, timeout=10, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "missing" in done.stderr
    assert "a new one starts" not in done.stderr


def test_workers_do_not_outlive_their_supervisor(run):
    server = run("--port", "0", "--workers", "2")
    pids = server.pids()
    server.process.kill()
    end = time.monotonic() + PATIENCE
    while any(Path(f"/proc/{pid}/cmdline").exists() for pid in pids) and time.monotonic() < end:
        time.sleep(0.01)
    assert not any(Path(f"/proc/{pid}/cmdline").exists() for pid in pids)


# ---- Load and the end --------------------------------------------------------------------------


class Load:
    """Clients that ask over kept connections until they are turned away."""

    def __init__(self, port: int, clients: int) -> None:
        self.port = port
        self.answered = self.lost = 0
        self.ended = False
        self.thread = threading.Thread(target=lambda: asyncio.run(self._crowd(clients)))
        self.thread.start()

    async def _crowd(self, clients: int) -> None:
        async with asyncio.timeout(30):
            await asyncio.gather(*(self._client(number) for number in range(clients)))

    async def _client(self, number: int) -> None:
        while not self.ended:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.005)
                continue
            open_ = True
            while open_ and not self.ended:
                path = b"slow" if number % 10 == 0 else b""
                try:
                    writer.write(GET % path)
                    head = await reader.readuntil(b"\r\n\r\n")
                    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                    await reader.readexactly(length)
                except (OSError, asyncio.IncompleteReadError):
                    self.lost += 1
                    break
                self.answered += 1
                open_ = b"connection: close" not in head.lower()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def end(self) -> None:
        self.ended = True
        self.thread.join(PATIENCE)


@pytest.mark.parametrize("workers", ["1", "3"])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_under_load_loses_nothing(run, workers, how):
    server = run("--port", "0", "--workers", workers)
    load = Load(server.port, 40)
    time.sleep(0.5)
    start = time.monotonic()
    server.process.send_signal(how)
    assert server.process.wait(PATIENCE) == 0
    took = time.monotonic() - start
    load.end()
    assert load.answered > 200
    assert load.lost == 0
    assert took < 3


def test_a_killed_worker_takes_only_its_own_requests_along(run):
    server = run("--port", "0", "--workers", "3")
    load = Load(server.port, 30)
    time.sleep(0.4)
    os.kill(server.pids().pop(), signal.SIGKILL)
    assert server.await_workers(3) < SOON
    before = load.answered
    time.sleep(0.3)
    load.end()
    assert load.answered > before
    assert load.lost <= 30
    assert server.stop()[0] == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_requests_that_do_not_end_are_given_up(run, workers):
    server = run("--port", "0", "--workers", workers, "--grace", "1")
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(GET % b"stuck")
        time.sleep(0.1)
        start = time.monotonic()
        assert server.stop()[0] == 0
        assert 0.9 < time.monotonic() - start < 4


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_second_signal_forces(run, workers):
    server = run("--port", "0", "--workers", workers)
    pids = server.pids()
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(GET % b"stuck")
        time.sleep(0.1)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert server.process.poll() is None
        start = time.monotonic()
        code, _ = server.stop()
        assert code == 128 + signal.SIGTERM
        client.settimeout(PATIENCE)
        with contextlib.suppress(OSError):
            assert not client.recv(100).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - start < 3
    assert pids <= {0} or not any(Path(f"/proc/{pid}/exe").exists() for pid in pids)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_hang_up_reaches_every_worker(run, workers):
    server = run("--port", "0", "--workers", str(workers))
    for count in 1, 2:
        server.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + PATIENCE
        while json.loads(server.get("/totals"))["hangUps"] < count * workers:
            assert time.monotonic() < end
            time.sleep(0.01)
    assert server.stop() == (0, "")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_access_log_and_its_rotation(run, tmp_path, workers):
    log, old = tmp_path / "access.log", tmp_path / "access.log.1"
    server = run("--port", "0", "--workers", workers, "--log", str(log))
    server.get('/nowhere?"x')
    log.rename(old)
    server.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + PATIENCE
    while not log.exists() and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.2)  # all workers
    server.get("/")
    assert server.stop() == (0, "")
    line = r'\d{4}-\d\d-\d\dT[\d:.]+Z 127.0.0.1:\d+ "GET %s HTTP/1.1" %d \d+\n'
    assert re.fullmatch(line % (r"/nowhere\?%22x", 404), old.read_text())
    assert re.fullmatch(line % ("/", 200), log.read_text())


# ---- Unix sockets ------------------------------------------------------------------------------


def ask_path(path: Path, target: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(PATIENCE)
        client.connect(str(path))
        client.sendall(GET % target)
        client.shutdown(socket.SHUT_WR)
        answer = b""
        while part := client.recv(65536):
            answer += part
        return answer


@pytest.mark.parametrize("workers", ["1", "2"])
def test_unix_sockets(run, tmp_path, workers):
    path = tmp_path / "s.sock"
    server = run("--host", f"unix:{path}", "--workers", workers)
    assert server.address == f"unix:{path}"
    assert ask_path(path, b"").endswith(b"Hello from Nyash\n")
    assert ask_path(path, b"from").endswith(b"\r\n\r\nunix")
    pids = {ask_path(path, b"pid").rpartition(b"\n")[2] for _ in range(50)}
    assert 1 <= len(pids) <= int(workers)
    assert server.stop() == (0, "")
    assert not path.exists()


def test_a_unix_socket_that_was_left_behind(program, run, tmp_path):
    path = tmp_path / "s.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    server = run("--host", f"unix:{path}", "--workers", "1")
    assert ask_path(path, b"").endswith(b"Hello from Nyash\n")
    # Now somebody listens.
    done = subprocess.run([program, "--host", f"unix:{path}", "--workers", "1"],
                          capture_output=True, text=True, timeout=10, check=False)  # fmt: skip
    assert done.returncode == 1
    assert "in use" in done.stderr
    assert ask_path(path, b"").endswith(b"Hello from Nyash\n")
    server.stop()


@pytest.mark.parametrize("path", ["", "x" * 108])
def test_paths_that_are_none(program, path):
    done = subprocess.run([program, "--host", f"unix:{path}", "--workers", "1"],
                          capture_output=True, text=True, timeout=10, check=False)  # fmt: skip
    assert done.returncode == 1
    assert "a path has 1 to 107 bytes" in done.stderr


def test_a_plain_file_is_not_replaced(program, tmp_path):
    path = tmp_path / "precious"
    path.write_text("data")
    done = subprocess.run([program, "--host", f"unix:{path}", "--workers", "1"],
                          capture_output=True, text=True, timeout=10, check=False)  # fmt: skip
    assert done.returncode == 1
    assert path.read_text() == "data"
