"""The parts an instruction's fields can play, as annotation aliases.

`instruction.py` reads them to derive the printer, the reader, the verifier's typing rule and the
ownership pass's table, so that an instruction is declared once.
"""

from __future__ import annotations

import enum
from typing import Annotated

from .representation import Representation

ValueId = int
BlockId = int


class Role(enum.Enum):
    RESULT = "result"
    OPERAND = "operand"
    OPERANDS = "operands"
    BLOCK = "block"
    ATTRIBUTE = "attribute"


class Hold(enum.Enum):
    """Who holds the reference in a counted operand or result.

    Results: `OWNED` is a reference the function must give up once; `LOADED` was read from memory
    and lives only until memory may change (retain it first); `BORROWED` lives as long as the
    call; `NONE` needs no counting (immortal or not a reference).
    Operands: `BORROWED` is used and left; `CONSUMED` is taken over by the instruction, also when
    it throws.
    """

    OWNED = "owned"
    LOADED = "loaded"
    BORROWED = "borrowed"
    NONE = "none"
    CONSUMED = "consumed"


WORD, REF = Representation.WORD, Representation.REF
I64, F64, I1 = Representation.I64, Representation.F64, Representation.I1

# Results.
OwnedWord = Annotated[ValueId, Role.RESULT, WORD, Hold.OWNED]
OwnedRef = Annotated[ValueId, Role.RESULT, REF, Hold.OWNED]
LoadedWord = Annotated[ValueId, Role.RESULT, WORD, Hold.LOADED]
BorrowedWord = Annotated[ValueId, Role.RESULT, WORD, Hold.BORROWED]
BorrowedRef = Annotated[ValueId, Role.RESULT, REF, Hold.BORROWED]
ConstantWord = Annotated[ValueId, Role.RESULT, WORD, Hold.NONE]
ConstantRef = Annotated[ValueId, Role.RESULT, REF, Hold.NONE]
IntegerResult = Annotated[ValueId, Role.RESULT, I64]
FloatResult = Annotated[ValueId, Role.RESULT, F64]
BoolResult = Annotated[ValueId, Role.RESULT, I1]
RawResult = Annotated[ValueId, Role.RESULT, (I64, F64, I1)]
NativeResult = Annotated[ValueId, Role.RESULT, (WORD, REF, I64, F64, I1), Hold.OWNED]

# Operands.
AnyWord = Annotated[ValueId, Role.OPERAND, WORD, Hold.BORROWED]
AnyRef = Annotated[ValueId, Role.OPERAND, (REF, WORD), Hold.BORROWED]
"""A Box of a known class; a word where the type proves that it is one (parameters, captures)."""
ConsumedWord = Annotated[ValueId, Role.OPERAND, WORD, Hold.CONSUMED]
IntegerOperand = Annotated[ValueId, Role.OPERAND, I64]
FloatOperand = Annotated[ValueId, Role.OPERAND, F64]
BoolOperand = Annotated[ValueId, Role.OPERAND, I1]
RawOperand = Annotated[ValueId, Role.OPERAND, (I64, F64, I1)]
AnyWords = Annotated[tuple[ValueId, ...], Role.OPERANDS, WORD, Hold.BORROWED]
AnyValues = Annotated[tuple[ValueId, ...], Role.OPERANDS, (WORD, REF, I64, F64, I1), Hold.BORROWED]
ConsumedWords = Annotated[tuple[ValueId, ...], Role.OPERANDS, WORD, Hold.CONSUMED]
BlockArguments = Annotated[
    tuple[ValueId, ...], Role.OPERANDS, (WORD, REF, I64, F64, I1), Hold.CONSUMED
]

# Others.
BlockTarget = Annotated[BlockId, Role.BLOCK]
Attribute = Role.ATTRIBUTE
