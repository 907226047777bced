"""Whatever the bytes, only diagnostics come out. Seeds are fixed, so a failure stays a failure."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nyash_parse.artifact import ArtifactError
from nyash_parse.ast import File, Program, SourceText
from nyash_parse.ast.codec import from_artifact, to_artifact
from nyash_parse.ast.text import dump
from nyash_parse.ast.walk import walk
from nyash_parse.diagnostics.data import to_json
from nyash_parse.diagnostics.model import Report
from nyash_parse.diagnostics.text import render
from nyash_parse.program import parse_file, parse_program
from nyash_parse.scanner import tables
from nyash_parse.source import SourceMap

QUICK = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
EXAMPLE = (Path(__file__).parents[1] / "artifacts" / "ast-1.nyash").read_text(encoding="utf-8")
PIECES = re.findall(r"\s+|\w+|.", EXAMPLE)
WORDS = sorted({*tables().words, *tables().signs, "||", "&&", "!", ";", "%{", "\n"})
WORDS += ["a", "b", "B", "1", "0x", "1.5", '"s"', '"', "\\", "/*", "*/", "//", "native", "é", "日"]


def check(text: str, provider: bool = False) -> File:
    """Parse, and draw what was said; the tree is sound, and complete if nothing was said."""
    sources, report = SourceMap(), Report()
    file = parse_file(sources.add("fuzz.nyash", text), report, provider)
    assert isinstance(file, File)
    for diagnostic in report.diagnostics:
        assert render(diagnostic, sources)
        assert to_json(diagnostic, sources)["title"]
    for node in walk(file):
        assert 0 <= node.span.start <= node.span.end <= len(text)
    program = Program((SourceText("fuzz.nyash", text),), (file,))
    if not report.has_errors:
        assert from_artifact(to_artifact(program, {})) == program
    return file


@QUICK
@given(st.text(max_size=200))
def test_random_text(text):
    check(text)


@QUICK
@given(st.lists(st.sampled_from(WORDS), max_size=60), st.booleans(), st.sampled_from(["", " "]))
def test_random_tokens(words, provider, space):
    check(space.join(words), provider)


@QUICK
@given(st.binary(max_size=200))
def test_random_bytes(data):
    class Files:
        def read(self, path: str) -> bytes:
            return data

        def exists(self, path: str) -> bool:
            return False

    report, sources = Report(), SourceMap()
    program = parse_program("fuzz.nyash", Files(), report, sources)
    assert program is not None or report.has_errors
    for diagnostic in report.diagnostics:
        assert render(diagnostic, sources)


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["drop", "double", "swap", "insert", "cut"]),
        st.integers(0, len(PIECES) - 1),
        st.sampled_from(WORDS),
    ),
    min_size=1,
    max_size=6,
)


@QUICK
@given(EDITS)
def test_mutated_programs(edits):
    pieces = PIECES[:]
    for what, place, word in edits:
        place %= max(1, len(pieces))
        if what == "drop":
            del pieces[place : place + 1]
        elif what == "double":
            pieces[place:place] = pieces[place : place + 5]
        elif what == "swap":
            pieces[place : place + 2] = pieces[place : place + 2][::-1]
        elif what == "insert":
            pieces.insert(place, word)
        else:
            del pieces[place : place + 30]
    check("".join(pieces))


@QUICK
@given(st.integers(0, len(EXAMPLE)), st.integers(0, 400))
def test_parts_of_programs(start, length):
    check(EXAMPLE[start : start + length])


def artifact() -> bytes:
    text = EXAMPLE[:1500] + "\n"
    sources, report = SourceMap(), Report()
    file = parse_file(sources.add("fuzz.nyash", text), report)
    return to_artifact(Program((SourceText("fuzz.nyash", text),), (file,)), {"nyash-parse": "0"})


ARTIFACT = artifact()


def load(data: bytes) -> None:
    try:
        program = from_artifact(data)
    except ArtifactError as error:
        assert error.code.startswith("N09")
        assert error.message
        return
    for file in program.files:
        assert dump(file)


@QUICK
@given(st.binary(max_size=300))
def test_random_bytes_as_artifact(data):
    load(data)
    load(b"\x98\xa5NYASH\xa3ast\x01\x00" + data)


@QUICK
@given(
    st.lists(
        st.tuples(st.integers(0, len(ARTIFACT) - 1), st.integers(0, 255)), min_size=1, max_size=4
    ),
    st.integers(0, len(ARTIFACT)),
    st.booleans(),
)
def test_mutated_artifacts(changes, length, cut):
    data = bytearray(ARTIFACT)
    for place, value in changes:
        data[place] = value
    load(bytes(data[:length]) if cut else bytes(data))


@QUICK
@given(st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=4))
def test_mutated_payloads_with_the_right_hash(changes):
    """Damage that the hash does not show: made by a tool that does not know the schema."""
    import hashlib

    import msgpack

    parts = msgpack.unpackb(ARTIFACT)
    payload = bytearray(parts[7])
    for place, value in changes:
        payload[place % len(payload)] = value
    parts[7] = bytes(payload)
    parts[6] = hashlib.sha256(parts[7]).hexdigest()
    load(msgpack.packb(parts))
