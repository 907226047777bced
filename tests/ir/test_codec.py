"""Modules as artifacts: stored ones, the frozen schema, and hostile bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nyash_ir import codec, schema
from nyash_ir.module import Module
from nyash_ir.text.printer import print_module
from nyash_ir.text.reader import read_module
from nyash_ir.verify import verify
from nyash_parse.artifact import ArtifactError, write

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
MODULE = read_module((ARTIFACTS / "ir-1.nyir").read_text())
DATA = codec.to_artifact(MODULE, {"nyash-ir": "0.1.0"})

QUICK = settings(max_examples=150, deadline=None, derandomize=True)


def test_the_stored_module_is_correct():
    assert verify(MODULE) == []


@pytest.mark.parametrize("path", sorted(ARTIFACTS.glob("*.ir.msgpack")), ids=lambda p: p.name)
def test_artifacts_of_every_release_load(path):
    assert codec.from_artifact(path.read_bytes()) == MODULE


def test_the_schema_is_frozen():
    """A field was added, removed or changed: that is a new version of the schema. Additions at
    the end with a default are allowed; then rewrite the file with
    `python -c "from nyash_ir import schema; print(schema.text(schema.current()), end='')"`."""
    assert schema.current() == schema.frozen()


def test_artifact_there_and_back():
    assert codec.from_artifact(DATA) == MODULE


def test_broken_ir_in_a_sound_envelope_is_refused():
    broken = read_module(print_module(MODULE))
    broken.functions[broken.entry].blocks[0].instructions.pop()
    with pytest.raises(ArtifactError) as caught:
        codec.from_artifact(codec.to_artifact(broken))
    assert caught.value.code == "N0605"
    assert "does not end in a terminator" in caught.value.message


def test_an_unknown_instruction_is_refused_with_its_path():
    data = write("ir", codec.encode(MODULE).replace(b"const.null", b"const.nuli"), {})
    with pytest.raises(ArtifactError) as caught:
        codec.from_artifact(data)
    assert caught.value.code == "N0904"
    assert "const.nuli" in caught.value.message


@QUICK
@given(st.data())
def test_damaged_artifacts_draw_only_artifact_errors(data):
    changed = bytearray(DATA)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(changed)))
    refuse_or_same(bytes(changed[:cut]) if data.draw(st.booleans()) else bytes(changed))


@QUICK
@given(st.data())
def test_damaged_payloads_in_sound_envelopes_draw_only_artifact_errors(data):
    payload = bytearray(codec.encode(MODULE))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(payload) - 1))
        payload[place] = data.draw(st.integers(0, 255))
    refuse_or_same(write("ir", bytes(payload), {}))


def refuse_or_same(data: bytes) -> None:
    try:
        module = codec.from_artifact(data)
    except ArtifactError as error:
        assert error.code.startswith("N09") or error.code == "N0605"
        assert error.message
    else:
        assert isinstance(module, Module)
