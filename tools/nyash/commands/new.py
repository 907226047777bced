"""Make a new project: a small web service with tests."""

from __future__ import annotations

import argparse
import sys
from importlib.resources import files
from pathlib import Path

from ..failure import Failure
from ..project import NAME_RULE, is_name

EXAMPLES = """\
examples:
  nyash new notes                 makes the folder notes/
  cd notes && nyash test          runs its tests
  cd notes && nyash run           serves on port 8080
"""

_MARK = "PROJECT_NAME"
_FILES = {
    "nyash.toml": "nyash.toml.txt",
    "README.md": "README.md.txt",
    ".gitignore": "gitignore.txt",
    "src/main.nyash": "main.nyash",
    "src/greetings.nyash": "greetings.nyash",
    "tests/greetings_test.nyash": "greetings_test.nyash",
}
"""What is made, from which template."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="the project's name, or a path whose last part it is")


def run(arguments: argparse.Namespace) -> int:
    folder = Path(arguments.name)
    if not is_name(folder.name):
        raise Failure("N0921", f"`{folder.name}` cannot be a project's name", help=NAME_RULE)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Failure("N0921", f"{folder} is already there", help="choose another name")
    templates = files("nyash") / "templates"
    try:
        for target, template in _FILES.items():
            path = folder / target
            path.parent.mkdir(parents=True, exist_ok=True)
            text = (templates / template).read_text("utf-8")
            path.write_text(text.replace(_MARK, folder.name), "utf-8")
    except OSError as error:
        raise Failure("N0921", f"cannot make {folder}: {error.strerror}") from None
    sys.stderr.write(f"made {folder}: cd {folder} && nyash test && nyash run\n")
    return 0
