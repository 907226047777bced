"""Builds the HTTP engine's C code for tests: with the machine's gcc and its sanitizers where there
is one, else with zig's clang."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NATIVE = ROOT / "packages/nyash-http/src/nyash_http/native"
WARNINGS = ("-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror")


def compiler() -> list[str]:
    """The C compiler and its sanitizer options."""
    if gcc := shutil.which("gcc"):
        return [gcc, "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    return [sys.executable, "-m", "ziglang", "cc", "-fsanitize=undefined"]


def build(name: str, sources: Sequence[Path], include: Sequence[Path]) -> Path:
    """Compile an executable, once for each state of all C sources involved."""
    digest = hashlib.sha256()
    for source in sorted({*sources, *(h for folder in include for h in folder.glob("*.h"))}):
        digest.update(source.name.encode() + source.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"nyash-http-tests-{digest.hexdigest()[:24]}"
    program = folder / name
    if not program.exists():
        folder.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as unfinished:
            pass
        options = [*WARNINGS, "-g", "-O1", *(f"-I{item}" for item in include)]
        command = [*compiler(), *options, *map(str, sources), "-o", unfinished.name]
        outcome = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert outcome.returncode == 0, outcome.stderr
        Path(unfinished.name).rename(program)
    return program


@dataclass
class Request:
    """A request as the parser saw it."""

    method: bytes
    path: bytes
    query: bytes
    host: bytes
    minor: int
    framing: int
    flags: int
    length: int
    body: bytes
    fields: list[tuple[bytes, bytes]] = field(default_factory=list)


@dataclass
class Seen:
    """What became of a stream: its requests, then how it ended.

    `status` is the refusal's status, 0 without one; `ending` is its text, `more head` or `more
    body` where the stream stopped in a request, else empty.
    """

    requests: list[Request]
    status: int = 0
    ending: str = ""


class Parser:
    """A parser harness that is kept running; `limits` are head, target, headers, body."""

    def __init__(self, program: Path, limits: Sequence[int] = ()) -> None:
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 — closed by close()
        self.process = subprocess.Popen(
            [program, *map(str, limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
        )

    def see(self, stream: bytes) -> Seen:
        """Run one stream, whole and cut at each byte; cuts that change the outcome fail."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(struct.pack("<I", len(stream)) + stream)
        self.process.stdin.flush()
        return self._interpret(stream, self._record(stream))

    def _record(self, stream: bytes) -> list[str]:
        assert self.process.stdout
        lines = []
        while (line := self.process.stdout.readline()) != b".\n":
            if not line:
                self.errors.seek(0)
                pytest.fail(f"{stream!r}: {self.errors.read().decode()}")
            lines.append(line.decode().rstrip("\n"))
        return lines

    def _interpret(self, stream: bytes, lines: Sequence[str]) -> Seen:
        seen = Seen([])
        for line in lines:
            word, _, rest = line.partition(" ")
            if word == "request":
                seen.requests.append(self._request(rest))
            elif word == "field":
                name, _, value = rest.partition("=")
                seen.requests[-1].fields.append((bytes.fromhex(name), bytes.fromhex(value)))
            elif word == "bad":
                seen.status, seen.ending = int(rest[:3]), rest[4:]
            elif word == "more":
                seen.ending = f"more {rest}"
            else:
                pytest.fail(f"{stream!r}: " + "\n".join(lines))
        return seen

    @staticmethod
    def _request(text: str) -> Request:
        parts = dict(part.split("=", 1) for part in text.split(" "))
        return Request(
            **{k: bytes.fromhex(parts[k]) for k in ("method", "path", "query", "host", "body")},
            **{k: int(parts[k]) for k in ("minor", "framing", "flags", "length")},
        )

    def close(self) -> None:
        self.process.communicate(timeout=20)
        self.errors.close()


@pytest.fixture(scope="session")
def build_native() -> Callable[[str, Sequence[Path], Sequence[Path]], Path]:
    return build


@pytest.fixture(scope="session")
def build_program(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Compile a Nyash program, as a user would; with NYASH_SERVER_SANITIZE=1 under sanitizers."""
    options = ["--sanitize"] if os.environ.get("NYASH_SERVER_SANITIZE") == "1" else []

    def make(source: Path) -> Path:
        program = tmp_path_factory.mktemp(source.stem) / f"{source.stem}.exe"
        command = [sys.executable, "-m", "nyash", "build", source, *options, "-o", program]
        built = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert built.returncode == 0, built.stdout + built.stderr
        return program

    return make


@pytest.fixture(scope="session")
def parser_program() -> Path:
    names = ("scan", "request", "framing", "chunked", "message")
    sources = [HERE / "test_parser/parser_harness.c", *(NATIVE / f"http_{n}.c" for n in names)]
    return build("parser_harness", sources, [NATIVE])


@pytest.fixture(scope="session")
def parser(parser_program: Path) -> Iterator[Parser]:
    """With the limits of http_settings.h."""
    parser = Parser(parser_program)
    yield parser
    parser.close()


@pytest.fixture(scope="session")
def small_parser(parser_program: Path) -> Iterator[Parser]:
    """With limits of 256 bytes of head, 40 of target, 5 fields, 16 bytes of body."""
    parser = Parser(parser_program, (256, 40, 5, 16))
    yield parser
    parser.close()
