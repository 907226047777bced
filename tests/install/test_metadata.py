"""Versions and pins: said once, or the same everywhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import nyash
import pytest

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = sorted((ROOT / "packages").iterdir())


def _project(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text())


def _name(requirement: str) -> str:
    return re.split(r"[<>=!~ \[]", requirement)[0].lower()


def _requirements() -> set[str]:
    """Everything any of our projects asks for, to run, to build or to test."""
    root = _project(ROOT)
    found = set(root["tool"]["hatch"]["metadata"]["hooks"]["custom"]["third-party"])
    for group in root["project"]["optional-dependencies"].values():
        found |= set(group)
    for folder in (ROOT, *MEMBERS):
        project = _project(folder)
        found |= set(project["build-system"]["requires"])
        found |= set(project["project"].get("dependencies", ()))
    return found


@pytest.mark.parametrize("folder", MEMBERS, ids=lambda p: p.name)
def test_one_version(folder: Path) -> None:
    project = _project(folder)["project"]
    assert project["version"] == nyash.__version__
    for requirement in project["dependencies"]:
        if requirement.startswith("nyash"):
            assert requirement.endswith(f"=={nyash.__version__}")


def test_the_root_has_that_version_too() -> None:
    assert _project(ROOT)["project"]["version"] == nyash.__version__


def test_constraints_pin_every_requirement() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.]*", pin) for pin in pins)
    pinned = {_name(pin).replace("_", "-") for pin in pins}
    wanted = {_name(r) for r in _requirements() if not r.startswith("nyash")}
    assert wanted <= pinned


def test_only_constraints_pin() -> None:
    assert [r for r in _requirements() if "==" in r and not r.startswith("nyash")] == []


@pytest.mark.parametrize("folder", MEMBERS, ids=lambda p: p.name)
def test_a_member_looks_like_one(folder: Path) -> None:
    module = folder.name.replace("-", "_")
    source = folder / "src" / module
    assert (source / "py.typed").is_file() and (source / "__init__.py").is_file()
    assert (folder / "README.md").read_text().startswith(f"# {folder.name}\n")
    entry = _project(folder)["project"].get("entry-points", {}).get("nyash", {})
    assert bool(entry) == (source / "plugin.py").is_file()
    assert list(entry.values()) in ([], [f"{module}.plugin"])
