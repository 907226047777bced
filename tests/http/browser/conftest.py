"""A browser, and servers for it."""

from __future__ import annotations

import contextlib
import select
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .devtools import PATIENCE, Browser, installed

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = installed()
    if program is None:
        pytest.skip("no Chromium on the PATH (Debian: apt-get install chromium)")
    with Browser(program, tmp_path_factory.mktemp("profile")) as browser:
        yield browser


class Served:
    """A running example; `address` is what its first line says."""

    def __init__(self, program: Path) -> None:
        self.process = subprocess.Popen(
            [program, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        ready = select.select([self.process.stdout], [], [], PATIENCE)[0]
        line = self.process.stdout.readline() if ready else ""
        if "http://" not in line:
            self.process.kill()
            pytest.fail(f"{program} does not say where it listens, but {line!r}")
        self.address = line[line.index("http://") :].strip().rstrip("/") + "/"

    def stop(self) -> tuple[int, str]:
        """Exit code and standard error after SIGTERM."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            errors = self.process.communicate(timeout=PATIENCE)[1]
        finally:
            self.process.kill()
            self.process.wait()
        return self.process.returncode, errors


@pytest.fixture
def serve(build_program) -> Iterator[Callable[[str], Served]]:
    running: list[Served] = []

    def serve(example: str) -> Served:
        running.append(Served(build_program(EXAMPLES / f"{example}.nyash")))
        return running[-1]

    yield serve
    for server in running:
        if server.process.returncode is None:
            server.stop()
