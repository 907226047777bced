"""A diagnostic as data, for editors and other tools (`--error-format json`).

Lines and columns count from 1, columns and offsets count code points; `end` is behind the last
character. The number under `schema` grows when a member changes its meaning or goes away; new
members may come without that.
"""

from __future__ import annotations

from typing import Any

from ..source import SourceMap, Span
from .codes import CODES
from .model import Diagnostic, Label

SCHEMA = 1


def to_json(diagnostic: Diagnostic, sources: SourceMap) -> dict[str, Any]:
    """Plain dictionaries, lists, strings and numbers, ready for `json.dumps`."""
    known = CODES.get(diagnostic.code)
    return {
        "schema": SCHEMA,
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "title": known.title if known else None,
        "stage": known.stage if known else None,
        "message": diagnostic.message,
        "primary": _label(diagnostic.primary, sources) if diagnostic.primary else None,
        "related": [_label(label, sources) for label in diagnostic.related],
        "notes": list(diagnostic.notes),
        "help": {
            "text": diagnostic.help.text,
            "edits": [
                {**place(edit.span, sources), "replacement": edit.text}
                for edit in diagnostic.help.edits
            ],
        }
        if diagnostic.help
        else None,
    }


def place(span: Span, sources: SourceMap) -> dict[str, Any]:
    """A span as file, lines, columns and offsets; `file` is null for generated code."""
    source = sources.get(span.source)
    if source is None:
        return {"file": None, "start": None, "end": None}
    return {
        "file": source.name,
        "start": _position(source.line_column(span.start), span.start),
        "end": _position(source.line_column(span.end), span.end),
    }


def _position(line_column: tuple[int, int], offset: int) -> dict[str, int]:
    return {"line": line_column[0], "column": line_column[1], "offset": offset}


def _label(label: Label, sources: SourceMap) -> dict[str, Any]:
    return {**place(label.span, sources), "text": label.text}
