"""What running an instruction, or a whole function, may do.

A call of a function does what the function's summary says. The summaries of a program are the least
that agree with every body: they start from nothing and grow along the call graph until they stand
(recursive functions, which look at the stack when they are entered, always throw).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from ..effects import ANYTHING, ASKS, Effects
from ..instruction import Instruction, Throwing
from ..instructions import (
    CallFunction,
    CallMethod,
    CallNative,
    Constructed,
    DynamicBinary,
    DynamicCompare,
    End,
    GetMember,
    NewClosure,
    NewMap,
    Release,
    Retain,
    SetCell,
    SetField,
    SetGlobal,
    SetItem,
    SetSlot,
)
from ..module import Function, Module
from ..types import UNCOUNTED, Type
from .ends import Ends
from .hierarchy import ANY_BOX, PLAIN, Hierarchy, unobservable
from .recursion import recursive_functions

# Bits as plain integers: the operators of `IntFlag` cost more than all the rest here.
_THROWS, _CALLS = int(Effects.THROWS), int(Effects.CALLS)
_COMPARES, _SHOWS = int(Effects.COMPARES), int(Effects.SHOWS)
_ANYTHING, _ASKS = int(ANYTHING), int(ASKS)
_LOOKS = int(Effects.THROWS | Effects.READS)
_DISTURBING = int(Effects.WRITES | Effects.CALLS | Effects.SUSPENDS | ASKS)
_STATIC: dict[type[Instruction], int] = {}


def effects_of(item: Instruction, module: Module) -> int:
    """An instruction's effects (bits of `Effects`), wherever it stands: a native call's by its
    contract, a function call's by the function's summary."""
    kind = type(item)
    if kind is CallNative:
        found = module.natives[item.symbol].effects
        return _ANYTHING if found & _ASKS else found
    if kind is CallFunction:
        return module.functions[item.function].summary.effects
    known = _STATIC.get(kind)
    if known is None:
        known = _STATIC[kind] = int(kind.effects)
    return known


def may_throw(item: Instruction, module: Module) -> bool:
    """Whether an error may leave the instruction, so that it needs `cleanup`."""
    return isinstance(item, Throwing) and bool(effects_of(item, module) & _THROWS)


def disturbs_memory(effects: int) -> bool:
    """Whether a reference loaded from memory before may be dead after it."""
    return bool(effects & _DISTURBING)


class ProgramEffects:
    """Effects of instructions where they stand, with what is known of the whole program. Valid
    until its classes change; answers use the summaries as they are at that time."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.ends = Ends(module)
        self._hierarchy = Hierarchy(module)
        classes = module.classes.values()
        self._answers = {
            _COMPARES: _protocol(module, "equals", "hash"),
            _SHOWS: _protocol(module, "toString"),
        }
        self._fields = {field.name for box in classes for field in box.fields}
        self._methods = {s.rpartition("/")[0] for box in classes for s in box.methods}
        self._rules: dict[type[Instruction], Callable[[Function, Any], int]] = {
            CallMethod: self._call_method,
            CallNative: self._call_native,
            Constructed: self._collection,
            DynamicBinary: self._asking,
            DynamicCompare: self._asking,
            End: self._end,
            GetMember: self._get_member,
            NewClosure: self._collection,
            NewMap: self._asking,
            Release: self._end,
            SetCell: self._store,
            SetField: self._set_field,
            SetGlobal: self._store,
            SetItem: self._store,
            SetSlot: self._store,
        }

    def of(self, function: Function, item: Instruction) -> int:
        """An instruction's effects in that function."""
        rule = self._rules.get(type(item))
        return effects_of(item, self.module) if rule is None else rule(function, item)

    def changes_only_plain(self, function: Function, item: Instruction) -> bool:
        """Whether the only place that an instruction changes holds plain values before and after:
        references to Boxes that were loaded before stay good."""
        if not isinstance(item, SetField):
            return False
        box = self.module.classes.get(item.box)
        field = box.field(item.field) if box is not None else None
        return field is not None and not field.weak and unobservable(field.type)

    def may_be_plain(self, function: Function, value: int) -> bool:
        """Whether a value may be one that places for plain values hold."""
        classes = self._hierarchy.classes(function.values[value].type)
        return not classes or not UNCOUNTED.isdisjoint(classes)

    def answering(self, asked: int) -> set[str]:
        """The `equals`, `hash` and `toString` functions that these effects may run."""
        return {name for kind, names in self._answers.items() if asked & kind for name in names}

    def targets(self, function: Function, item: CallMethod) -> set[str] | None:
        """The functions a method call may run; None if it may be any."""
        if item.selector.rpartition("/")[0] in self._fields:
            return None
        classes = self._hierarchy.classes(function.values[item.receiver].type)
        names = list(self.module.classes) if classes is None else [*classes, ANY_BOX]
        entries = (self.module.classes.get(name) for name in names)
        return {
            target for entry in entries if entry and (target := entry.methods.get(item.selector))
        }

    def _summaries(self, names: Iterable[str]) -> int:
        found = 0
        for name in names:
            found |= self.module.functions[name].summary.effects
        return found

    def _call_method(self, function: Function, item: CallMethod) -> int:
        targets = self.targets(function, item)
        return _ANYTHING if targets is None else _LOOKS | self._summaries(targets)

    def _call_native(self, function: Function, item: CallNative) -> int:
        found = self.module.natives[item.symbol].effects
        if not found & _ASKS:
            return found
        return found & ~_ASKS | self._summaries(self.answering(found))

    def _collection(self, function: Function, item: Instruction) -> int:
        """A safe point, where cycles may be collected."""
        return _THROWS & int(item.effects) if self.ends.all_quiet else int(item.effects)

    def _asking(self, function: Function, item: Instruction) -> int:
        return _LOOKS | self._summaries(self.answering(self.asked(function, item)))

    def _end(self, function: Function, item: End | Release) -> int:
        quiet = self.ends.quiet(function.values[item.value].type)
        return 0 if quiet else int(item.effects)

    def _get_member(self, function: Function, item: GetMember) -> int:
        """A bound method is a new closure, and that a safe point."""
        bound = item.name in self._methods and not self.ends.all_quiet
        return int(item.effects) if bound else _LOOKS

    def _set_field(self, function: Function, item: SetField) -> int:
        box = self.module.classes.get(item.box)
        field = box.field(item.field) if box is not None else None
        quiet = field is not None and self.ends.quiet(field.type)
        return int(item.effects) & ~_CALLS if quiet else int(item.effects)

    def _store(self, function: Function, item: Instruction) -> int:
        """Into a place that may have held anything."""
        return int(item.effects) & ~_CALLS if self.ends.all_quiet else int(item.effects)

    def asked(self, function: Function, item: Instruction) -> int:
        """What an instruction may ask of Boxes: `COMPARES`, `SHOWS`, both or nothing."""
        if isinstance(item, CallNative):
            return self.module.natives[item.symbol].effects & _ASKS
        if isinstance(item, DynamicBinary) and item.operator == "add":
            return self._of_boxes(_SHOWS, function, item.left, item.right)
        if isinstance(item, DynamicCompare) and item.operator in ("eq", "ne"):
            return self._of_boxes(_COMPARES, function, item.left, item.right)
        if isinstance(item, NewMap):
            return self._of_boxes(_COMPARES, function, *item.entries[::2])
        return 0

    def _of_boxes(self, asked: int, function: Function, *values: int) -> int:
        """`asked`, unless all are plain values, which run nothing."""
        plain = all(_is_plain(function.values[value].type) for value in values)
        return 0 if plain else asked


