"""The envelope: what is written can be read, and what cannot is refused for the right reason."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgpack
import msgspec
import pytest
from nyash_parse import artifact
from nyash_parse.artifact import FIRST, ArtifactError, Schema, read, read_header, write
from nyash_parse.ast import (
    Binary,
    File,
    LoopCount,
    Name,
    Program,
    SourceText,
)
from nyash_parse.ast.codec import from_artifact, to_artifact
from nyash_parse.ast.text import dump
from nyash_parse.diagnostics.model import Report
from nyash_parse.program import parse_file
from nyash_parse.source import SourceMap, Span

STORED = Path(__file__).parents[1] / "artifacts" / "ast-1.ast.msgpack"
TEXT = (STORED.with_name("ast-1.nyash")).read_text(encoding="utf-8")
PRODUCERS = {"nyash-parse": "0.1.0"}


class Thing(msgspec.Struct, array_like=True):
    name: str
    numbers: list[int] = []


def program_of(text: str) -> Program:
    sources, report = SourceMap(), Report()
    file = parse_file(sources.add("ast-1.nyash", text), report)
    assert report.diagnostics == []
    return Program((SourceText("ast-1.nyash", text),), (file,), ("http",))


def envelope(**changes) -> bytes:
    """A good artifact with parts of its envelope replaced."""
    parts = msgpack.unpackb(write("thing", Thing("a", [1]), PRODUCERS, [("a.nyash", "00")]))
    names = ("magic", "stage", "major", "minor", "producers", "sources", "hash", "payload")
    values = {**dict(zip(names, parts, strict=True)), **changes}
    if "payload" in changes and "hash" not in changes:
        values["hash"] = hashlib.sha256(values["payload"]).hexdigest()
    return msgpack.packb([values[name] for name in names])


def refusal(data: bytes, stage: str | None = "thing", schema: Schema = FIRST) -> ArtifactError:
    with pytest.raises(ArtifactError) as caught:
        read(data, stage, Thing, schema)
    return caught.value


def test_round_trip():
    data = write("thing", Thing("a", [1, 2]), PRODUCERS, [("a.nyash", "00")], Schema(1, 3))
    assert read(data, "thing", Thing) == Thing("a", [1, 2])
    assert read(data, None, Thing) == Thing("a", [1, 2])
    header = read_header(data)
    assert (header.stage, header.schema, header.producers) == ("thing", Schema(1, 3), PRODUCERS)
    assert header.sources == (("a.nyash", "00"),)


def test_any_msgpack_reader_can_read_it():
    magic, stage, major, minor, producers, sources, digest, payload = msgpack.unpackb(envelope())
    assert [magic, stage, major, minor] == ["NYASH", "thing", 1, 0]
    assert (producers, sources) == (PRODUCERS, [["a.nyash", "00"]])
    assert hashlib.sha256(payload).hexdigest() == digest
    assert msgpack.unpackb(payload) == ["a", [1]]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "N0901"),
        (b"\x7fELF....", "N0901"),
        (b"box A { }", "N0901"),
        (msgpack.packb(["ELSE", "thing"]), "N0901"),
        (msgpack.packb({"NYASH": 1}), "N0901"),
        (envelope()[:-1], "N0904"),
        (envelope()[:12], "N0904"),
        (envelope() + b"x", "N0904"),
        (envelope(stage="other"), "N0902"),
        (envelope(stage=["x"]), "N0902"),
        (envelope(major=2), "N0903"),
        (envelope(major=2, payload=b"whatever"), "N0903"),
        (envelope(stage="other", major=9, hash="0"), "N0902"),
        (envelope(major=0), "N0905"),
        (envelope(major="1"), "N0904"),
        (envelope(hash="0" * 64), "N0904"),
        (envelope(payload=msgpack.packb(["b", [1]]), hash="0" * 64), "N0904"),
        (envelope(producers=3), "N0904"),
        (envelope(sources=[["x"]]), "N0904"),
        (envelope(payload=b"\xc1"), "N0904"),
        (envelope(payload=b"\x91" * 5000 + b"\xc0"), "N0904"),
        (envelope(payload=b"\xdd\xff\xff\xff\xff"), "N0904"),
        (envelope(payload=msgpack.packb([1, 2])), "N0904"),
        (envelope(payload=msgpack.packb(["a", ["b"]])), "N0904"),
        (b"\x91" * 100_000, "N0901"),
        (b"\x98\xa5NYASH\xdb\xff\xff\xff\xff", "N0904"),
    ],
)
def test_refused(data, code):
    assert refusal(data).code == code


def test_messages_say_what_was_wanted():
    assert "'other'" in refusal(envelope(stage="other")).message
    newer = refusal(envelope(major=2, minor=1, producers={"nyash-ir": "3.0"})).message
    assert "2.1" in newer and "up to 1." in newer and "nyash-ir 3.0" in newer
    assert "$[1][0]" in refusal(envelope(payload=msgpack.packb(["a", ["b"]]))).message


def test_a_newer_minor_is_read():
    later = envelope(minor=7, payload=msgpack.packb(["a", [1], "a field of the future"]))
    assert read(later, "thing", Thing) == Thing("a", [1])


def test_an_older_major_is_upgraded_or_refused():
    assert refusal(envelope(), schema=Schema(2, 0)).code == "N0905"
    upgraded = read(
        envelope(), "thing", Thing, Schema(2, 0), upgrade=lambda plain, major: [plain[0] + "!", [2]]
    )
    assert upgraded == Thing("a!", [2])


def test_the_payload_may_be_bytes_already():
    data = write("thing", msgspec.msgpack.encode(Thing("a")), PRODUCERS)
    assert read(data, "thing", Thing) == Thing("a")


# ---- Trees ------------------------------------------------------------------------------------


def test_a_program_round_trips():
    program = program_of(TEXT)
    assert from_artifact(to_artifact(program, PRODUCERS)) == program


def test_the_stored_tree_of_schema_1_loads():
    """Written once by the release that brought schema 1 and never again; when this fails, the
    schema has changed."""
    assert from_artifact(STORED.read_bytes()) == program_of(TEXT)


def test_the_sources_hashes_are_in_the_header():
    header = read_header(to_artifact(program_of(TEXT), PRODUCERS), "ast")
    assert header.sources == (("ast-1.nyash", hashlib.sha256(TEXT.encode()).hexdigest()),)


PLACE = Span(0, 0, 1)


@pytest.mark.parametrize(
    "item",
    [
        Binary(PLACE, "**", Name(PLACE, "a"), Name(PLACE, "b")),
        Binary(Span(3, 0, 1), "+", Name(PLACE, "a"), Name(PLACE, "b")),
        Binary(Span(0, 5, 1), "+", Name(PLACE, "a"), Name(PLACE, "b")),
    ],
)
def test_a_tree_that_no_program_has_is_refused(item):
    from nyash_parse.ast import ExpressionStatement

    file = File(PLACE, (ExpressionStatement(PLACE, item),))
    data = to_artifact(Program((SourceText("a", "xx"),), (file,)), {})
    with pytest.raises(ArtifactError) as caught:
        from_artifact(data)
    assert caught.value.code == "N0904"


def test_more_refusals_of_trees():
    from nyash_parse.ast import Block

    loop = LoopCount(PLACE, -1, Block(PLACE, ()))
    for files in ((), (File(PLACE, (loop,)),)):
        data = to_artifact(Program((SourceText("a", "xx"),), files), {})
        with pytest.raises(ArtifactError):
            from_artifact(data)


def test_the_deepest_program_can_be_stored():
    for text in ("f(x=>{\n" * 40 + "\n})" * 40, "x = " + "[" * 220 + "]" * 220, "a" + ".b" * 440):
        program = program_of(text)
        assert from_artifact(to_artifact(program, {})) == program
        assert dump(program.files[0])


def test_source_hashes():
    sources = SourceMap()
    sources.add("a", "x")
    assert artifact.source_hashes(sources) == [("a", hashlib.sha256(b"x").hexdigest())]
