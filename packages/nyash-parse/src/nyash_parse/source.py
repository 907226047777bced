"""Source text and places in it.

A `Span` is a half-open range of *code point* offsets into one `Source`; lines and columns are
derived from it only when a person has to read them. Sources are numbered by the `SourceMap` of
the compilation, so that a span is three small integers in every artifact.
"""

from __future__ import annotations

from bisect import bisect_right

import msgspec


class Span(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Half-open range `[start, end)` of code points in source number `source`."""

    source: int
    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The smallest span that covers this one and `other` (of the same source)."""
        return Span(self.source, min(self.start, other.start), max(self.end, other.end))


NO_SPAN = Span(-1, 0, 0)
"""The place of things no source text stands for (the generated entry point, for example)."""


class SourceError(Exception):
    """A file's bytes are not Nyash text. `offset` is the first bad byte's."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class Source:
    """One file's text, with a table of its lines.

    `name` is the path as shown to people; `number` its index in the `SourceMap`.
    """

    def __init__(self, name: str, text: str, number: int = 0) -> None:
        self.name = name
        self.text = text
        self.number = number
        self._line_starts: list[int] | None = None

    @classmethod
    def from_bytes(cls, name: str, data: bytes, number: int = 0) -> Source:
        """Decode UTF-8, skipping a byte order mark. Raises `SourceError` for invalid UTF-8."""
        body = data[3:] if data.startswith(b"\xef\xbb\xbf") else data
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError as error:
            offset = error.start + len(data) - len(body)
            raise SourceError(f"invalid UTF-8 at byte {offset}", offset) from None
        return cls(name, text, number)

    @property
    def line_starts(self) -> list[int]:
        if self._line_starts is None:
            starts = [0]
            position = self.text.find("\n")
            while position >= 0:
                starts.append(position + 1)
                position = self.text.find("\n", position + 1)
            self._line_starts = starts
        return self._line_starts

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of a code point offset, both counted from 1."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """The text of a line counted from 1, without its line end."""
        start = self.line_starts[line - 1]
        end = self.line_starts[line] - 1 if line < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r")

    def slice(self, span: Span) -> str:
        return self.text[span.start : span.end]


class SourceMap:
    """Every source of one compilation, by number. Numbers are dense and never reused."""

    def __init__(self) -> None:
        self.sources: list[Source] = []

    def add(self, name: str, text: str) -> Source:
        source = Source(name, text, len(self.sources))
        self.sources.append(source)
        return source

    def add_bytes(self, name: str, data: bytes) -> Source:
        """Like `add`, from a file's bytes. Raises `SourceError`."""
        source = Source.from_bytes(name, data, len(self.sources))
        self.sources.append(source)
        return source

    def get(self, number: int) -> Source | None:
        return self.sources[number] if 0 <= number < len(self.sources) else None

    def place(self, span: Span) -> tuple[str, int, int]:
        """`(name, line, column)` of a span's start; `("<generated>", 0, 0)` if it has no source."""
        source = self.get(span.source)
        if source is None:
            return "<generated>", 0, 0
        return (source.name, *source.line_column(span.start))
