"""Opens lines that are too long, at the brackets and commas in them.

A line is a nest of groups, one for each pair of brackets. A group is printed flat if all up to
the next place where a line may end fits, else open: one element a line (Oppen, "Prettyprinting",
1980; Wadler, "A prettier printer", 1998).
"""

from __future__ import annotations

from .pieces import CLOSERS, OPENERS, Piece
from .spacing import spaced

WIDTH = 100
INDENT = "    "


def broken(line: list[Piece], level: int) -> list[tuple[int, list[Piece]]]:
    """The lines, each with its level of indentation, that a line too long becomes."""
    rows: list[tuple[int, list[Piece]]] = [(level, [])]
    inside = {id(piece) for piece in line}
    opened: list[Piece] = []
    depth = 0
    """Flat brackets around the place, inside the innermost opened one."""
    for index, piece in enumerate(line):
        row = rows[-1][1]
        if piece.kind in CLOSERS and id(piece.partner) in inside:
            if opened and opened[-1] is piece.partner:
                opened.pop()
                rows.append((level + len(opened), [piece]))
                continue
            if not _embraces(line, line.index(_partner(piece))):
                depth -= 1
        elif not depth and opened and row and piece.ends and opened[-1].kind == "LBRACE":
            rows.append((level + len(opened), [piece]))
            row = rows[-1][1]
            if piece.kind in OPENERS:
                depth += 1
            continue
        row.append(piece)
        if piece.kind in OPENERS and id(piece.partner) in inside:
            if _embraces(line, index):
                continue
            if depth or line[index + 1] is piece.partner or _fits(rows[-1], line, index):
                depth += 1
            else:
                opened.append(piece)
                rows.append((level + len(opened), []))
        elif piece.kind == "COMMA" and opened and not depth:
            rows.append((level + len(opened), []))
    return [row for row in rows if row[1]]


def _embraces(line: list[Piece], index: int) -> bool:
    """Whether the bracket that opens at `index` holds nothing but another pair: `f({ … })`."""
    inner = line[index + 1]
    if inner.kind not in OPENERS or inner.partner not in line:
        return False
    behind = line.index(_partner(inner)) + 1
    return behind < len(line) and line[behind] is line[index].partner


def _fits(row: tuple[int, list[Piece]], line: list[Piece], index: int) -> bool:
    """Whether the group that opens at `index` fits flat, with what follows it up to the next
    place where the line may end."""
    end = line.index(_partner(line[index]), index)
    stop = end + 1
    while stop < len(line):
        follows = line[stop]
        stop += 1
        if follows.kind in OPENERS or follows.kind == "COMMA":
            break
        if follows.kind in CLOSERS:
            stop -= 1
            break
    return width(row[0], row[1] + line[index + 1 : stop]) <= WIDTH


def _partner(piece: Piece) -> Piece:
    assert piece.partner is not None
    return piece.partner


def text_of(line: list[Piece]) -> str:
    """A line's text without its indentation."""
    parts: list[str] = []
    for index, piece in enumerate(line):
        if index:
            previous = line[index - 1]
            if piece.separated and piece.kind != "RBRACE":
                parts.append(";")
            parts.append(" " if spaced(previous, piece) else "")
        parts.append(piece.text)
    return "".join(parts)


def width(level: int, line: list[Piece]) -> int:
    return len(INDENT) * level + len(text_of(line))
