"""Which functions a program can reach.

Besides direct calls there are the ways that no instruction names: methods answering a selector
some reachable code uses, methods the runtime calls by itself (`BoxClass.protocol`), finalisers,
constructors and initialisers of static Boxes. Methods count only for Boxes that can exist: the
program's own when a reachable `new` or `static.get` makes them; plain values and a provider's
always, since constants and C code make them.
"""

from __future__ import annotations

from ..instructions import (
    CallFunction,
    CallMethod,
    CallNative,
    ConstantFunction,
    GetMember,
    GetStatic,
    NewBox,
    NewClosure,
)
from ..module import BoxClass, Function, Module
from .hierarchy import PLAIN


class References:
    """What one function refers to."""

    def __init__(self, function: Function) -> None:
        self.functions: set[str] = set()
        self.boxes: set[str] = set()
        self.selectors: set[str] = set()
        self.members: set[str] = set()
        self.natives: set[str] = set()
        self.calls: dict[str, int] = {}
        for block in function.blocks:
            for item in block.instructions:
                kind = type(item)
                if kind is CallFunction:
                    self.functions.add(item.function)
                    self.calls[item.function] = self.calls.get(item.function, 0) + 1
                elif kind is CallMethod:
                    self.selectors.add(item.selector)
                elif kind is CallNative:
                    self.natives.add(item.symbol)
                elif kind is NewClosure or kind is ConstantFunction:
                    self.functions.add(item.function)
                elif kind is GetMember:
                    self.members.add(item.name)
                elif kind is NewBox or kind is GetStatic:
                    self.boxes.add(item.box)


class CallGraph:
    """What is reachable from `module.entry`: `functions`, `boxes` (that may have instances) and
    `natives`. `references` has the details of every reachable function."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.functions: set[str] = set()
        self.boxes: set[str] = set()
        self.natives: set[str] = set()
        self.references: dict[str, References] = {}
        self._selectors: set[str] = set()
        self._members: set[str] = set()
        self._pending: list[str] = []
        self._answers: dict[str, set[str]] = {}
        self._members_of: dict[str, set[str]] = {}
        for box in module.classes.values():
            if box.native is not None or box.name in PLAIN:
                self._add_box(box)
        self._add_function(module.entry)
        while self._pending:
            self._visit(self._pending.pop())

    def answers(self, selector: str) -> bool:
        """Whether a method under this selector may be called through dispatch."""
        return selector in self._selectors or selector.split("/")[0] in self._members

    def _add_function(self, name: str) -> None:
        if name in self.module.functions and name not in self.functions:
            self.functions.add(name)
            self._pending.append(name)

    def _add_box(self, box: BoxClass) -> None:
        if box.name in self.boxes:
            return
        self.boxes.add(box.name)
        for name in (*box.finalisers, *box.protocol.values()):
            self._add_function(name)
        for selector, name in box.methods.items():
            if self.answers(selector):
                self._add_function(name)
            else:
                self._answers.setdefault(selector, set()).add(name)
                self._members_of.setdefault(selector.split("/")[0], set()).add(selector)

    def _make(self, name: str) -> None:
        """Code makes a Box of this name."""
        box = self.module.classes.get(name)
        if box is None:
            return
        self._add_box(box)
        if box.static:
            for function in (box.constructor, box.static_initialiser):
                if function:
                    self._add_function(function)

    def _visit(self, name: str) -> None:
        found = self.references[name] = References(self.module.functions[name])
        self.natives |= found.natives
        for callee in found.functions:
            self._add_function(callee)
        for box in found.boxes:
            self._make(box)
        for selector in found.selectors - self._selectors:
            self._selectors.add(selector)
            # `x.f(1)` may also call what field or method value `f` holds.
            for function in self._answers.pop(selector, ()):
                self._add_function(function)
        for member in found.members - self._members:
            self._members.add(member)
            for selector in self._members_of.pop(member, ()):
                for function in self._answers.pop(selector, ()):
                    self._add_function(function)
