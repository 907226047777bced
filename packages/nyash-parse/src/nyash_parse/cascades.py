"""Telling first mistakes from their consequences.

What goes wrong on a line after a first mistake there is nearly always that mistake again, so a
line has one syntax error.
"""

from __future__ import annotations

from .diagnostics.model import Report, Severity
from .source import Source, Span


def follows_another(report: Report, source: Source, place: Span) -> bool:
    """Whether an error about the line on which `place` begins has been reported."""
    line, _ = source.line_column(place.start)
    for diagnostic in report.diagnostics:
        if diagnostic.severity is not Severity.ERROR or diagnostic.primary is None:
            continue
        for label in (diagnostic.primary, *diagnostic.related):
            if label.span.source == source.number:
                if source.line_column(label.span.start)[0] == line:
                    return True
    return False
