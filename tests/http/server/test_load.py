"""Many clients at once; what is left of them; the end by a signal."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import time

import pytest

SANITIZED = os.environ.get("NYASH_SERVER_SANITIZE") == "1"

pytestmark = pytest.mark.slow

GET = b"GET /api/test HTTP/1.1\r\nHost: a\r\n\r\n"


async def client(port: int, requests: int, keep: bool) -> int:
    """Ask `requests` times, over one connection or one each; the number of good answers."""
    good = 0
    reader = writer = None
    for _ in range(requests):
        if writer is None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GET)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        json.loads(await reader.readexactly(length))
        good += head.startswith(b"HTTP/1.1 200 ")
        if not keep:
            writer.close()
            await writer.wait_closed()
            writer = None
    if writer is not None:
        writer.close()
        await writer.wait_closed()
    return good


async def crowd(port: int, clients: int, requests: int, keep: bool) -> int:
    async with asyncio.timeout(60):
        return sum(await asyncio.gather(*(client(port, requests, keep) for _ in range(clients))))


@pytest.mark.parametrize("keep", [True, False])
def test_100_clients(server, keep):
    assert asyncio.run(crowd(server.port, 100, 20, keep)) == 2000
    server.await_idle()


def memory(server) -> dict:
    answer = server.exchange(b"GET /api/memory HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    return json.loads(answer.partition(b"\r\n\r\n")[2])


@pytest.mark.skipif(SANITIZED, reason="sanitizers keep freed memory")
def test_nothing_is_left_behind(server):
    asyncio.run(crowd(server.port, 50, 10, True))
    server.await_idle()
    before = memory(server)
    resident = 0
    for turn in range(4):
        asyncio.run(crowd(server.port, 100, 20, turn % 2 == 0))
        server.await_idle()
        if turn == 1:
            resident = server.resident_kib()
    after = memory(server)
    assert after["leaks"] == 0
    assert after["live"] == before["live"]
    assert server.resident_kib() <= resident + 256


@pytest.mark.skipif(shutil.which("ab") is None, reason="no ab here")
@pytest.mark.parametrize("options", [[], ["-k"]])
def test_ab(server, options):
    url = f"http://127.0.0.1:{server.port}/api/test"
    command = ["ab", "-q", "-n", "5000", "-c", "100", *options, url]
    report = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "Failed requests:        0" in report
    assert "Complete requests:      5000" in report
    assert "Non-2xx" not in report
    if options:
        assert "Keep-Alive requests:    5000" in report
    server.await_idle()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stops_cleanly(start_server, how, read_response):
    """Idle connections end at once, a busy one gets its answer first."""
    server = start_server()
    idle = [server.connect() for _ in range(5)]
    for connection in idle[:3]:
        connection.sendall(GET)
        read_response(connection)
    start = time.monotonic()
    server.process.send_signal(how)
    assert server.process.wait(10) == 0, server.output()
    assert time.monotonic() - start < 2
    for connection in idle:
        assert connection.recv(10) == b""
        connection.close()
