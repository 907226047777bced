"""Telling first mistakes from their consequences.

What goes wrong on a line after a first mistake there is nearly always that mistake again, so a
line has one syntax error.
"""

from __future__ import annotations

from .diagnostics.model import Report, Severity
from .source import Source


def lines_in_error(report: Report, source: Source) -> set[int]:
    """The lines of `source` about which an error has been reported."""
    lines: set[int] = set()
    for diagnostic in report.diagnostics:
        if diagnostic.severity is not Severity.ERROR or diagnostic.primary is None:
            continue
        for label in (diagnostic.primary, *diagnostic.related):
            if label.span.source == source.number:
                lines.add(source.line_column(label.span.start)[0])
    return lines
