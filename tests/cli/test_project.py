"""`nyash.toml`: the project's main file, source folders and dependencies."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def write(tmp_path: Path):
    def put(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return put


def test_using_finds_sources_and_dependencies(nyash, write, tmp_path: Path, monkeypatch) -> None:
    write(
        "app/nyash.toml",
        'name = "app"\nsources = ["src", "lib"]\n[dependencies]\nshapes = { path = "../shapes" }\n',
    )
    write("app/src/main.nyash", "using helper\nusing circle\nprint(help() + area())\n")
    write("app/lib/helper.nyash", "function help() { return 1 }\n")
    write("shapes/nyash.toml", '[dependencies]\nnumbers = "../numbers"\n')
    write("shapes/src/circle.nyash", "using three\nfunction area() { return three() * 2 }\n")
    write("numbers/nyash.toml", "")
    write("numbers/src/three.nyash", "function three() { return 3 }\n")
    main = tmp_path / "app/src/main.nyash"
    assert nyash("check", str(main)).code == 0
    monkeypatch.chdir(tmp_path / "app/lib")  # anywhere below
    assert nyash("check").code == 0
    assert nyash("build").code == 0
    assert (tmp_path / "app/src/main.exe").exists()


def test_without_a_project_a_file_is_needed(nyash) -> None:
    for command in ("build", "check", "run"):
        done = nyash(command)
        assert done.code != 0 and "error[N0911]" in done.err and "nyash.toml" in done.err


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("name =", "nyash.toml: Invalid value"),
        ("name = 3", "nyash.toml:1: `name` is a text"),
        ('name = "Big"', "nyash.toml:1: a project's name is"),
        ('\n\nnmae = "x"', "nyash.toml:3: unknown key `nmae`"),
        ('sources = "src"', "nyash.toml:1: `sources` is a list of folders"),
        ('sources = ["no"]', "nyash.toml:1: there is no source folder no"),
        ("dependencies = 3", "nyash.toml:1: `dependencies` is a table"),
        ("[dependencies]\nx = 3", "nyash.toml:2: `x` is a path"),
        ('[dependencies]\nx = "../no"', "nyash.toml:2: there is no ../no/nyash.toml"),
        ('[dependencies]\nx = "."', "nyash.toml:2: `x` depends on this project in turn"),
        ('main = "no.nyash"', "there is no file no.nyash"),
    ],
)
def test_wrong_files(nyash, write, toml: str, message: str) -> None:
    write("src/main.nyash", "print(1)\n")
    write("nyash.toml", toml)
    done = nyash("check")
    assert done.code != 0
    assert message in done.err, done.err
    assert "error[N0920]" in done.err or "no.nyash" in message


def test_did_you_mean(nyash, write) -> None:
    write("src/main.nyash", "print(1)\n")
    write("nyash.toml", 'nmae = "x"\n')
    assert "did you mean `name`?" in nyash("check").err
