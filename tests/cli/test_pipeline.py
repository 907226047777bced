"""`nyash pipeline`: each stage's artifact out and in again, dumps, chosen passes."""

from __future__ import annotations

from pathlib import Path

import pytest

SOURCE = "function twice(x) { return x * 2 }\nprint(twice(21))\n"


def test_text_goes_to_standard_output(nyash, program) -> None:
    name = program(SOURCE)
    tree = nyash("pipeline", name, "--emit", "ast")
    assert tree.code == 0 and "(File" in tree.out and "twice" in tree.out
    module = nyash("pipeline", name, "--emit", "ir")
    assert module.code == 0 and module.out.startswith("nyir 1 ") and '"twice/1"' in module.out


@pytest.mark.parametrize("stage", ["ast", "ir"])
def test_an_artifact_goes_on_where_it_was_made(nyash, program, tmp_path: Path, stage: str) -> None:
    name = program(SOURCE)
    direct = nyash("pipeline", name, "--emit", "ir").out
    assert nyash("pipeline", name, "--emit", stage, "-o", "x.nyir").code == 0
    (tmp_path / name).unlink()
    assert nyash("pipeline", "x.nyir", "--emit", "ir").out == direct
    assert nyash("pipeline", "x.nyir", "--emit", "ir", "--text", "-o", "y.nyir").code == 0
    assert (tmp_path / "y.nyir").read_text() == direct
    assert nyash("pipeline", "y.nyir", "--emit", "ir").out == direct


def test_an_artifact_has_the_envelope(nyash, program, tmp_path: Path) -> None:
    import msgpack

    nyash("pipeline", program(SOURCE), "--emit", "ir", "-o", "x.nyir")
    envelope = msgpack.unpackb((tmp_path / "x.nyir").read_bytes())
    assert envelope[:3] == ["NYASH", "ir", 1]
    assert set(envelope[4]) >= {"nyash-parse", "nyash-ir"}


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda data: data[: len(data) // 2], "N0904"),
        (lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], "N0904"),
        (lambda data: data.replace(b"NYASH", b"HSAYN", 1), "N0901"),
        (lambda data: data.replace(b"\xa2ir\x01", b"\xa2ir\x7f", 1), "N0903"),
        (lambda data: data.replace(b"\xa2ir", b"\xa2xx", 1), "N0902"),
        (lambda data: b"", "N0901"),
        (lambda data: b"\x00\xff\xfe rubbish", "N0901"),
        (lambda data: b"rubbish as text", "N0605"),
    ],
    ids=["truncated", "a bit", "magic", "newer", "stage", "empty", "bytes", "text"],
)
def test_bad_artifacts_are_refused(nyash, program, tmp_path: Path, harm, code: str) -> None:
    nyash("pipeline", program(SOURCE), "--emit", "ir", "-o", "x.nyir")
    good = (tmp_path / "x.nyir").read_bytes()
    bad = harm(good)
    assert bad != good
    (tmp_path / "x.nyir").write_bytes(bad)
    shown = nyash("pipeline", "x.nyir", "--emit", "ir")
    assert shown.code in (2, 3)
    assert shown.out == ""
    assert shown.err.startswith(f"error[{code}]: x.nyir: ")
    assert shown.err.count("error[") == 1


def test_no_tree_from_ir(nyash, program) -> None:
    nyash("pipeline", program(SOURCE), "--emit", "ir", "-o", "x.nyir")
    shown = nyash("pipeline", "x.nyir", "--emit", "ast")
    assert (shown.code, "N0914" in shown.err) == (2, True)


def test_dump_dir_has_every_stage(nyash, program, tmp_path: Path) -> None:
    assert nyash("pipeline", program(SOURCE), "--emit", "ir", "--dump-dir", "d/e").code == 0
    names = sorted(p.name for p in (tmp_path / "d/e").iterdir())
    assert names[:2] == ["01-parse.ast.msgpack", "01-parse.ast.txt"]
    assert "02-lower.ir.msgpack" in names and "02-lower.nyir" in names
    assert any("-pass-ownership.nyir" in name for name in names)
    last = next(name for name in reversed(names) if name.endswith(".ir.msgpack"))
    assert nyash("pipeline", f"d/e/{last}", "--emit", "ir").code == 0
    dumped = (tmp_path / "d/e" / "02-lower.nyir").read_text()
    assert dumped.startswith("nyir 1 ")


def test_dumps_around_a_pass(nyash, program) -> None:
    name = program(SOURCE)
    shown = nyash(
        "pipeline", name, "--emit", "ir", "--dump-before", "ownership", "--dump-after", "ownership"
    )
    assert shown.out.startswith("; before-ownership\nnyir 1 ")
    assert "\n; after-ownership\nnyir 1 " in shown.out


@pytest.mark.parametrize("flag", ["--dump-before", "--dump-after", "--only-pass"])
def test_unknown_passes(nyash, program, flag: str) -> None:
    shown = nyash("pipeline", program(SOURCE), "--emit", "ir", flag, "frobnicate")
    assert shown.code == 2
    assert "error[N0916]: there is no pass `frobnicate`" in shown.err
    assert "ownership" in shown.err


def test_only_the_passes_asked_for(nyash, program) -> None:
    name = program("local x = 1 + 2\nprint(x)\n")
    shown = nyash("pipeline", name, "--emit", "ir", "--only-pass", "simplify")
    assert shown.code == 0
    assert "release" not in shown.out, "ownership did not run"


def test_unknown_backends_and_kinds(nyash, program) -> None:
    name = program(SOURCE)
    backend = nyash("pipeline", name, "--backend", "forth")
    assert (backend.code, "error[N0913]" in backend.err) == (2, True)
    kind = nyash("pipeline", name, "--emit", "tarot")
    assert (kind.code, "error[N0914]" in kind.err) == (2, True)
