"""Wheels: what they carry, and that a program compiles from nothing but them.

They are built and installed without an index; third-party packages come from this environment.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("build")
pytest.importorskip("hatchling")

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("nyash_parse", "nyash_ir", "nyash_llvm", "nyash_rt", "nyash_http", "nyash")
pytestmark = pytest.mark.slow


def _build(folder: Path, output: Path, pins: bool = True) -> Path:
    environment = {**os.environ, "NYASH_SIBLING_PINS": "1" if pins else "0"}
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(output)]
    done = subprocess.run(
        [*command, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return max(output.glob("*.whl"), key=lambda p: p.stat().st_mtime_ns)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    output = tmp_path_factory.mktemp("wheels")
    folders = [ROOT / "packages" / n.replace("_", "-") for n in NAMES[:-1]]
    return {
        name: _build(folder, output) for name, folder in zip(NAMES, [*folders, ROOT], strict=True)
    }


def _names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def _metadata(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return archive.read(name).decode()


def test_every_file_of_a_package_is_in_its_wheel(wheels: dict[str, Path]) -> None:
    for name in NAMES[:-1]:
        source = ROOT / "packages" / name.replace("_", "-") / "src"
        wanted = {
            str(path.relative_to(source))
            for path in source.rglob("*")
            if path.is_file() and path.suffix != ".pyc"
        }
        assert wanted <= set(_names(wheels[name])), name
    data = {Path(n).suffix for wheel in wheels.values() for n in _names(wheel)}
    assert data >= {".nyash", ".c", ".h", ".S", ".lark", ".md", ".py", ".typed"}


def test_the_command_brings_no_tools(wheels: dict[str, Path]) -> None:
    tops = {n.split("/")[0] for n in _names(wheels["nyash"]) if ".dist-info" not in n}
    assert tops == {"nyash"}


def test_a_release_names_no_machine(wheels: dict[str, Path], tmp_path: Path) -> None:
    released = _metadata(wheels["nyash"])
    assert "file:" not in released
    assert "Requires-Dist: nyash-rt==0.1.0" in released
    local = _metadata(_build(ROOT, tmp_path, pins=False))
    assert f"nyash-rt @ {(ROOT / 'packages' / 'nyash-rt').as_uri()}" in local


def test_a_program_compiles_from_installed_wheels(wheels: dict[str, Path], tmp_path: Path) -> None:
    pytest.importorskip("pip")
    home = tmp_path / "env"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    site = next(home.glob("lib/python*/site-packages"))
    # Third-party packages of this environment; its own .pth files are not followed from here.
    (site / "third_party.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    options = ["--no-index", "--no-deps", "--force-reinstall"]
    files = [str(wheel) for wheel in wheels.values()]
    subprocess.run([*install, *options, *files], check=True, timeout=120)

    (tmp_path / "hello.nyash").write_text('print("installed")\n')
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [str(home / "bin" / "nyash"), *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = "import nyash_rt; print(nyash_rt.__file__)"
    found = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True)
    assert found.stdout.startswith(str(home)), "the installed package, not the checkout"
    assert run("--version") == "nyash 0.1.0\n"
    assert "# N0102" in run("explain", "N0102")
    assert run("run", "hello.nyash") == "installed\n"
