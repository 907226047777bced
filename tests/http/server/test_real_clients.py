"""Clients as people have them, each with what it does in its own way; those that are not installed are
skipped."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def base(processes_program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server with a folder of files."""
    root = tmp_path_factory.mktemp("root")
    (root / "ten.bin").write_bytes(b"0123456789")
    options = ["--host", "127.0.0.1", "--port", "0", "--workers", "1", "--root", str(root)]
    process = subprocess.Popen([processes_program, *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    yield process.stdout.readline().removeprefix("listening on ").strip()
    process.terminate()
    assert process.wait(10) == 0


def run(*command: str, stdin: bytes = b"") -> bytes:
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]} here")
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def curl(*options: str, stdin: bytes = b"") -> bytes:
    return run("curl", "--silent", "--show-error", "--max-time", "20", *options, stdin=stdin)


# ---- curl --------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
@pytest.mark.parametrize("version", ["--http1.0", "--http1.1"])
def test_curl_methods(base, method, version):
    assert curl(version, "-X", method, base + "/method") == method.encode()


def test_curl_head(base):
    head = curl("-I", base + "/").lower()
    assert head.startswith(b"http/1.1 200 ")
    assert b"content-length: 17\r\n" in head


def test_curl_range(base):
    assert curl("-r", "2-4", base + "/ten.bin") == b"234"
    assert curl("-r", "-3", base + "/ten.bin") == b"789"
    assert b" 416 " in curl("-i", "-r", "20-", base + "/ten.bin")


def test_curl_compressed(base):
    assert curl("--compressed", base + "/long") == b"text " * 1000
    size = curl("--compressed", "-o", "/dev/null", "-w", "%{size_download}", base + "/long")
    assert int(size) < 500


def test_curl_chunked_upload(base):
    body = bytes(range(128)) * 4000
    assert curl("-T", "-", "-H", "Expect:", base + "/echo", stdin=body) == body


@pytest.mark.parametrize("size", [0, 10, 500_000])
def test_curl_expect(base, size):
    body = b"y" * size
    answer = curl("-i", "-X", "POST", "-H", "Expect: 100-continue", "--data-binary", "@-",
                  base + "/echo", stdin=body)  # fmt: skip
    assert answer.endswith(b"\r\n\r\n" + body)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\n" if size else b"HTTP/1.1 ")


def test_curl_keeps_its_connection(base):
    made = curl("-w", " %{num_connects} ", base + "/", base + "/").split()
    assert (made[3], made[-1]) == (b"1", b"0")


# ---- Load generators ---------------------------------------------------------------------------


@pytest.mark.parametrize("options", [[], ["-k"]])
def test_ab(base, options):
    report = run("ab", "-q", "-n", "2000", "-c", "20", *options, base + "/").decode()
    assert "Complete requests:      2000" in report
    assert "Failed requests:        0" in report
    assert "Non-2xx" not in report


def test_wrk(base):
    report = run("wrk", "-d", "1", "-t", "1", "-c", "20", base + "/").decode()
    assert "Socket errors" not in report
    assert "Non-2xx" not in report


# ---- Libraries ---------------------------------------------------------------------------------


def test_http_client_of_python(base):
    connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=10)
    for _ in range(3):
        connection.request("POST", "/echo", (b"piece" for _ in range(3)), encode_chunked=True,
                           headers={"Transfer-Encoding": "chunked"})  # fmt: skip
        assert connection.getresponse().read() == b"piece" * 3
    connection.close()


def test_httpx(base):
    httpx = pytest.importorskip("httpx")
    with httpx.Client(base_url=base) as client:
        assert client.get("/long").text == "text " * 1000
        assert client.post("/echo", json={"a": 1}).json() == {"a": 1}
        assert client.request("PATCH", "/method").text == "PATCH"


def test_fetch_of_node(base):
    script = """
        const base = process.argv[1], all = [];
        for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
            all.push(await (await fetch(base + '/method', {method})).text());
        all.push(await (await fetch(base + '/echo', {method: 'POST', body: 'gr\\u00fc\\u00df'})).text());
        all.push((await (await fetch(base + '/long')).text()).length);
        console.log(JSON.stringify(all));
    """
    if b"true" not in run("node", "-e", "console.log(typeof fetch === 'function')"):
        pytest.skip("this node has no fetch")
    found = run("node", "--input-type=module", "-e", script, base)
    methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
    assert json.loads(found) == [*methods, "grüß", 5000]
