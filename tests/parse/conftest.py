"""What the parser's tests share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from nyash_parse.ast import File
from nyash_parse.diagnostics.model import Diagnostic, Report
from nyash_parse.program import parse_file
from nyash_parse.source import SourceMap


@dataclass
class Parsed:
    """A file's tree and what was said about it."""

    file: File
    diagnostics: list[Diagnostic]
    sources: SourceMap

    @property
    def codes(self) -> list[str]:
        return [diagnostic.code for diagnostic in self.diagnostics]

    @property
    def places(self) -> list[tuple[str, int, int]]:
        """Code, line and column of each diagnostic."""
        return [
            (d.code, *self.sources.place(d.primary.span)[1:]) for d in self.diagnostics if d.primary
        ]


@pytest.fixture(scope="session")
def parse() -> Callable[..., Parsed]:
    """`parse(text, provider=False)`."""

    def parse_text(text: str, provider: bool = False) -> Parsed:
        sources = SourceMap()
        report = Report()
        file = parse_file(sources.add("test.nyash", text), report, provider)
        return Parsed(file, report.diagnostics, sources)

    return parse_text
