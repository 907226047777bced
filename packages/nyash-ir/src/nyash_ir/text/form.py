"""How each instruction is written, derived from its declaration.

An instruction is its tag and then its fields in order of declaration: values as `%3`, lists of
values in parentheses, blocks as `^2` (with the arguments that follow them attached), attributes
as words of a fixed set, JSON strings, numbers or `true`/`false`. Printer and reader both follow
the `Form`, so neither knows any instruction by name.
"""

from __future__ import annotations

import enum
import json
import re
import typing

import msgspec

from .. import instructions as _instructions  # noqa: F401  (fills the register)
from ..effects import Effects
from ..instruction import REGISTER, Instruction, Throwing
from ..roles import Role


class Part(enum.Enum):
    """What a field is in the text."""

    VALUE = "value"
    VALUES = "values"
    BLOCK = "block"
    WORD = "word"
    TEXT = "string"
    INTEGER = "integer"
    FLOAT = "float"
    BOOL = "true or false"


class Field(msgspec.Struct, frozen=True):
    """`attached`: no comma before it, because it is the arguments of the block before."""

    name: str
    part: Part
    attached: bool = False
    words: tuple[str, ...] = ()


class Form(msgspec.Struct, frozen=True):
    kind: type[Instruction]
    tag: str
    result: bool
    throwing: bool
    fields: tuple[Field, ...]


def _form(tag: str, kind: type[Instruction]) -> Form:
    fields = []
    result = False
    previous = None
    for role in kind.fields:
        if role.role is Role.RESULT:
            result = True
            continue
        words: tuple[str, ...] = ()
        if role.role is Role.OPERAND:
            part = Part.VALUE
        elif role.role is Role.OPERANDS:
            part = Part.VALUES
        elif role.role is Role.BLOCK:
            part = Part.BLOCK
        elif typing.get_origin(role.annotation) is typing.Literal:
            part, words = Part.WORD, typing.get_args(role.annotation)
        else:
            part = _ATTRIBUTES[role.annotation]
        attached = part is Part.VALUES and previous is Part.BLOCK
        fields.append(Field(role.name, part, attached, words))
        previous = part
    return Form(kind, tag, result, issubclass(kind, Throwing), tuple(fields))


_ATTRIBUTES = {str: Part.TEXT, int: Part.INTEGER, float: Part.FLOAT, bool: Part.BOOL}

FORMS: dict[str, Form] = {tag: _form(tag, kind) for tag, kind in REGISTER.items()}
"""By tag."""

EFFECT_WORDS = {
    "throws": Effects.THROWS,
    "reads": Effects.READS,
    "writes": Effects.WRITES,
    "calls": Effects.CALLS,
    "suspends": Effects.SUSPENDS,
    "compares": Effects.COMPARES,
    "shows": Effects.SHOWS,
}

_BARE = re.compile(r"[^\W\d][\w./]*")
RESERVED = frozenset(("Any", "Never", "inf", "nan"))
"""Words that mean something else where a name can stand; names like that are quoted."""


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def bare(text: str) -> str:
    """A name as it is where that can be read back, else as a string."""
    return text if _BARE.fullmatch(text) and text not in RESERVED else quoted(text)
