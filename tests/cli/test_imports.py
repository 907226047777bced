"""What commands import: measured by modules, not by the clock."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_HEAVY = {"lark", "llvmlite", "rich", "pluggy", "msgspec", "msgpack", "ziglang"}
_OURS = {"nyash_parse", "nyash_ir", "nyash_llvm", "nyash_rt", "nyash_http"}
_SCRIPT = """
import atexit, sys
atexit.register(lambda: print("\\nMODULES", *sys.modules))
from nyash.__main__ import main
main()
"""


def _modules(tmp_path: Path, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    marker = next(s for s in reversed(done.stdout.splitlines()) if s.startswith("MODULES"))
    return set(marker.split()[1:])


def _packages(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_version_needs_nothing(tmp_path: Path) -> None:
    found = _packages(_modules(tmp_path, "--version"))
    assert not found & (_HEAVY | _OURS | {"argparse", "importlib.metadata", "asyncio", "json"})


def test_help_needs_no_package_of_ours(tmp_path: Path) -> None:
    assert not _packages(_modules(tmp_path, "--help")) & (_HEAVY | _OURS)


@pytest.mark.parametrize(
    "arguments", [("check", "p.nyash"), ("pipeline", "p.nyash", "--emit", "ir")]
)
def test_checking_needs_no_backend(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "p.nyash").write_text('print("x")\n')
    _modules(tmp_path, *arguments)  # prepares the declarations
    found = _modules(tmp_path, *arguments)
    assert not _packages(found) & {"llvmlite", "rich", "ziglang"}
    assert "nyash_rt.toolchain.zig" not in found


def test_explaining_needs_no_compiler(tmp_path: Path) -> None:
    found = _packages(_modules(tmp_path, "explain", "N0102"))
    assert not found & {"llvmlite", "rich", "ziglang", "pluggy", "lark", "nyash_llvm", "nyash_rt"}


def test_version_answers(tmp_path: Path) -> None:
    import nyash

    for flag in ("--version", "-V"):
        command = [sys.executable, "-m", "nyash", flag]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout == f"nyash {nyash.__version__}\n"
