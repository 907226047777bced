"""What the formatter lays out: the grammar's tokens and the comments between them, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..brackets import Tokens
from ..source import Source

_COMMENT = re.compile(r"//[^\n]*|\#[^\n]*|/\*(?s:.*?)\*/")
COMMENT = "COMMENT"
OPENERS = frozenset({"LPAR", "_LAMBDA", "LSQB", "LBRACE", "_MAP"})
CLOSERS = frozenset({"RPAR", "RSQB", "RBRACE"})


@dataclass(slots=True, eq=False)
class Piece:
    """A token or comment. `lines` newlines stand before it; `partner` is the piece of the other
    bracket; `ends` is true where a statement or member has ended just before, `separated` where
    a `;` ended it."""

    kind: str
    text: str
    lines: int
    ends: bool = False
    partner: Piece | None = None
    separated: bool = False


def pieces_of(source: Source, tokens: Tokens) -> list[Piece]:
    """The pieces of a source without syntax errors."""
    pieces: list[Piece] = []
    text = source.text
    at = 0
    ends = True
    separated = False

    def add(kind: str, start: int, end: int) -> None:
        nonlocal at, ends, separated
        pieces.append(Piece(kind, text[start:end], text.count("\n", at, start), ends))
        pieces[-1].separated = separated
        at = end
        if kind != COMMENT:
            ends = separated = False

    for kind, start, end in zip(tokens.kinds, tokens.starts, tokens.ends, strict=False):
        if kind == "_END" or (kind == "COMMA" and start == end):
            ends = True
        separated = separated or (start < end and text[start] == ";")
        if start >= end or text[start] == ";":
            continue
        for found in _COMMENT.finditer(text, at, start):
            add(COMMENT, *found.span())
        add(kind, start, end)
    for found in _COMMENT.finditer(text, at):
        add(COMMENT, *found.span())
    _pair(pieces)
    return pieces


def _pair(pieces: list[Piece]) -> None:
    open_pieces: list[Piece] = []
    for piece in pieces:
        if piece.kind in OPENERS:
            open_pieces.append(piece)
        elif piece.kind in CLOSERS:
            opener = open_pieces.pop()
            opener.partner, piece.partner = piece, opener


def comments_of(pieces: list[Piece]) -> list[str]:
    """The words of all comments, for comparison."""
    return [" ".join(piece.text.split()) for piece in pieces if piece.kind == COMMENT]
