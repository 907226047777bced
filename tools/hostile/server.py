"""The attacked server: building, starting and observing it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 30.0
SHORT_TIMEOUTS = {
    "NYASH_HTTP_HEADER_TIMEOUT_MS": "1500",
    "NYASH_HTTP_BODY_TIMEOUT_MS": "1500",
    "NYASH_HTTP_WORKERS": "1",
}
"""So that slow clients are given up while somebody looks."""


def build(target: Path, *, sanitize: bool = False) -> None:
    source = Path(__file__).with_name("server.nyash")
    command = [sys.executable, "-m", "nyash", "build", str(source), "-o", str(target)]
    command += ["--sanitize"] if sanitize else []
    subprocess.run(command, check=True, timeout=600, stdout=subprocess.DEVNULL)


class Server:
    """A running one."""

    def __init__(self, program: Path) -> None:
        self.process = subprocess.Popen(
            [program, "--port", "0", "--host", "127.0.0.1"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **SHORT_TIMEOUTS},
        )
        assert self.process.stdout
        self.port = int(self.process.stdout.readline().rpartition(":")[2])

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def resident_kib(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def ask(self, path: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            return connection.getresponse().read()
        finally:
            connection.close()

    def memory(self) -> dict[str, int]:
        return json.loads(self.ask("/memory"))

    def await_descriptors(self, count: int) -> int:
        """Wait until no more are open; how many are."""
        end = time.monotonic() + PATIENCE
        while self.descriptors() > count and time.monotonic() < end:
            time.sleep(0.02)
        return self.descriptors()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()
