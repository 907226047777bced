"""The README's scripts: that they need nothing but the standard library, and refuse early."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ("environment", "quickstart", "test")


@pytest.mark.parametrize("name", SCRIPTS)
def test_only_the_standard_library(name: str) -> None:
    tree = ast.parse((ROOT / "tools" / f"{name}.py").read_text())
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported <= set(sys.stdlib_module_names) | set(SCRIPTS)


def test_a_busy_port_is_said_before_anything_is_installed(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, str(ROOT / "tools" / "quickstart.py"), "--port", str(port)],
            env={"HOME": str(tmp_path), "PATH": "/nowhere"},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"port {port} cannot be used" in done.stderr
    assert "--port" in done.stderr


def test_the_readme_names_the_scripts() -> None:
    text = (ROOT / "README.md").read_text()
    for command in ("python3 tools/quickstart.py", "python3 tools/test.py"):
        assert f"```sh\n{command}\n```" in text
    ci = ROOT / ".ci" / "run"
    assert os.access(ci, os.X_OK)
    assert "python3 tools/test.py" in ci.read_text()
