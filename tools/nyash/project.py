"""A project: the folder with a `nyash.toml`, its source folders, its dependencies.

The file is optional; a single file needs none. Dependencies are other projects by their local path;
their source folders, and those of their dependencies, are searched behind the project's own.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nyash_parse.diagnostics.nearest import nearest

from .failure import Failure

FILE = "nyash.toml"
_KEYS = ("name", "version", "main", "sources", "dependencies")
_NAME = re.compile(r"[a-z][a-z0-9_-]*\Z")
NAME_RULE = "a project's name is lower-case letters, digits, _ and -, and begins with a letter"


@dataclass(frozen=True)
class Project:
    """`main` is its main file, `folders` where `using` looks: its own source folders first."""

    root: Path
    name: str
    version: str
    main: Path
    folders: tuple[Path, ...]


def is_name(text: str) -> bool:
    return bool(_NAME.match(text))


def project_of(place: Path) -> Project | None:
    """The project that a file or folder lies in; None outside of any. Raises `Failure` (N0920)."""
    start = place.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return _load(_shown(folder), ())
    return None


def folders_of(source: Path) -> tuple[str, ...]:
    """Where `using` looks for a main file: beside it, and in its project. Raises `Failure`."""
    project = project_of(source.parent)
    beside = source.parent
    inner = [] if project is None else [str(folder) for folder in project.folders]
    return tuple(dict.fromkeys([str(beside), *inner]))


def main_file() -> str:
    """The main file of the project around the current folder. Raises `Failure`."""
    project = project_of(Path())
    if project is None:
        raise Failure(
            "N0911",
            f"there is no {FILE} here or above",
            help="name a file, or begin: nyash new NAME",
        )
    return str(project.main)


def _shown(folder: Path) -> Path:
    """The folder as a user would write it from here."""
    here = Path.cwd()
    return Path(os.path.relpath(folder)) if folder.is_relative_to(here) else folder


def _load(root: Path, chain: tuple[Path, ...]) -> Project:
    """`chain`: the projects that led here, whose dependencies it may not be."""
    file = root / FILE
    try:
        text = file.read_text("utf-8")
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Failure("N0920", f"{file}: {error}") from None
    except OSError as error:
        raise Failure("N0920", f"cannot read {file}: {error.strerror}") from None
    return _Reader(root, file, text, table, (*chain, root.resolve())).project()


class _Reader:
    """One `nyash.toml`, checked as it is read."""

    def __init__(
        self, root: Path, file: Path, text: str, table: dict[str, Any], chain: tuple[Path, ...]
    ) -> None:
        self._root, self._file, self._text, self._table = root, file, text, table
        self._chain = chain

    def project(self) -> Project:
        for key in self._table:
            if key not in _KEYS:
                close = nearest(key, _KEYS)
                hint = f"did you mean `{close[0]}`?" if close else f"keys: {', '.join(_KEYS)}"
                raise self._wrong(key, f"unknown key `{key}`", hint)
        name = self._string("name", self._root.resolve().name)
        if "name" in self._table and not is_name(name):
            raise self._wrong("name", NAME_RULE)
        sources = [self._folder(item) for item in self._strings("sources", ["src"])]
        main = self._root / self._string("main", "src/main.nyash")
        folders = dict.fromkeys(sources)
        for dependency in self._dependencies():
            folders.update(dict.fromkeys(dependency.folders))
        return Project(self._root, name, self._string("version", "0.1.0"), main, tuple(folders))

    def _dependencies(self) -> list[Project]:
        table = self._table.get("dependencies", {})
        if not isinstance(table, dict):
            raise self._wrong("dependencies", "`dependencies` is a table of projects")
        return [self._dependency(name, value) for name, value in table.items()]

    def _dependency(self, name: str, value: Any) -> Project:
        path = value.get("path") if isinstance(value, dict) and set(value) == {"path"} else value
        if not isinstance(path, str):
            raise self._wrong(name, f'`{name}` is a path: {name} = {{ path = "../{name}" }}')
        folder = self._root / path
        if not (folder / FILE).is_file():
            raise self._wrong(name, f"there is no {folder / FILE}")
        if folder.resolve() in self._chain:
            raise self._wrong(name, f"`{name}` depends on this project in turn")
        return _load(folder, self._chain)

    def _folder(self, item: str) -> Path:
        folder = self._root / item
        if not folder.is_dir():
            raise self._wrong("sources", f"there is no source folder {folder}")
        return folder

    def _string(self, key: str, default: str) -> str:
        value = self._table.get(key, default)
        if not isinstance(value, str) or not value:
            raise self._wrong(key, f"`{key}` is a text")
        return value

    def _strings(self, key: str, default: list[str]) -> list[str]:
        value = self._table.get(key, default)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, f'`{key}` is a list of folders: {key} = ["src"]')
        return value

    def _wrong(self, key: str, message: str, hint: str = "") -> Failure:
        """With the line on which the key stands."""
        written = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=|\s*\[{re.escape(key)}")
        lines = self._text.splitlines()
        number = next((n for n, line in enumerate(lines, 1) if written.match(line)), None)
        place = f"{self._file}:{number}" if number else str(self._file)
        return Failure("N0920", f"{place}: {message}", help=hint)
