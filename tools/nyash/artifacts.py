"""Stage results as files: the envelope around them, and their text form for people."""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from .failure import Failure

if TYPE_CHECKING:
    from nyash_ir.module import Module
    from nyash_parse.ast import Program

_PRODUCERS = ("nyash-parse", "nyash-ir")


def write(stage: str, payload: Program | Module) -> bytes:
    """A syntax tree (`ast`) or module (`ir`) as an artifact."""
    from nyash_parse import artifact

    sources = [(s.name, sha256(s.text.encode()).hexdigest()) for s in payload.sources]
    producers = {name: version(name) for name in _PRODUCERS}
    return artifact.write(stage, payload, producers, sources)


def read(data: bytes) -> tuple[str, Any]:
    """The stage and the payload of an artifact; a module is verified. Raises `ArtifactError`, or
    `Failure` for a module that is wrong in itself."""
    from nyash_ir.codec import CodecError, check
    from nyash_ir.module import Module
    from nyash_parse import artifact
    from nyash_parse.ast import Program

    stage = artifact.stage_of(data)
    if stage == "ast":
        return stage, artifact.read(data, "ast", Program)
    module = artifact.read(data, "ir", Module)
    try:
        check(module)
    except CodecError as error:
        raise Failure("N0605", str(error)) from error
    return "ir", module


def text_of(stage: str, payload: Any) -> str:
    """What a person reads: an S-expression of the tree, the `.nyir` text of a module."""
    if stage == "ast":
        from nyash_parse.ast.text import program_text

        return program_text(payload)
    from nyash_ir.text.printer import print_module

    return print_module(payload)
