"""Reads the declarations of Box libraries, and remembers their syntax trees between runs.

Every compilation needs all declarations; parsing them takes longer than the rest of a small
program's compilation. The trees are kept as msgpack under a key of the files' contents and of the
parser's own files, so a changed declaration or parser is noticed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from nyash_ir.boxes import LoadedLibrary
from nyash_ir.hooks.records import BoxLibrary
from nyash_parse.ast import File, SourceText
from nyash_rt.toolchain.cache import Cache, key_of

from .driver import cache_folder
from .failure import Failure

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def load_libraries(libraries: Sequence[BoxLibrary]) -> list[LoadedLibrary]:
    """The libraries in the order given. Raises `Failure` if a declaration file is wrong."""
    cache = Cache(cache_folder())
    parser = _parser_state()
    return [_load(library, cache, parser) for library in libraries]


def _load(library: BoxLibrary, cache: Cache, parser: list[str]) -> LoadedLibrary:
    contents = [(item.name, _read(library, item)) for item in library.declarations]
    parts = [part for name, data in contents for part in (name, data)]
    key = key_of([*parser, library.name, *parts])
    files = _remembered(cache, key)
    if files is None:
        files = _parse(library, contents)
        cache.write("declarations", key, msgspec.msgpack.encode(files))
    sources = tuple(
        SourceText(f"{library.name}/{name}", _text(library, name, data)) for name, data in contents
    )
    return LoadedLibrary(library.name, library.namespace, files, sources)


def _read(library: BoxLibrary, item: Traversable) -> bytes:
    try:
        return item.read_bytes()
    except OSError as error:
        raise Failure(
            "N0808", f"Box library {library.name}: cannot read {item.name}: {error.strerror}"
        ) from error


def _remembered(cache: Cache, key: str) -> tuple[File, ...] | None:
    data = cache.read("declarations", key)
    if data is None:
        return None
    try:
        return msgspec.msgpack.decode(data, type=tuple[File, ...])
    except msgspec.DecodeError:
        return None


def _parse(library: BoxLibrary, contents: Sequence[tuple[str, bytes]]) -> tuple[File, ...]:
    from nyash_parse.diagnostics.model import Report
    from nyash_parse.diagnostics.text import render
    from nyash_parse.program import parse_file
    from nyash_parse.source import SourceMap

    sources, report = SourceMap(), Report()
    files = []
    for name, data in contents:
        source = sources.add(f"{library.name}/{name}", _text(library, name, data))
        files.append(parse_file(source, report, provider=True))
    if report.has_errors:
        words = "\n".join(render(d, sources) for d in report.diagnostics)
        raise Failure("N0808", f"the declarations of Box library {library.name} are wrong\n{words}")
    return tuple(files)


def _text(library: BoxLibrary, name: str, data: bytes) -> str:
    from nyash_parse.source import Source, SourceError

    try:
        return Source.from_bytes(name, data).text
    except SourceError as error:
        raise Failure("N0808", f"Box library {library.name}: {name}: {error}") from error


def _parser_state() -> list[str]:
    """Names, sizes and times of the parser's files: what the trees depend on besides the text."""
    found = find_spec("nyash_parse")
    root = Path(found.origin).parent if found and found.origin else Path()
    state = []
    for folder in (root, root / "ast", root / "build", root / "grammar"):
        for entry in sorted(os.scandir(folder), key=lambda e: e.name) if folder.is_dir() else ():
            if entry.name.endswith((".py", ".lark")):
                facts = entry.stat()
                state.append(f"{entry.name}:{facts.st_size}:{facts.st_mtime_ns}")
    return state
