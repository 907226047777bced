"""What is fed, with what, and what may come out: diagnostics, never an exception.

A target's `feed` returns a short word for what came of the input (`accepted`, `refused`). Whatever
it raises is a find.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ACCEPTED, REFUSED = "accepted", "refused"
PROGRAMS_PER_ARTIFACT = 16
"""Only every so manieth program is made into artifacts, which takes a while and adds little."""


@dataclass(frozen=True)
class Target:
    """`corpus` gives the undamaged inputs."""

    name: str
    corpus: Callable[[], Sequence[bytes]]
    feed: Callable[[bytes], str]


class OneFile:
    """The only file there is; `include` finds nothing else."""

    name = "fuzzed.nyash"

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, path: str) -> bytes:
        if path != self.name:
            raise FileNotFoundError(path)
        return self._data

    def exists(self, path: str) -> bool:
        return path == self.name


def _programs() -> list[bytes]:
    folders = (ROOT / "tests/language", ROOT / "examples")
    return [path.read_bytes() for folder in folders for path in sorted(folder.rglob("*.nyash"))]


def _session(data: bytes):
    from nyash.driver import Options, Session

    return Session(Options(foreign_plugins=False), OneFile(data))


def _drawable(session) -> str:
    """Render everything that was said: a diagnostic with a bad span is a find, too."""
    from nyash_parse.diagnostics.data import to_json
    from nyash_parse.diagnostics.text import render

    for diagnostic in session.report.diagnostics:
        render(diagnostic, session.sources)
        to_json(diagnostic, session.sources)
        if diagnostic.code == "N0600" or diagnostic.code.startswith(("N06", "N07")):
            raise AssertionError(f"{diagnostic.code}: {diagnostic.message}")
    return REFUSED if session.report.has_errors else ACCEPTED


def _parse(data: bytes) -> str:
    session = _session(data)
    session.parse(OneFile.name)
    return _drawable(session)


def _compile(data: bytes) -> str:
    """Up to IR with all passes behind it, each verified."""
    session = _session(data)
    session.module(OneFile.name)
    return _drawable(session)


@cache
def _artifacts() -> list[bytes]:
    from nyash import artifacts

    found = []
    for data in _programs()[::PROGRAMS_PER_ARTIFACT]:
        session = _session(data)
        program = session.parse(OneFile.name)
        if program is None:
            continue
        found.append(artifacts.write("ast", program))
        module = session.lower(program)
        if module is not None and session.run_passes(module):
            found.append(artifacts.write("ir", module))
    return found


def _artifact(data: bytes) -> str:
    from nyash import artifacts
    from nyash_parse.artifact import ArtifactError

    try:
        artifacts.read(data)
    except ArtifactError:
        return REFUSED
    return ACCEPTED


def _payloads() -> list[bytes]:
    """Payloads of IR artifacts without the envelope, whose hash would refuse all damage."""
    import msgpack

    unpacked = (msgpack.unpackb(data, raw=False, strict_map_key=False) for data in _artifacts())
    return [array[-1] for array in unpacked if array[1] == "ir"]


def _payload(data: bytes) -> str:
    from nyash_ir.codec import CodecError, check, decode

    try:
        check(decode(data))
    except CodecError:
        return REFUSED
    return ACCEPTED


def _texts() -> list[bytes]:
    from nyash_ir.codec import decode
    from nyash_ir.text.printer import print_module

    return [print_module(decode(data)).encode() for data in _payloads()]


def _text(data: bytes) -> str:
    from nyash_ir.codec import CodecError, check
    from nyash_ir.text.reader import read_module
    from nyash_ir.text.scanner import TextError

    try:
        check(read_module(data.decode("utf-8", "replace")))
    except (CodecError, TextError):
        return REFUSED
    return ACCEPTED


TARGETS = {
    target.name: target
    for target in (
        Target("parse", _programs, _parse),
        Target("compile", _programs, _compile),
        Target("artifact", _artifacts, _artifact),
        Target("payload", _payloads, _payload),
        Target("ir-text", _texts, _text),
    )
}
