"""Whether a space stands between two pieces of one line."""

from __future__ import annotations

from ..token_kinds import ENDS_OPERAND
from .pieces import COMMENT, Piece

_TIGHT_AFTER = frozenset({"LPAR", "_LAMBDA", "LSQB", "DOT", "TILDE", "DOTDOT"})
_TIGHT_BEFORE = frozenset({"RPAR", "RSQB", "COMMA", "DOT", "COLON", "_ANGLE", "DOTDOT"})
_CALLED = (ENDS_OPERAND | {"METHOD", "LOOP", "FN", "FUNCTION", "_ANGLE"}) - {"INTEGER", "FLOAT"}
_TYPED = frozenset({"NEW", "BOX", "INTERFACE", "FROM", "COLON", "COMMA", "LESS"})


def sign_roles(pieces: list[Piece]) -> None:
    """Tell a prefix `-` from a subtraction, and a type's `<` from a comparison."""
    before = ""
    for index, piece in enumerate(pieces):
        if piece.kind == COMMENT:
            continue
        if piece.kind == "MINUS" and (before not in ENDS_OPERAND or piece.ends):
            piece.kind = "_NEGATIVE"
        elif piece.kind == "_ANGLE":
            _mark_types(pieces, index)
        before = piece.kind


def _mark_types(pieces: list[Piece], closing: int) -> None:
    depth = 0
    for piece in reversed(pieces[: closing + 1]):
        if piece.kind == "_ANGLE":
            depth += 1
        elif piece.kind in ("LESS", "_TYPES"):
            depth -= 1
            if depth == 0:
                piece.kind = "_TYPES"
                return


def spaced(left: Piece, right: Piece) -> bool:
    """Whether `left right` has a space; both stand on one line."""
    before, after = left.kind, right.kind
    if before == COMMENT or after == COMMENT:
        return not (before in _TIGHT_AFTER or (after in _TIGHT_BEFORE and after != "COLON"))
    if right.ends and after != "RBRACE":
        return True
    if before in ("_NEGATIVE", "_TYPES") or before in _TIGHT_AFTER or after in _TIGHT_BEFORE:
        return False
    if after == "_TYPES":
        return False
    if before == "NOT" and left.text == "!":
        return False
    if after == "RBRACE":
        partner = right.partner
        return partner is not left
    if after == "LPAR" or after == "_LAMBDA":
        return before not in _CALLED
    if after == "LSQB":
        return before not in ENDS_OPERAND
    return True
