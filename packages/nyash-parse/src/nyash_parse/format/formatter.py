"""From a file's text to its text in the one style, checked."""

from __future__ import annotations

import msgspec

from ..ast import File
from ..ast.node import Node
from ..diagnostics.model import Report
from ..source import Source, Span
from .layout import lay_out
from .pieces import Piece, comments_of, pieces_of
from .spacing import sign_roles

_MOST_ROUNDS = 6
"""A line that was opened may give those behind it another level; it takes two rounds at most in
practice, the last of which finds nothing to do."""


class FormatError(Exception):
    """The formatted text would not mean the same: a fault of the formatter."""


def format_source(source: Source, report: Report) -> str | None:
    """The formatted text, or None if the source has syntax errors, which go to `report`. What is no
    program may be a file of a Box provider. Raises `FormatError`."""
    found, provider = Report(), False
    pieces, tree = _read(source, found, provider)
    if found.has_errors:
        provider = True
        retried = Report()
        pieces, tree = _read(source, retried, provider)
        if retried.has_errors:
            for entry in found.diagnostics:
                report.add(entry)
            return None
    before, comments = tree, comments_of(pieces)
    text = source.text
    for _ in range(_MOST_ROUNDS):
        sign_roles(pieces)
        was, text = text, lay_out(pieces)
        if text == was:
            return text
        again = Report()
        pieces, after = _read(Source(source.name, text, source.number), again, provider)
        if again.has_errors or not same_meaning(before, after):
            raise FormatError("the formatted program would mean something else")
        if comments_of(pieces) != comments:
            raise FormatError("a comment would be lost")
    raise FormatError("formatting comes to no end")


def _read(source: Source, report: Report, provider: bool) -> tuple[list[Piece], File]:
    from ..program import parse_file
    from ..scanner import scan
    from ..tokens import arrange

    tree = parse_file(source, report, provider)
    if report.has_errors:
        return [], tree
    ignored = Report()
    return pieces_of(source, arrange(scan(source, ignored), source, ignored, provider)), tree


def same_meaning(left: object, right: object) -> bool:
    """Whether two trees are equal but for the places of their nodes."""
    if type(left) is not type(right):
        return False
    if isinstance(left, Span):
        return True
    if isinstance(left, Node):
        fields = msgspec.structs.fields(type(left))
        return all(same_meaning(getattr(left, f.name), getattr(right, f.name)) for f in fields)
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same_meaning, left, right))
    return left == right or left != left