def _protocol(module: Module, *names: str) -> set[str]:
    return {box.protocol[n] for box in module.classes.values() for n in names if n in box.protocol}


def _is_plain(type: Type) -> bool:
    return bool(type.names) and all(name in PLAIN for name in type.names)


def body_effects(function: Function, effects: ProgramEffects) -> int:
    """What one function's instructions may do, given the summaries of those it calls. An error
    that a handler of the function takes does not count; nor do explicit counts, whose effects are
    those of the `end` marks and stores they were made for."""
    found = 0
    for block in function.blocks:
        caught = 0 if block.handler is None else _THROWS
        for item in block.instructions:
            if not isinstance(item, Retain | Release):
                found |= effects.of(function, item) & ~caught
    return found


def summarise(module: Module) -> ProgramEffects:
    """Set the effects in the summary of every function."""
    effects = ProgramEffects(module)
    recursive = recursive_functions(module)
    callers: dict[str, set[str]] = {}
    for name, function in module.functions.items():
        start = _THROWS if name in recursive else 0
        function.summary = replace(function.summary, effects=start)
        for callee in _callees(function, effects):
            callers.setdefault(callee, set()).add(name)
    pending = dict.fromkeys(module.functions)
    while pending:
        name = next(iter(pending))
        del pending[name]
        function = module.functions[name]
        before = function.summary.effects
        after = before | body_effects(function, effects)
        if after != before:
            function.summary = replace(function.summary, effects=after)
            pending.update(dict.fromkeys(callers.get(name, ())))
    return effects


def _callees(function: Function, effects: ProgramEffects) -> set[str]:
    """The functions whose summaries this one's effects depend on."""
    found: set[str] = set()
    for block in function.blocks:
        for item in block.instructions:
            if isinstance(item, CallFunction):
                found.add(item.function)
            elif isinstance(item, CallMethod):
                found.update(effects.targets(function, item) or ())
            else:
                found.update(effects.answering(effects.asked(function, item)))
    return found
