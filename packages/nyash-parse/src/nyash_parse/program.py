"""Reading a whole program: one file, and the files its `include` and `using` lines bring in."""

from __future__ import annotations

import posixpath
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from . import syntax_errors as wording
from .ast import File, Include, Program, SourceText, Using
from .brackets import TooDeep
from .diagnostics.model import Diagnostic, Report
from .parser import Parser
from .scanner import scan
from .source import Source, SourceError, SourceMap, Span
from .tokens import arrange

EXTENSION = ".nyash"


class SourceFiles(Protocol):
    """Where sources come from: a disk, an editor's buffers, a dictionary in a test."""

    def read(self, path: str) -> bytes:
        """The file's bytes. Raises `OSError`."""
        ...

    def exists(self, path: str) -> bool: ...


def parse_file(source: Source, report: Report, provider: bool = False) -> File:
    """The tree of one source: all that could be read of it, whatever `report` then holds.

    `provider` admits the native declarations of Box providers.
    """
    found = Report()
    raw = scan(source, found)
    try:
        tokens = arrange(raw, source, found, provider)
        file = Parser(raw, tokens, source, found, provider).run()
    except TooDeep as error:
        found.add(wording.too_deep(error.span))
        file = File(Span(source.number, 0, len(source.text)), ())
    for diagnostic in sorted(found.diagnostics, key=_place):
        report.add(diagnostic)
    report.unread.extend(found.unread)
    return file


def _place(diagnostic: Diagnostic) -> int:
    return diagnostic.primary.span.start if diagnostic.primary else -1


def parse_program(
    path: str,
    files: SourceFiles,
    report: Report,
    sources: SourceMap,
    folders: Sequence[str] = (),
) -> Program | None:
    """The program whose main file is `path`; None if the main file cannot be read.

    `include` paths are relative to the including file; `using a.b` is `a/b.nyash` in the first of
    `folders` that has it, else a library's business. Files are taken in once,
    in the order in which they are met, so that cycles do no harm. The sources of `sources` before
    this program's own (a library's, say) keep their numbers and are part of the program's table.
    """
    reader = _Reader(files, report, sources, folders)
    if not reader.take(path, None):
        return None
    while reader.waiting:
        name, source = reader.waiting.popleft()
        file = parse_file(source, report)
        reader.trees.append(file)
        for item in file.items:
            if isinstance(item, Include):
                reader.include(name, item)
            elif isinstance(item, Using):
                reader.using(name, item)
    return Program(
        tuple(SourceText(source.name, source.text) for source in sources.sources),
        tuple(reader.trees),
        tuple(reader.libraries),
    )


class _Reader:
    def __init__(
        self, files: SourceFiles, report: Report, sources: SourceMap, folders: Sequence[str]
    ) -> None:
        self.files = files
        self.report = report
        self.sources = sources
        self.folders = folders
        self.seen: set[str] = set()
        self.waiting: deque[tuple[str, Source]] = deque()
        self.trees: list[File] = []
        self.libraries: dict[str, None] = {}

    def take(self, path: str, asked: Span | None) -> bool:
        """Read one file, unless it has been; False (and a diagnostic) if that is impossible."""
        key = posixpath.normpath(path)
        if key in self.seen:
            return True
        self.seen.add(key)
        try:
            data = self.files.read(path)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.report.add(wording.unreadable(path, reason, asked))
            return False
        try:
            source = self.sources.add_bytes(path, data)
        except SourceError as error:
            self.report.add(wording.invalid_utf8(path, error.offset))
            return False
        self.waiting.append((path, source))
        return True

    def include(self, includer: str, item: Include) -> None:
        path = item.path
        if not posixpath.isabs(path):
            path = posixpath.join(posixpath.dirname(includer), path)
        path = posixpath.normpath(path)
        tried = [path] if path.endswith(EXTENSION) else [path, path + EXTENSION]
        for candidate in tried:
            if posixpath.normpath(candidate) in self.seen or self.files.exists(candidate):
                self.take(candidate, item.span)
                return
        self.report.add(wording.include_missing(item.span, item.path, tried))

    def using(self, user: str, item: Using) -> None:
        relative = item.name.replace(".", "/") + EXTENSION
        for folder in self.folders:
            path = posixpath.normpath(posixpath.join(folder, relative))
            if path in self.seen or self.files.exists(path):
                self.take(path, item.span)
                return
        self.libraries.setdefault(item.name)
