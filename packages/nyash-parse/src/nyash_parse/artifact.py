"""The envelope of every stage's file.

An artifact is one msgpack array, readable from any language:

    ["NYASH", stage, major, minor, {producer: version}, [[source path, sha256]],
     payload sha256, payload]

`payload` is a byte string, itself msgpack of the stage's Structs. `major` changes with the
payload's shape; `minor` grows when a Struct gains a member at its end with a default, so a reader
understands every minor of its major. What is wrong is found in a fixed order (not ours, another
stage, a newer or older schema, damaged), so that the message names the real reason: a file of a
newer release is never called damaged. Reading never raises anything but `ArtifactError`, whatever
the bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from .source import SourceMap

MAGIC = "NYASH"

Payload = TypeVar("Payload")


class Schema(NamedTuple):
    """Version of a stage's payload."""

    major: int = 1
    minor: int = 0


FIRST = Schema()


class ArtifactError(Exception):
    """Bytes that cannot be used as the artifact that was asked for; `message` is for the user."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Header(NamedTuple):
    """What the envelope says about its payload."""

    stage: str
    schema: Schema
    producers: dict[str, str]
    sources: tuple[tuple[str, str], ...]
    payload_hash: str
    payload: bytes


def source_hashes(sources: SourceMap) -> list[tuple[str, str]]:
    """Path and SHA-256 (of the text as UTF-8, without a byte order mark) of every source."""
    return [
        (source.name, hashlib.sha256(source.text.encode("utf-8", "surrogatepass")).hexdigest())
        for source in sources.sources
    ]


def write(
    stage: str,
    payload: msgspec.Struct | bytes,
    producers: Mapping[str, str],
    sources: Iterable[tuple[str, str]] | SourceMap = (),
    schema: Schema = FIRST,
) -> bytes:
    """An artifact of `stage`. `payload` may already be msgpack bytes; `sources` are pairs of path
    and hash (see `source_hashes`). Raises `ValueError` for a payload nested beyond what msgpack
    can write."""
    if isinstance(payload, bytes):
        body = payload
    else:
        body = _pack(msgspec.to_builtins(payload))
    pairs = source_hashes(sources) if isinstance(sources, SourceMap) else list(sources)
    digest = hashlib.sha256(body).hexdigest()
    hashes = [list(pair) for pair in pairs]
    envelope = [MAGIC, stage, *schema, dict(producers), hashes, digest, body]
    return _pack(envelope)


def read_header(data: bytes, stage: str | None = None, schema: Schema = FIRST) -> Header:
    """The envelope, refused in the order described above; the payload is not yet decoded.

    `stage` None takes any stage.
    """
    envelope = _unpack(data)
    if not (isinstance(envelope, list) and len(envelope) >= 2 and envelope[0] == MAGIC):
        if data[:7] == _START:
            raise ArtifactError("N0904", "the artifact is damaged: its envelope is cut off")
        raise ArtifactError("N0901", "this is not a Nyash artifact")
    if stage is not None and envelope[1] != stage:
        found = envelope[1] if isinstance(envelope[1], str) else "unknown"
        raise ArtifactError(
            "N0902", f"this is an artifact of stage {found[:40]!r}, expected one of stage {stage!r}"
        )
    if len(envelope) < 4 or not all(isinstance(part, int) for part in envelope[2:4]):
        raise ArtifactError("N0904", "the artifact is damaged: it has no schema version")
    found_schema = Schema(*envelope[2:4])
    if found_schema.major > schema.major:
        raise ArtifactError("N0903", _newer(found_schema, schema, envelope))
    if found_schema.major < 1:
        raise ArtifactError(
            "N0905", f"the artifact has schema {found_schema.major}, which is no longer read"
        )
    return _checked(envelope, found_schema)


def read(
    data: bytes,
    stage: str | None,
    type: type[Payload],
    schema: Schema = FIRST,
    upgrade: Callable[[Any, int], Any] | None = None,
) -> Payload:
    """The payload, validated against `type`. Raises `ArtifactError`, and nothing else.

    `upgrade(plain, major)` turns the plain lists of an older major into the present shape.
    """
    header = read_header(data, stage, schema)
    plain = _unpack(header.payload)
    if plain is _UNREADABLE:
        raise ArtifactError("N0904", "the artifact is damaged: its payload is no msgpack")
    if header.schema.major < schema.major:
        if upgrade is None:
            raise ArtifactError(
                "N0905", f"the artifact has schema {header.schema.major}, which is no longer read"
            )
        plain = upgrade(plain, header.schema.major)
    try:
        return msgspec.convert(plain, type, strict=True)
    except (msgspec.ValidationError, RecursionError, ValueError, TypeError) as error:
        raise ArtifactError(
            "N0904", f"the artifact is damaged: its payload is not what it says: {error}"
        ) from None


_START = b"\x98\xa5NYASH"
_UNREADABLE = object()


def _pack(plain: Any) -> bytes:
    import msgpack

    return msgpack.Packer(use_bin_type=True).pack(plain)


def _unpack(data: bytes) -> Any:
    """Plain values, or `_UNREADABLE`. msgpack itself bounds lengths by the input and depth by a
    constant, so hostile bytes cost no more than their size."""
    import msgpack

    try:
        return msgpack.unpackb(
            data, raw=False, strict_map_key=False, use_list=True, max_ext_len=0, timestamp=0
        )
    except (ValueError, TypeError, RecursionError, OverflowError, MemoryError):
        return _UNREADABLE
    except msgpack.UnpackException:
        return _UNREADABLE


def _newer(found: Schema, schema: Schema, envelope: list[Any]) -> str:
    producers = envelope[4] if len(envelope) > 4 and isinstance(envelope[4], dict) else {}
    made_by = ", ".join(f"{name} {version}" for name, version in list(producers.items())[:4])
    return (
        f"the artifact has schema {found.major}.{found.minor}; this release reads up to"
        f" {schema.major}" + (f". Made by {made_by[:200]}: use that release" if made_by else "")
    )


def _checked(envelope: list[Any], schema: Schema) -> Header:
    """The rest of the envelope, after the version: its shape and the payload's hash."""
    try:
        producers = msgspec.convert(envelope[4], dict[str, str])
        sources = msgspec.convert(envelope[5], tuple[tuple[str, str], ...])
        digest = msgspec.convert(envelope[6], str)
        stage = msgspec.convert(envelope[1], str)
        payload = envelope[7]
    except (msgspec.ValidationError, IndexError):
        message = "the artifact is damaged: its envelope is incomplete"
        raise ArtifactError("N0904", message) from None
    if not isinstance(payload, bytes) or hashlib.sha256(payload).hexdigest() != digest:
        raise ArtifactError("N0904", "the artifact is damaged: its content has another hash")
    return Header(stage, schema, producers, sources, digest, payload)
