"""Opens lines that are too long: behind the operators that bind least, then at brackets and commas.

An expression is cut where a reader would cut it, between its terms; a bracket inside a term is
opened only where the term alone is too long. A line is a nest of groups, one for each pair of
brackets. A group is printed flat if all up to the next place where a line may end fits, else open:
one element a line (Oppen, "Prettyprinting", 1980; Wadler, "A prettier printer", 1998).
"""

from __future__ import annotations

from itertools import pairwise

from .pieces import CLOSERS, OPENERS, Piece
from .spacing import spaced

WIDTH = 100
INDENT = "    "


Line = tuple[int, list[Piece]]
"""Pieces and their level of indentation."""

_LOOSE_OPERATORS = (("or", "||"), ("and", "&&"), ("+", "-"))
"""Behind which a line may go on, the loosest first."""


def broken(line: list[Piece], level: int, goes_on: bool) -> list[Line]:
    """The lines that a line too long becomes. `goes_on`: it continues a statement itself."""
    rows: list[Line] = []
    for depth, term in _terms(line, level, level if goes_on else level + 1):
        rows += opened(term, depth) if width(depth, term) > WIDTH else [(depth, term)]
    return rows


def _terms(line: list[Piece], level: int, further: int) -> list[Line]:
    """The line cut behind its loosest operators outside brackets, as many terms to a row as fit;
    `further` is the level of the rows behind the first."""
    operators: dict[str, list[int]] = {}
    depth = 0
    for index, piece in enumerate(line):
        if piece.partner is not None and piece.partner not in line:
            return [(level, line)]
        if not depth and ((index and piece.ends) or piece.kind == "LBRACE"):
            return [(level, line)]  # several statements, or a block, which is opened
        depth += (piece.kind in OPENERS) - (piece.kind in CLOSERS)
        last = index + 1 == len(line)  # there the line ends already
        if not depth and not last and piece.kind != "_NEGATIVE":
            operators.setdefault(piece.text, []).append(index)
    cuts: list[int] = []
    for texts in _LOOSE_OPERATORS:
        cuts = cuts or sorted(at + 1 for text in texts for at in operators.get(text, ()))
    rows: list[Line] = [(level, [])]
    for start, end in pairwise([0, *cuts, len(line)]):
        depth, row = rows[-1]
        if row and width(depth, row + line[start:end]) > WIDTH:
            rows.append((further, []))
        rows[-1][1].extend(line[start:end])
    return rows


def opened(line: list[Piece], level: int) -> list[Line]:
    """The line with its outermost bracket opened that does not fit, and what is in it and behind
    it treated likewise."""
    start = _to_open(line, level)
    if start is None:
        return [(level, line)]
    end = line.index(_partner(line[start]))
    rows: list[Line] = [(level, line[: start + 1])]
    plain = _is_plain(line[start : end + 1])
    for element in _elements(line[start : end + 1]):
        if plain and len(rows) > 1 and width(level + 1, rows[-1][1] + element) <= WIDTH:
            rows[-1][1].extend(element)
        elif width(level + 1, element) > WIDTH:
            rows += broken(element, level + 1, goes_on=False)
        else:
            rows.append((level + 1, element))
    return rows + opened(line[end:], level)


def _to_open(line: list[Piece], level: int) -> int | None:
    """Where the first bracket stands that has to be opened. Of blocks, all are: `} else {` too."""
    index = 0
    while index < len(line):
        piece = line[index]
        if piece.kind in OPENERS and piece.partner in line and not _embraces(line, index):
            empty = line[index + 1] is piece.partner
            block = piece.kind == "LBRACE"
            if not empty and (block or not _fits((level, line[: index + 1]), line, index)):
                return index
            index = line.index(_partner(piece))
        index += 1
    return None


def _elements(group: list[Piece]) -> list[list[Piece]]:
    """What stands between two brackets, a comma with what is before it."""
    rows: list[list[Piece]] = [[]]
    depth = 0
    for piece in group[1:-1]:
        if rows[-1] and not depth and piece.ends and group[0].kind == "LBRACE":
            rows.append([])
        rows[-1].append(piece)
        depth += (piece.kind in OPENERS) - (piece.kind in CLOSERS)
        if piece.kind == "COMMA" and not depth:
            rows.append([])
    return [row for row in rows if row]


def _embraces(line: list[Piece], index: int) -> bool:
    """Whether the bracket that opens at `index` holds nothing but another pair: `f({ … })`."""
    inner = line[index + 1]
    if inner.kind not in OPENERS or inner.partner not in line:
        return False
    behind = line.index(_partner(inner)) + 1
    return behind < len(line) and line[behind] is line[index].partner


def _fits(row: Line, line: list[Piece], index: int) -> bool:
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


def _is_plain(group: list[Piece]) -> bool:
    """Whether it is a list of nothing but single literals and names, which fill their lines."""
    return group[0].kind == "LSQB" and all(piece.kind == "COMMA" for piece in group[2:-1:2])


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
