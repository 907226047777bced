"""The command line itself: help, wrong usage, inputs and outputs that cannot be used."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from nyash.cli import COMMANDS

HELLO = 'print("hello")\n'
WRONG = "static box Main {\n    main() {\n        total = 0\n    }\n}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(nyash, name: str) -> None:
    shown = nyash(name, "--help")
    assert shown.code == 0
    assert f"usage: nyash {name}" in shown.out
    assert "examples:" in shown.out
    assert "exit codes:" in shown.out


def test_the_overview_names_every_command(nyash) -> None:
    shown = nyash("--help")
    assert shown.code == 0
    for name, text in COMMANDS.items():
        assert f"  {name}" in shown.out and text in shown.out
    nothing = nyash()
    assert (nothing.code, nothing.out) == (2, "")
    assert nothing.err == shown.out


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["bild", "x.nyash"], "did you mean `nyash build`?"),
        (["build"], "there is no nyash.toml here or above"),
        (["explain", "--froz"], "unrecognized arguments: --froz"),
        (["build", "--froz", "x.nyash"], "unrecognized arguments: --froz"),
        (["--no-plugins"], "no command given"),
        (["pipeline", "missing.nyash"], "there is no file missing.nyash"),
        (["check", "."], ". is a folder"),
        (["explain", "N0103x"], "did you mean N0103?"),
        (["explain", "frob"], "`nyash explain` lists all codes"),
    ],
)
def test_wrong_usage_is_2(nyash, arguments: list[str], part: str) -> None:
    shown = nyash(*arguments)
    assert shown.code == 2
    assert shown.out == ""
    assert shown.err.startswith("error[N09")
    assert part in shown.err


def test_a_misspelt_file_is_guessed(nyash, program) -> None:
    program(HELLO, "server.nyash")
    assert "did you mean server.nyash?" in nyash("check", "sever.nyash").err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(nyash, program, tmp_path: Path) -> None:
    program(HELLO)
    (tmp_path / "p.nyash").chmod(0)
    shown = nyash("check", "p.nyash")
    assert (shown.code, "Permission denied" in shown.err) == (2, True)


@pytest.mark.parametrize(
    ("output", "part"),
    [
        (".", "the output . is a folder"),
        ("nowhere/p.exe", "there is no folder nowhere"),
        ("p.nyash", "would replace the input"),
    ],
)
def test_outputs_that_cannot_be(nyash, program, tmp_path: Path, output: str, part: str) -> None:
    name = program(HELLO)
    for command in (["build"], ["pipeline", "--emit", "exe"]):
        shown = nyash(*command, name, "-o", output)
        assert shown.code == 2, shown.err
        assert "error[N0912]" in shown.err and part in shown.err
    assert (tmp_path / name).read_text() == HELLO


def test_errors_as_json(nyash, program) -> None:
    shown = nyash("check", "--error-format", "json", program(WRONG))
    assert shown.code == 1
    lines = [json.loads(line) for line in shown.err.splitlines()]
    assert [line["code"] for line in lines] == ["N0102"]
    usage = nyash("check", "--error-format=json", "--froz")
    assert json.loads(usage.err)["code"] == "N0910"
    leading = nyash("--error-format", "json", "check", "missing.nyash")
    assert json.loads(leading.err)["code"] == "N0911"


def test_check(nyash, program) -> None:
    good = nyash("check", program(HELLO))
    assert (good.code, good.out, good.err) == (0, "", "p.nyash: no errors\n")
    bad = nyash("check", program(WRONG))
    assert bad.code == 1
    assert "error[N0102]: assignment to undeclared variable `total`" in bad.err
    assert " --> p.nyash:3:9" in bad.err
    assert bad.err.endswith("1 error\n")
    both = nyash("check", program(WRONG), program(HELLO, "q.nyash"))
    assert both.code == 1 and "q.nyash: no errors" in both.err


def test_explain(nyash) -> None:
    page = nyash("explain", "n0102")
    assert page.code == 0
    assert page.out.startswith("# N0102: assignment to ")
    listed = nyash("explain")
    assert "N0102" in listed.out and "N0911" in listed.out


def test_an_internal_error_is_one_message(nyash, program, monkeypatch) -> None:
    import nyash_ir.lower.program as lowering

    def fails(*_: object) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr(lowering, "lower_program", fails)
    shown = nyash("check", program(HELLO))
    assert shown.code == 3
    assert shown.err.startswith("error[N0600]: nyash failed: KeyError: 'surprise' (test_usage.py:")
    assert "Traceback" not in shown.err
    assert "Traceback" in nyash("check", "--debug", "p.nyash").err
