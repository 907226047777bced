"""The model's memory: things with reference counts, ended as language.md section 6 says."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterable


class Thing(ABC):
    """Whatever is counted. `contents` are the strong references it holds now."""

    def __init__(self, heap: Heap) -> None:
        self.count = 1
        heap.things.add(self)

    @abstractmethod
    def contents(self) -> list[Thing | None]: ...

    @abstractmethod
    def clear(self, heap: Heap) -> None:
        """Gives up what it holds, in the language's order."""


Value = Thing | None


class Box(Thing):
    """A Node or one of its kin. `ended`: its fini has begun, weak references are null; `dead`:
    its fini is over, it cannot be used."""

    def __init__(self, heap: Heap, kind: str, number: int) -> None:
        super().__init__(heap)
        self.kind = kind
        self.number = number
        self.fields: dict[str, Value] = {"a": None, "b": None}
        self.weak: Box | None = None
        self.constructing = True
        self.ended = False
        self.dead = False

    def contents(self) -> list[Value]:
        return list(self.fields.values())

    def clear(self, heap: Heap) -> None:
        self.weak = None
        for name in reversed(self.fields):
            held, self.fields[name] = self.fields[name], None
            heap.release(held)


class Items(Thing):
    """An array, a map, a captured variable, a function, a future: they end from front to back."""

    def __init__(self, heap: Heap, items: Iterable[Value]) -> None:
        super().__init__(heap)
        self.items = list(items)

    def contents(self) -> list[Value]:
        return self.items

    def clear(self, heap: Heap) -> None:
        held, self.items = self.items, []
        for value in held:
            heap.release(value)


class Keyed(Items):
    """A map: `keys` goes along with `items`."""

    def __init__(self, heap: Heap, keys: Iterable[int], items: Iterable[Value]) -> None:
        super().__init__(heap, items)
        self.keys = list(keys)


class Weak(Thing):
    """A WeakBox."""

    def __init__(self, heap: Heap, target: Box | None) -> None:
        super().__init__(heap)
        self.target = target

    def contents(self) -> list[Value]:
        return []

    def clear(self, heap: Heap) -> None:
        self.target = None


class Thrown(Exception):
    """An error of the program; the name that `catch` sees. `by_statement`: from a `throw`, or from
    the end of a `finally`, in this function."""

    def __init__(self, name: str, by_statement: bool = False) -> None:
        super().__init__(name)
        self.name = name
        self.by_statement = by_statement


class Heap:
    """All things, and what the program prints."""

    def __init__(self) -> None:
        self.things: set[Thing] = set()
        self.lines: list[str] = []
        self.saved = Items(self, [])
        self.doomed: set[Box] = set()

    def retain(self, value: Value) -> Value:
        if value is not None:
            value.count += 1
        return value

    def release(self, value: Value) -> None:
        if value is None:
            return
        assert value.count > 0
        value.count -= 1
        if value.count:
            return
        if isinstance(value, Box) and not value.ended and not value.constructing:
            value.count = 1
            self.end_reported(value)
            self.release(value)
            return
        value.count = 1  # nobody finds it any more, but it is there while it gives up the rest
        value.clear(self)
        value.count = 0
        self.things.discard(value)

    def end_reported(self, box: Box) -> None:
        """Its error goes to standard error, which nobody compares."""
        with contextlib.suppress(Thrown):
            self.end(box)

    def end(self, box: Box) -> None:
        """`box.fini()`. Raises what its fini throws, when the rest is done."""
        if box.ended:
            return
        box.ended = True
        error: Thrown | None = None
        try:
            self._fini(box)
        except Thrown as thrown:
            error = thrown
        box.clear(self)
        box.dead = True
        if error is not None:
            raise error

    def _fini(self, box: Box) -> None:
        self.lines.append(f"end {box.number}")
        if box.kind == "Loud":
            raise Thrown("loud")
        if box.kind == "Saver":
            self.saved.items.append(self.retain(box))
        if box.kind == "Ender" and box.fields["b"] is not None:
            inner = box.fields["b"]
            assert isinstance(inner, Box)
            self.retain(inner)
            try:
                self.end(inner)
            finally:
                self.release(inner)
            held, box.fields["b"] = box.fields["b"], None
            self.release(held)

    # -- cycles ---------------------------------------------------------------------------------

    def garbage(self) -> set[Thing]:
        """What only garbage refers to."""
        outside = {thing: thing.count for thing in self.things}
        for thing in self.things:
            for held in thing.contents():
                if held is not None:
                    outside[held] -= 1
        waiting = [thing for thing, count in outside.items() if count > 0]
        alive = set(waiting)
        while waiting:
            for held in waiting.pop().contents():
                if held is not None and held not in alive:
                    alive.add(held)
                    waiting.append(held)
        return self.things - alive

    def collect(self) -> None:
        """Ends all garbage, in any order: weak references to it are null before."""
        found = self.garbage()
        boxes = [t for t in found if isinstance(t, Box) and not t.ended and not t.constructing]
        self.doomed = set(boxes)
        for thing in found:
            thing.count += 1
        for box in boxes:
            self.end_reported(box)
        for thing in found:
            thing.clear(self)
        for thing in found:
            self.release(thing)
        self.doomed = set()

    def strong(self, box: Box | None) -> Value:
        """What a weak reference gives."""
        return None if box is None or box.ended or box in self.doomed else box
