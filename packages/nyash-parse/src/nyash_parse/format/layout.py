"""Lines of pieces, and how far each is indented.

A line that follows an open bracket stands one level deeper than the line on which the bracket was
opened, however many were opened there; a closing bracket that begins a line stands where the line
of its opening one does; a statement that goes on over a line's end stands one level deeper.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from .breaking import INDENT, WIDTH, broken, opened, text_of, width
from .pieces import CLOSERS, COMMENT, OPENERS, Piece

_HANDLERS = frozenset({"ELSE", "CATCH", "FINALLY", "CLEANUP"})
_HEADS = frozenset({"IF", "LOOP", "MATCH", "RBRACE"})
_GAP = 4
"""Spaces between the longest line of a run and the comments behind its lines."""


@dataclass(slots=True)
class _Open:
    """An open bracket, by the level of the line or statement that opened it."""

    level: int


class Row(NamedTuple):
    """A line's text, and the comment behind it."""

    text: str
    comment: str = ""


def lines_of(pieces: list[Piece]) -> list[list[Piece]]:
    """The pieces by line. `} else` and the like are joined; a block of several lines ends on a
    line of its own."""
    lines: list[list[Piece]] = []
    for piece in pieces:
        joins = bool(lines) and piece.kind in _HANDLERS and lines[-1][-1].kind == "RBRACE"
        closes = piece.kind == "RBRACE" and _is_block(piece) and piece.partner not in lines[-1]
        if not lines or (piece.lines and not joins) or (closes and not _only_closes(lines[-1])):
            lines.append([])
        lines[-1].append(piece)
    return lines


def _is_block(brace: Piece) -> bool:
    return brace.partner is not None and brace.partner.kind == "LBRACE"


def _only_closes(line: list[Piece]) -> bool:
    return all(piece.kind in CLOSERS and not _is_block(piece) for piece in line)


def lay_out(pieces: list[Piece]) -> str:
    """The formatted text."""
    stack = [_Open(-1)]
    rows: list[Row] = []
    before: Piece | None = None
    for line in lines_of(pieces):
        first = line[0]
        level = _level(line, stack, before)
        blank = first.lines > 1 and bool(rows)
        if (before is not None and before.kind in OPENERS) or first.kind in CLOSERS:
            blank = False
        if blank:
            rows.append(Row(""))
        rows += _printed(line, level, level > stack[-1].level + 1)
        _track(line, level, stack)
        before = next((p for p in reversed(line) if p.kind != COMMENT), before)
    return "".join(text + "\n" for text in _with_comments(rows))


def _level(line: list[Piece], stack: list[_Open], before: Piece | None) -> int:
    """The level of a line, `before` being the last token of those before it."""
    closers = 0
    while closers < len(line) and line[closers].kind in CLOSERS:
        closers += 1
    if closers:
        return stack[-closers].level
    level = stack[-1].level + 1
    first = next((piece for piece in line if piece.kind != COMMENT), None)
    if first is None or before is None or first.ends:
        return level
    begins = before.kind in OPENERS or before.kind == "COMMA"
    return level if begins else level + 1


def _track(line: list[Piece], level: int, stack: list[_Open]) -> None:
    """Open and close the brackets of a line. The block of a statement that goes on over a line's
    end belongs to the statement."""
    outside = len(stack)
    for piece in line:
        if piece.kind in OPENERS:
            statement = piece.kind == "LBRACE" and len(stack) == outside
            stack.append(_Open(min(level, stack[-1].level + 1) if statement else level))
        elif piece.kind in CLOSERS:
            stack.pop()
            outside = min(outside, len(stack))


def _printed(line: list[Piece], level: int, goes_on: bool) -> list[Row]:
    comment = ""
    if len(line) > 1 and line[-1].kind == COMMENT and line[-1].text[0] in "/#":
        comment = line[-1].text.rstrip()
        line = line[:-1]
    rows = [(level, line)]
    plain = not any("\n" in piece.text or piece.kind == COMMENT for piece in line)
    head = line[0].kind in _HEADS and line[-1].kind == "LBRACE"
    if plain and _is_ragged(line):
        rows = opened(line, level)
    elif plain and not head and width(level, line) > WIDTH:
        rows = broken(line, level, goes_on)
    texts = [INDENT * depth + text_of(row) for depth, row in rows]
    if line[-1].kind == COMMENT:
        texts[-1] = texts[-1].rstrip()
    return [*map(Row, texts[:-1]), Row(texts[-1], comment)]


def _is_ragged(line: list[Piece]) -> bool:
    """`if a { … } else {`: a block in the line before one that takes several."""
    return line[-1].kind == "LBRACE" and any(
        piece.kind in _HANDLERS and line[index].kind == "RBRACE" and line[index].partner in line
        for index, piece in enumerate(line[1:])
    )


def _with_comments(rows: list[Row]) -> list[str]:
    """The lines, with the comments behind lines that follow each other in one column."""
    done: list[str] = []
    for commented, group in groupby(rows, key=lambda row: bool(row.comment)):
        run = list(group)
        column = max(len(row.text.rpartition("\n")[2]) for row in run) + _GAP
        for row in run:
            gap = column - len(row.text.rpartition("\n")[2])
            done.append(row.text + " " * gap + row.comment if commented else row.text)
    return done
