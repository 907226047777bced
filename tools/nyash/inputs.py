"""What a command is given: a source file, or a stage's artifact to go on from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .failure import Failure

if TYPE_CHECKING:
    from nyash_ir.module import Module
    from nyash_parse.ast import Program

    from .driver import Session

_MAGIC = b"NYASH"
_HEAD = 16
"""Bytes in which an artifact's magic word stands."""
_TEXT_FORM = b"module "


def module_from(session: Session, path: Path) -> Module | None:
    """IR with the passes behind it."""
    module = module_before_passes(session, path)
    return module if module is not None and session.run_passes(module) else None


def module_before_passes(session: Session, path: Path) -> Module | None:
    """IR as lowering made it, or as the file holds it."""
    from nyash_parse.ast import Program

    found = load(session, path)
    return session.lower(found) if isinstance(found, Program) else found


def load(session: Session, path: Path) -> Program | Module | None:
    """A syntax tree, parsed from source text or read from an artifact, or a module read from one.
    None when the source has errors. Raises `Failure` for an artifact that cannot be used."""
    data = path.read_bytes()
    if _MAGIC in data[:_HEAD]:
        return _artifact(session, path, data)
    if path.suffix == ".nyir" or path.suffix == ".msgpack":
        if path.suffix == ".nyir" and _is_text(data):
            return _text_module(session, path, data)
        return _artifact(session, path, data)
    return session.parse(str(path))


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(data.strip()) and b"\0" not in data


def _artifact(session: Session, path: Path, data: bytes) -> Program | Module:
    from nyash_parse.artifact import ArtifactError

    from . import artifacts

    try:
        payload = artifacts.read(data)
    except ArtifactError as error:
        raise Failure(error.code, f"{path}: {error.message}") from error
    for source in payload.sources:
        session.sources.add(source.name, source.text)
    return payload


def _text_module(session: Session, path: Path, data: bytes) -> Module:
    from nyash_ir.codec import CodecError, check
    from nyash_ir.text.reader import read_module

    try:
        module = read_module(data.decode("utf-8"))
        check(module)
    except (CodecError, ValueError) as error:
        raise Failure("N0605", f"{path}: {error}") from error
    for source in module.sources:
        session.sources.add(source.name, source.text)
    return module
