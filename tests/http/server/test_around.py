"""What stands around requests, over sockets and processes: health, metrics, ids, proxies, forms, logs."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .test_processes import Running

PROGRAM = Path(__file__).with_name("around.nyash")


@pytest.fixture(scope="module")
def start(build_program) -> Iterator[Callable[..., Running]]:
    program = build_program(PROGRAM)
    running: list[Running] = []

    def start(*options: str, **environment: str) -> Running:
        running.append(
            Running(program, ("--host", "127.0.0.1", "--port", "0", *options), environment)
        )
        return running[-1]

    yield start
    for server in running:
        server.stop(signal.SIGKILL)


@pytest.fixture(scope="module")
def server(start) -> Running:
    return start("--workers", "1")


def ask(server: Running, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path, headers={n.replace("_", "-"): v for n, v in headers.items()})
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read().decode()
    connection.close()
    return found


def test_the_client_is_known_behind_a_proxy(server) -> None:
    assert ask(server, "/", X_Request_Id="abc")[2] == "127.0.0.1 http abc"
    headers = {"X_Forwarded_For": "203.0.113.9", "X_Forwarded_Proto": "https"}
    status, answered, body = ask(server, "/", **headers)
    assert (status, body) == (200, f"203.0.113.9 https {answered['X-Request-Id']}")


def test_an_error_has_its_id_too(server) -> None:
    status, headers, _ = ask(server, "/boom", X_Request_Id="abc")
    assert (status, headers["X-Request-Id"]) == (500, "abc")


def test_metrics_of_all_workers_together(start) -> None:
    server = start("--workers", "2")
    for _ in range(40):
        ask(server, "/")
    ask(server, "/boom")
    ask(server, "/nowhere")
    lines = ask(server, "/metrics")[2].splitlines()
    numbers = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert numbers['http_requests_total{method="GET",code="200"}'] == "40"
    assert numbers['http_requests_total{method="GET",code="500"}'] == "1"
    assert numbers['http_requests_total{method="GET",code="404"}'] == "1"
    assert numbers['http_request_duration_seconds_bucket{le="+Inf"}'] == "42"
    assert numbers["http_request_duration_seconds_count"] == "42"
    assert numbers["nyash_workers"] == "2"
    assert int(numbers["process_resident_memory_bytes"]) > 100_000
    sample = re.compile(
        r'[a-zA-Z_:][a-zA-Z0-9_:]*({[a-z]+="[^"]*"(,[a-z]+="[^"]*")*})? [-+0-9.eE]+'
    )
    told = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    for line in lines:
        assert line.startswith("# ") or sample.fullmatch(line), line
    assert len(told) == sum(line.startswith("# TYPE") for line in lines)
    assert server.stop()[0] == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_not_ready_then_stopped(start, workers: str) -> None:
    server = start("--workers", workers, "--drain", "1")
    assert ask(server, "/readyz")[0] == 200
    told = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    while ask(server, "/readyz")[0] != 503:
        assert time.monotonic() - told < 0.8
    assert ask(server, "/healthz")[::2] == (200, "ok\n")
    assert ask(server, "/")[0] == 200
    late: list[str] = []
    time.sleep(max(0.0, told + 0.85 - time.monotonic()))
    slow = threading.Thread(target=lambda: late.append(ask(server, "/slow")[2]))
    slow.start()
    assert server.process.wait(10) == 0
    slow.join(10)
    assert late == ["slow"]
    assert time.monotonic() - told > 1.0


def test_the_log_as_json(start, tmp_path: Path) -> None:
    log = tmp_path / "log"
    server = start("--workers", "1", "--log", str(log), "--log-format", "json")
    ask(server, '/?a="b"', X_Request_Id="abc")
    ask(server, "/boom", X_Forwarded_For="203.0.113.9")
    assert server.stop()[0] == 0
    first, second = (json.loads(line) for line in log.read_text().splitlines())
    assert (first["client"], first["method"], first["status"], first["id"]) == (
        "127.0.0.1",
        "GET",
        200,
        "abc",
    )
    assert first["target"] == '/?a="b"' and first["version"] == "HTTP/1.1"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])
    assert isinstance(first["micros"], int)
    assert (second["client"], second["status"]) == ("203.0.113.9", 500)


def test_a_format_that_does_not_exist(build_program) -> None:
    command = [build_program(PROGRAM), "--port", "0", "--log-format", "xml"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "error: --log-format: `xml` is neither text nor json\n",
    )


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")
@pytest.mark.parametrize(("size", "memory"), [(10, True), (5_000_000, False)])
def test_a_file_from_curl(start, tmp_path: Path, size: int, memory: bool) -> None:
    server = start("--workers", "1", TMPDIR=str(tmp_path))
    upload = tmp_path / "a file.txt"
    upload.write_text("x" * size)
    command = ["curl", "-s", "-m", "20", "-F", "title=Häuser", "-F", f"file=@{upload}"]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{server.port}/upload"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(done.stdout) == {
        "title": "Häuser", "name": "a file.txt", "size": size, "memory": memory, "same": True
    }  # fmt: skip
    assert [item.name for item in tmp_path.iterdir()] == ["a file.txt"]
    assert ask(server, "/leaks")[2] == "0"


def test_a_file_that_is_too_large(start, tmp_path: Path) -> None:
    server = start("--workers", "1", TMPDIR=str(tmp_path))
    head = b'--X\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(
        "POST", "/upload", head + b"x" * 9_000_000 + b"\r\n--X--",
        {"Content-Type": "multipart/form-data; boundary=X"},
    )  # fmt: skip
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (413, b'{"error":"a file of the form is too large"}')
    connection.close()
    assert list(tmp_path.iterdir()) == []
