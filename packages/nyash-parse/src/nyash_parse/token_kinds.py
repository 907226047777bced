"""Sets of token kinds, by what they do to the tokens around them."""

from __future__ import annotations


def kinds(names: str) -> frozenset[str]:
    """The terminals named in `names`."""
    return frozenset(names.split())


BINARY = kinds(
    "OR AND EQUAL NOT_EQUAL LESS LESS_EQUAL GREATER GREATER_EQUAL IS AS BAR CARET AMPERSAND"
    " SHIFT_LEFT SHIFT_RIGHT DOTDOT PLUS MINUS STAR SLASH PERCENT"
)
ASSIGNMENTS = kinds("ASSIGN PLUS_ASSIGN MINUS_ASSIGN STAR_ASSIGN SLASH_ASSIGN PERCENT_ASSIGN")
PREFIX = kinds("NOT TILDE AWAIT WEAK")
LITERALS = kinds("INTEGER FLOAT STRING")
INFIX_WORDS = kinds("AND OR IS AS IN")
ENDS_OPERAND = kinds("NAME INTEGER FLOAT STRING TRUE FALSE NULL VOID ME THIS RPAR RSQB RBRACE")
"""The last token of something that has a value."""

STARTS_OPERAND = kinds("NAME INTEGER FLOAT STRING TRUE FALSE NULL VOID ME THIS NEW _MAP NOT")
STARTS_ITEM = kinds(
    "NAME INTEGER FLOAT STRING TRUE FALSE NULL VOID ME THIS BOX STATIC INTERFACE FROM OVERRIDE NEW"
    " LOCAL OUTBOX GLOBAL FUNCTION FN IF LOOP BREAK CONTINUE RETURN NOT NOWAIT AWAIT TRY THROW"
    " INCLUDE LBRACE TILDE INIT WEAK PUBLIC PRIVATE MATCH USING NATIVE EXTEND CLEANUP"
)
"""What, behind a block's `}` on one line, begins a statement or declaration of its own."""

CONTINUES = BINARY | ASSIGNMENTS | PREFIX | {"COMMA", "ARROW", "_CASE", "DOT", "LBRACE", "_END"}
"""Behind these a newline ends nothing."""

OPENING = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE", "PERCENT_BRACE": "RBRACE"}
CLOSING = frozenset(OPENING.values())
