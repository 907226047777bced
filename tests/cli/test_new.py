"""`nyash new`: what it makes checks, passes its tests, builds and serves."""

from __future__ import annotations

import http.client
import json
import subprocess
import time
from pathlib import Path

import pytest

from tools.free_port import free_port


def answer(port: int, path: str) -> dict:
    deadline = time.monotonic() + 20
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        finally:
            connection.close()


@pytest.mark.slow
def test_a_new_project_works(nyash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = nyash("new", "notes")
    assert made.code == 0 and "nyash test" in made.err
    monkeypatch.chdir(tmp_path / "notes")
    checked = nyash("check")
    assert checked.code == 0, checked.err
    assert "warning" not in checked.err
    tested = nyash("test")
    assert tested.code == 0, tested.err
    assert "2" in tested.out + tested.err
    built = nyash("build")
    assert built.code == 0, built.err
    port = free_port()
    server = subprocess.Popen([tmp_path / "notes/src/main.exe", "--port", str(port)])
    try:
        assert answer(port, "/greet/Ann") == {"greeting": "Hello, Ann!", "times": 1}
        assert answer(port, "/greetings") == {"Ann": 1}
    finally:
        server.terminate()
        assert server.wait(10) == 0


@pytest.mark.parametrize("name", ["Notes", "1st", "a b", "-x", "notes!"])
def test_bad_names(nyash, name: str, tmp_path: Path) -> None:
    done = nyash("new", "--", name)
    assert done.code != 0 and "error[N0921]" in done.err
    assert not list(tmp_path.iterdir())


def test_what_is_there_stays(nyash, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/mine").write_text("keep")
    done = nyash("new", "notes")
    assert done.code != 0 and "error[N0921]: notes is already there" in done.err
    assert [path.name for path in (tmp_path / "notes").iterdir()] == ["mine"]


def test_a_folder_that_cannot_be_made(nyash, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = nyash("new", "file/notes")
    assert done.code != 0 and "error[N0921]: cannot make file/notes: Not a directory" in done.err
