"""Every value is held the way the instruction that uses or makes it asks for.

The rule of each instruction comes from its declaration. A `ref` may stand where a `word` is
wanted; every other difference needs a `box` or `unbox`.
"""

from __future__ import annotations

import typing
from collections.abc import Callable

import msgspec

from ..instruction import Instruction
from ..module import Function
from ..representation import Representation
from ..result_types import RAW_TYPES
from ..roles import Role
from .fault import Fault
from .structure import tag


class _Rule(msgspec.Struct, frozen=True):
    """What is asked of one class of instructions, by field."""

    one: tuple[tuple[str, frozenset[Representation]], ...]
    many: tuple[tuple[str, frozenset[Representation]], ...]
    result: frozenset[Representation]
    attributes: tuple[tuple[str, Callable[[object], bool], str], ...]


_RULES: dict[type[Instruction], _Rule] = {}


def check(function: Function) -> list[Fault]:
    """Representations and attribute values that do not fit the declarations."""
    found: list[Fault] = []
    held = [value.representation for value in function.values]
    for number, value in enumerate(function.values):
        raw = RAW_TYPES.get(value.representation)
        if raw is not None and value.type.names and value.type != raw and not value.type.is_any:
            message = f"%{number} is a {value.representation.value} of type {value.type}"
            found.append(Fault(function.name, -1, -1, message))
    for number, block in enumerate(function.blocks):
        for index, item in enumerate(block.instructions):
            for message in _faults(item, held):
                found.append(Fault(function.name, number, index, message))
    return found


def _faults(item: Instruction, held: list[Representation]) -> list[str]:
    rule = _RULES.get(type(item)) or _rule(type(item))
    found = []
    for name, allowed in rule.one:
        value = getattr(item, name)
        if held[value] not in allowed:
            found.append(_message(item, name, value, held[value], allowed))
    for name, allowed in rule.many:
        for value in getattr(item, name):
            if held[value] not in allowed:
                found.append(_message(item, name, value, held[value], allowed))
    if rule.result:
        result = item.result  # type: ignore[attr-defined]
        if held[result] not in rule.result:
            found.append(_message(item, "result", result, held[result], rule.result))
    for name, fits, wanted in rule.attributes:
        if not fits(getattr(item, name)):
            found.append(f"{tag(item)}: {name} is {getattr(item, name)!r}, expected {wanted}")
    return found


def _message(
    item: Instruction,
    name: str,
    value: int,
    given: Representation,
    allowed: frozenset[Representation],
) -> str:
    wanted = " or ".join(r.value for r in Representation if r in allowed)
    return f"{tag(item)}: {name} %{value} is a {given.value}, expected {wanted}"


def _rule(kind: type[Instruction]) -> _Rule:
    one, many, attributes = [], [], []
    result: frozenset[Representation] = frozenset()
    for field in kind.fields:
        allowed = frozenset(field.representations)
        if field.role is Role.RESULT:
            result = allowed
            continue
        if Representation.WORD in allowed:
            allowed |= {Representation.REF}
        if field.role is Role.OPERAND:
            one.append((field.name, allowed))
        elif field.role is Role.OPERANDS:
            many.append((field.name, allowed))
        elif field.role is Role.ATTRIBUTE:
            attributes.append((field.name, *_attribute(field.annotation)))
    found = _RULES[kind] = _Rule(tuple(one), tuple(many), result, tuple(attributes))
    return found


def _attribute(annotation: object) -> tuple[Callable[[object], bool], str]:
    """A test for the values an attribute may have, and what to call them."""
    if typing.get_origin(annotation) is typing.Literal:
        allowed = frozenset(typing.get_args(annotation))
        words = ", ".join(str(a) for a in typing.get_args(annotation))
        return (lambda value: value in allowed), f"one of {words}"
    if annotation is float:
        return (lambda value: type(value) is float), "float"
    if isinstance(annotation, type):
        wanted = annotation
        return (lambda value: type(value) is wanted), wanted.__name__
    raise TypeError(f"instruction attribute with annotation {annotation!r}")
