"""Words that are keywords only where their form can stand (language.md section 1).

Each rule looks at the raw tokens around a word, and at the kind of bracket it stands in; where it
says no, the word is an ordinary name.
"""

from __future__ import annotations

from .brackets import Brackets
from .scanner import RawTokens
from .token_kinds import CLOSING, ENDS_OPERAND, INFIX_WORDS, LITERALS, OPENING, kinds

SOFT_KEYWORDS = kinds("INIT WEAK PUBLIC PRIVATE MATCH IS AS IN USING CLEANUP FINI NATIVE EXTEND")

_HEAD_LIMIT = 500
"""Raw tokens to look through for the `{` of a `match`; longer heads need parentheses removed."""


def soft_keyword(around: Brackets, index: int, kind: str, previous: str) -> str:
    """`kind` if raw token `index` is that keyword here, else `NAME`."""
    raw = around.raw
    following = raw.kinds[index + 1]
    same_line = not raw.fresh[index + 1]
    place = around.top.kind
    word_follows = raw.texts[index + 1][:1].isidentifier()
    is_keyword = False
    if kind == "INIT":
        is_keyword = place == "box" and following == "LBRACE"
    elif kind in ("PUBLIC", "PRIVATE"):
        is_keyword = place == "box" and (following == "LBRACE" or word_follows)
    elif kind == "WEAK":
        if place in ("fields", "box"):
            is_keyword = word_follows and same_line
        else:
            is_keyword = (
                previous not in ENDS_OPERAND
                and same_line
                and following not in INFIX_WORDS
                and (word_follows or following == "LPAR")
            )
    elif kind == "MATCH":
        is_keyword = previous not in ("LOCAL", "DOT") and _is_match(raw, index, previous)
    elif kind in ("IS", "AS"):
        is_keyword = previous in ENDS_OPERAND and not raw.fresh[index] and word_follows
    elif kind == "IN":
        before = around.kinds[-3:]
        is_keyword = before[-2:] == ["LOOP", "NAME"] or before == ["LOOP", "LPAR", "NAME"]
    elif kind == "USING":
        starts = previous == "_END"
        is_keyword = place == "file" and starts and same_line and word_follows
    elif kind == "CLEANUP":
        is_keyword = previous == "RBRACE" and following == "LBRACE"
    elif kind == "FINI":
        is_keyword = following == "LBRACE" and (
            previous in ENDS_OPERAND or previous in ("_END", "LBRACE")
        )
    elif kind == "NATIVE":
        declares = following in ("BOX", "FUNCTION", "FN") if place == "file" else place == "box"
        is_keyword = around.provider and declares and (word_follows or following == "LBRACE")
    elif kind == "EXTEND":
        is_keyword = around.provider and place == "file" and following == "BOX"
    return kind if is_keyword else "NAME"


def _is_match(raw: RawTokens, index: int, previous: str) -> bool:
    """Whether `match` begins a match expression rather than being used as a name."""
    following = raw.kinds[index + 1]
    if raw.fresh[index + 1] or following in INFIX_WORDS:
        return False
    if previous in ENDS_OPERAND and previous != "RBRACE":
        return False
    if raw.texts[index + 1][:1].isidentifier() or following in LITERALS:
        return True
    if following not in OPENING and following not in ("MINUS", "NOT", "TILDE"):
        return False
    brace = _head_end(raw, index + 1)
    return brace > 0 and _holds_arm(raw, brace + 1)


def _head_end(raw: RawTokens, index: int) -> int:
    """The `{` that ends the head beginning at `index`, on one line as far as brackets allow."""
    depth = 0
    for place in range(index, min(index + _HEAD_LIMIT, len(raw.kinds))):
        kind = raw.kinds[place]
        if kind == "LBRACE" and depth == 0 and place > index:
            return place
        if depth == 0 and place > index and raw.fresh[place]:
            return 0
        if kind in OPENING:
            depth += 1
        elif kind in CLOSING:
            depth -= 1
            if depth < 0:
                return 0
    return 0


def _holds_arm(raw: RawTokens, index: int) -> bool:
    """Whether `pattern =>` stands at `index`."""
    depth = 0
    for place in range(index, min(index + _HEAD_LIMIT, len(raw.kinds))):
        kind = raw.kinds[place]
        if kind == "ARROW" and depth == 0:
            return True
        if kind in OPENING:
            depth += 1
        elif kind in CLOSING:
            depth -= 1
        if depth < 0 or (kind in ("SEMICOLON", "COMMA") and depth == 0):
            return False
        if depth == 0 and place > index and raw.fresh[place]:
            return False
    return False
