"""How lifetime programs evaluate expressions: what is a temporary, who owns the result."""

from __future__ import annotations

from abc import ABC, abstractmethod

from . import syntax as s
from .heap import Box, Heap, Items, Keyed, Thrown, Value, Weak


class Frame:
    """One call: its scopes of variables (each in a place of its own) and the temporaries.

    `late` are the variables that are assigned inside a `try` they are declared outside of: when an
    error of an expression leaves their scope they go behind the others (`waiting`), where it is
    caught or leaves the function.
    """

    def __init__(self, late: set[str]) -> None:
        self.scopes: list[dict[str, Items]] = []
        self.held: list[Value] = []
        self.late = late
        self.waiting: list[Items] = []

    def find(self, name: str) -> Items:
        return next(scope[name] for scope in reversed(self.scopes) if name in scope)


class Expressions(ABC):
    """Evaluates against `heap`; calls are up to who knows the functions."""

    heap: Heap

    @abstractmethod
    def _called(self, name: str, arguments: list[Value]) -> Value:
        """The owned result of a function of the program. Raises `Thrown`."""

    def _usable(self, value: Value) -> Box:
        if value is None:
            raise Thrown("NullError")
        assert isinstance(value, Box)
        if value.dead:
            raise Thrown("UseAfterFiniError")
        return value

    def _temporary(self, frame: Frame, owned: Value) -> Value:
        frame.held.append(owned)
        return owned

    def _owned(self, frame: Frame, item: s.Expression) -> Value:
        """The value to be stored: a temporary's own reference, or one more."""
        mark = len(frame.held)
        value = self._value(frame, item)
        if isinstance(item, s.Variable) or len(frame.held) == mark:
            return self.heap.retain(value)
        return frame.held.pop()

    def _value(self, frame: Frame, item: s.Expression) -> Value:
        """The value, borrowed from a variable or a temporary of the statement."""
        heap = self.heap
        if isinstance(item, s.Null):
            return None
        if isinstance(item, s.Variable):
            return frame.find(item.name).items[0]
        if isinstance(item, s.New):
            return self._new(frame, item)
        if isinstance(item, s.Field):
            box = self._usable(self._value(frame, item.of))
            found = heap.strong(box.weak) if item.name == s.WEAK else box.fields[item.name]
            return self._temporary(frame, heap.retain(found))
        if isinstance(item, s.Call):
            if item.function.startswith("c"):
                place = frame.find(item.function).items[0].items[0]  # type: ignore[union-attr]
                return self._temporary(frame, heap.retain(place.items[0]))
            arguments = [self._value(frame, a) for a in item.arguments]
            return self._temporary(frame, self._called(item.function, arguments))
        if isinstance(item, s.Element):
            return self._element(frame, item)
        assert isinstance(item, s.Strong)
        weak = frame.find(item.name).items[0]
        assert isinstance(weak, Weak)
        return self._temporary(frame, heap.retain(heap.strong(weak.target)))

    def _new(self, frame: Frame, item: s.New) -> Value:
        heap = self.heap
        first = self._value(frame, item.first)
        box = Box(heap, item.kind, item.number)
        box.fields["a"] = heap.retain(first)
        if item.kind == "Failing":
            if item.escape:
                heap.saved.items.append(heap.retain(box))
            heap.release(box)
            raise Thrown("failing")
        box.constructing = False
        return self._temporary(frame, box)

    def _element(self, frame: Frame, item: s.Element) -> Value:
        items = frame.find(item.of).items[0]
        assert isinstance(items, Items)
        if isinstance(items, Keyed):
            found = items.items[items.keys.index(item.key)] if item.key in items.keys else None
        else:
            if item.key >= len(items.items):
                raise Thrown("IndexError")
            found = items.items[item.key]
        return self._temporary(frame, self.heap.retain(found))
