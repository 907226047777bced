"""Boxes: making them, their fields, static Boxes and globals."""

from __future__ import annotations

from ..effects import ANYTHING, Effects
from ..instruction import Instruction, Throwing, instruction
from ..roles import AnyRef, AnyWord, BorrowedRef, ConsumedWord, LoadedWord, OwnedRef, OwnedWord

LOADS = Effects.THROWS | Effects.READS
STORES = Effects.THROWS | Effects.WRITES | Effects.CALLS


@instruction(effects=Effects.THROWS)
class NewBox(Throwing, tag="new"):
    """A Box of the class, all fields null, marked as under construction: until `constructed`,
    its last release does not run `fini` (language.md section 6)."""

    result: OwnedRef
    box: str


@instruction(effects=ANYTHING & ~Effects.THROWS)
class Constructed(Instruction, tag="constructed"):
    """The constructor has returned. A safe point of the collector of cycles, which may run any
    `fini`."""

    object: AnyRef


@instruction(effects=LOADS)
class CheckLive(Throwing, tag="check.live"):
    """Throws UseAfterFiniError for a finalised Box: before a direct method call on it."""

    object: AnyWord


@instruction(effects=Effects.THROWS)
class CheckPresent(Throwing, tag="check.present"):
    """Throws NullError for null: stands before a direct use of a member of what is otherwise known
    to be one kind of Box. `member` is the field (`next`), one that is assigned (`next=`), or the
    selector of a call (`next/0`)."""

    object: AnyWord
    member: str


@instruction(effects=LOADS)
class GetField(Throwing, tag="field.get"):
    """A strong field of an object known to be a `box`. Throws UseAfterFiniError."""

    result: LoadedWord
    object: AnyRef
    box: str
    field: str


@instruction(effects=STORES)
class SetField(Throwing, tag="field.set"):
    """Stores, then releases what was there. Throws UseAfterFiniError."""

    object: AnyRef
    box: str
    field: str
    value: ConsumedWord


@instruction(effects=LOADS)
class GetWeakField(Throwing, tag="weak.get"):
    """The Box a weak field points to, retained, or null once it is finalised or gone."""

    result: OwnedWord
    object: AnyRef
    box: str
    field: str


@instruction(effects=Effects.THROWS | Effects.WRITES)
class SetWeakField(Throwing, tag="weak.set"):
    object: AnyRef
    box: str
    field: str
    value: AnyWord


@instruction(effects=ANYTHING)
class GetMember(Throwing, tag="member.get"):
    """`object.name` where the object's Box is not known: a field, or a bound method."""

    result: OwnedWord
    object: AnyWord
    name: str


@instruction(effects=STORES)
class SetMember(Throwing, tag="member.set"):
    """`object.name = value` where the object's Box is not known."""

    object: AnyWord
    name: str
    value: ConsumedWord


@instruction(effects=ANYTHING)
class GetStatic(Throwing, tag="static.get"):
    """The one instance of a static Box, made and initialised on first use. It lives until the
    program ends."""

    result: BorrowedRef
    box: str


@instruction(effects=Effects.READS)
class GetGlobal(Instruction, tag="global.get"):
    result: LoadedWord
    name: str


@instruction(effects=Effects.WRITES | Effects.CALLS)
class SetGlobal(Instruction, tag="global.set"):
    name: str
    value: ConsumedWord
