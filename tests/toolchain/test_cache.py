"""The cache: complete entries only, one builder per key, whatever is interrupted or parallel."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nyash_ir.hooks.records import BackendError
from nyash_rt.toolchain.cache import Cache, default_root, key_of


def test_an_entry_is_built_once(tmp_path: Path) -> None:
    cache, built = Cache(tmp_path), []

    def build(folder: Path) -> None:
        built.append(folder)
        (folder / "x").write_text("made")

    first = cache.get("kind", "key", build)
    second = cache.get("kind", "key", build)
    assert first == second == tmp_path / "kind" / "key"
    assert (first / "x").read_text() == "made"
    assert len(built) == 1


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path)

    def build(folder: Path) -> None:
        (folder / "half").write_text("")
        raise BackendError("no")

    with pytest.raises(BackendError):
        cache.get("kind", "key", build)
    assert cache.find("kind", "key") is None
    assert [p.name for p in (tmp_path / "kind").iterdir()] == [".key.lock"]


_SLOW_BUILDER = """
import sys, time
from pathlib import Path
from nyash_rt.toolchain.cache import Cache
def build(folder):
    (folder / "half").write_text("")
    print("building", flush=True)
    time.sleep(float(sys.argv[2]))
    (folder / "whole").write_text("")
folder = Cache(Path(sys.argv[1])).get("kind", "key", build)
print("done", sorted(p.name for p in folder.iterdir()), flush=True)
"""


def _builder(root: Path, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _SLOW_BUILDER, str(root), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_killed_build_is_swept_away_by_the_next(tmp_path: Path) -> None:
    victim = _builder(tmp_path, 30)
    assert victim.stdout is not None and victim.stdout.readline() == "building\n"
    os.kill(victim.pid, signal.SIGKILL)
    victim.communicate()
    left = [p.name for p in (tmp_path / "kind").iterdir() if p.name.startswith(".building")]
    assert len(left) == 1, "the killed builder's folder"
    following = _builder(tmp_path, 0)
    output, _ = following.communicate(timeout=20)
    assert output == "building\ndone ['half', 'whole']\n"
    assert sorted(p.name for p in (tmp_path / "kind").iterdir()) == [".key.lock", "key"]


def test_parallel_builders_build_once(tmp_path: Path) -> None:
    first = _builder(tmp_path, 0.5)
    assert first.stdout is not None
    assert first.stdout.readline() == "building\n"
    others = [_builder(tmp_path, 0) for _ in range(3)]
    outputs = [process.communicate(timeout=20)[0] for process in (first, *others)]
    assert outputs == ["done ['half', 'whole']\n"] * 4


def test_small_entries(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert cache.read("trees", "k") is None
    cache.write("trees", "k", b"data")
    assert cache.read("trees", "k") == b"data"


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache")
    with pytest.raises(BackendError, match=r"cache folder .*NYASH_CACHE_DIR"):
        cache.get("kind", "key", lambda folder: None)
    cache.write("trees", "k", b"data")  # only a cache: no error


def test_clear_and_size(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    cache.get("kind", "key", lambda folder: (folder / "x").write_text("12345") and None)
    assert cache.size() == (1, 5)
    cache.clear()
    assert cache.size() == (0, 0)
    cache.clear()


def test_keys_tell_lists_apart() -> None:
    keys = [key_of(["ab", "c"]), key_of(["a", "bc"]), key_of(["abc"]), key_of(["ab", "c", ""])]
    assert len(set(keys)) == 4
    assert key_of(["ab", b"c"]) == keys[0]


def test_a_relative_folder_is_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_root({"NYASH_CACHE_DIR": "here"}) == tmp_path / "here"


def test_where_the_cache_lies() -> None:
    everything = {"NYASH_CACHE_DIR": "/n", "XDG_CACHE_HOME": "/x", "HOME": "/h"}
    assert default_root(everything) == Path("/n")
    del everything["NYASH_CACHE_DIR"]
    assert default_root(everything) == Path("/x/nyash")
    del everything["XDG_CACHE_HOME"]
    assert default_root(everything) == Path("/h/.cache/nyash")


def test_waiting_for_a_builder_takes_no_processor_time(tmp_path: Path) -> None:
    slow = _builder(tmp_path, 0.6)
    assert slow.stdout is not None and slow.stdout.readline() == "building\n"
    used = time.process_time()
    Cache(tmp_path).get("kind", "key", lambda folder: None)
    assert time.process_time() - used < 0.3
    slow.communicate(timeout=20)
