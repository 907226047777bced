"""Who may import whom: parse ← ir ← llvm, providers see only the hooks (settings: pyproject.toml).

Also what must not be imported early: listing plug-ins or printing a version loads nothing heavy.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_import_contracts_hold():
    program = (
        "import sys; from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(config_filename='pyproject.toml', no_cache=True))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("nyash_ir", {"msgspec", "pluggy", "nyash_ir.module"}),
        ("nyash_ir.hooks", {"pluggy", "nyash_ir.module", "lark"}),
        ("nyash_ir.hooks.registry", {"pluggy", "nyash_ir.module", "lark", "llvmlite"}),
        ("nyash_ir.plugin", {"nyash_ir.module", "nyash_ir.passes.manager", "lark", "llvmlite"}),
        ("nyash_ir.module", {"pluggy", "lark", "llvmlite", "rich"}),
        ("nyash_ir.lower.program", {"pluggy", "lark", "llvmlite", "rich", "nyash_ir.passes"}),
    ],
)
def test_nothing_heavy_is_imported_early(module, unwanted):
    program = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert unwanted.isdisjoint(done.stdout.split())
