"""Stage results as files, and their text form for people."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

STAGES = ("ast", "ir")
_PRODUCERS = ("nyash-parse", "nyash-ir")


def write(stage: str, payload: Any) -> bytes:
    """A syntax tree (`ast`) or module (`ir`) as an artifact."""
    return _codec(stage).to_artifact(payload, {name: version(name) for name in _PRODUCERS})


def read(data: bytes) -> Any:
    """The `Program` or `Module` of an artifact, checked. Raises `ArtifactError`."""
    stage = _stage(data)
    if stage not in STAGES:
        stage = "ir"  # whose codec says what is wrong
    return _codec(stage).from_artifact(data)


def _codec(stage: str) -> Any:
    if stage == "ast":
        from nyash_parse.ast import codec as ast_codec

        return ast_codec
    from nyash_ir import codec as ir_codec

    return ir_codec


def _stage(data: bytes) -> str:
    """What the envelope says it holds: its second member, whatever the rest may be."""
    import msgpack

    unpacker = msgpack.Unpacker(raw=False, max_buffer_size=len(data) + 1)
    unpacker.feed(data)
    try:
        unpacker.read_array_header()
        unpacker.skip()
        stage = unpacker.unpack()
    except (ValueError, TypeError, msgpack.UnpackException):
        return ""
    return stage if isinstance(stage, str) else ""


def text_of(stage: str, payload: Any) -> str:
    """What a person reads: an S-expression of the tree, the `.nyir` text of a module."""
    if stage == "ir":
        from nyash_ir.text.printer import print_module

        return print_module(payload)
    from nyash_parse.ast.text import dump

    return "\n".join(f"; {_name(payload, file)}\n{dump(file)}\n" for file in payload.files)


def _name(program: Any, file: Any) -> str:
    return program.sources[file.span.source].name
