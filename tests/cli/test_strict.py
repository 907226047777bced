"""`--strict`: warnings are errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

PROGRAM = """\
box A { m() { return 1 } }
box B from A { m() { return 2 } }
print(new B().m())
"""


@pytest.mark.parametrize("command", ["check", "run", "build"])
def test_a_missing_override_is_an_error(nyash, tmp_path: Path, command: str) -> None:
    (tmp_path / "a.nyash").write_text(PROGRAM)
    done = nyash(command, "--strict", "a.nyash")
    assert done.code == 1 and "error[N0503]" in done.err
    assert not list(tmp_path.glob("*.exe"))


def test_without_it_a_warning(nyash, tmp_path: Path) -> None:
    (tmp_path / "a.nyash").write_text(PROGRAM)
    done = nyash("check", "a.nyash")
    assert done.code == 0 and "warning[N0503]" in done.err


def test_as_data_it_has_schema_places_and_edits(nyash, tmp_path: Path) -> None:
    (tmp_path / "a.nyash").write_text(PROGRAM)
    done = nyash("check", "--strict", "--error-format", "json", "a.nyash")
    (line,) = (done.out + done.err).splitlines()
    entry = json.loads(line)
    assert entry["schema"] == 1
    assert (entry["code"], entry["severity"]) == ("N0503", "error")
    assert "override" in json.dumps(entry["help"]) and entry["help"]["edits"]
