"""From one declaration of an instruction, everything generic about it.

An instruction is a frozen tagged msgspec Struct whose fields carry their roles as `Annotated`
metadata (`roles.py`). The register derived here drives the codec, the printer and
reader of the text form, the verifier's typing rule and the ownership pass.
"""

from __future__ import annotations

import typing
from typing import Any, ClassVar

import msgspec
from nyash_parse.source import Span

from .effects import Effects
from .representation import Representation
from .roles import Hold, Role


class FieldRole(msgspec.Struct, frozen=True):
    """What one field of an instruction is. `representations` is empty for attributes/blocks."""

    name: str
    role: Role
    representations: tuple[Representation, ...] = ()
    hold: Hold = Hold.NONE
    annotation: Any = None


class Instruction(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Base of all instructions; `span` is the source text it was made for."""

    span: Span

    effects: ClassVar[Effects]
    terminator: ClassVar[bool]
    fields: ClassVar[tuple[FieldRole, ...]]


class Throwing(Instruction, frozen=True):
    """An instruction that may leave to the block's handler. `cleanup` are the values to release
    on that path, in that order; the ownership pass fills it in."""

    cleanup: tuple[int, ...]


REGISTER: dict[str, type[Instruction]] = {}
"""Every instruction by its tag, in order of declaration."""


def _roles(cls: type[Instruction]) -> tuple[FieldRole, ...]:
    hints = typing.get_type_hints(cls, include_extras=True)
    found = []
    for name in cls.__struct_fields__:
        if name in ("span", "cleanup"):
            continue
        annotation = hints[name]
        metadata = getattr(annotation, "__metadata__", ())
        role = next((m for m in metadata if isinstance(m, Role)), Role.ATTRIBUTE)
        representations: tuple[Representation, ...] = ()
        hold = Hold.NONE
        for item in metadata:
            if isinstance(item, Representation):
                representations = (item,)
            elif isinstance(item, tuple):
                representations = item
            elif isinstance(item, Hold):
                hold = item
        found.append(FieldRole(name, role, representations, hold, annotation))
    return tuple(found)


def instruction(*, effects: Effects, terminator: bool = False):
    """Class decorator: enter the instruction into the register. A tag taken twice is an error."""

    def enter(cls: type[Instruction]) -> type[Instruction]:
        tag = cls.__struct_config__.tag
        if tag in REGISTER:
            raise ValueError(f"instruction {tag!r} is declared twice")
        cls.effects = effects
        cls.terminator = terminator
        cls.fields = _roles(cls)
        REGISTER[tag] = cls
        return cls

    return enter


def result_of(item: Instruction) -> int | None:
    """The value an instruction defines, if any."""
    return getattr(item, "result", None)


def successors_of(item: Instruction) -> list[int]:
    """The blocks a terminator may go to (handlers aside)."""
    return [getattr(item, f.name) for f in item.fields if f.role is Role.BLOCK]
