"""What a lifetime program prints, by language.md sections 6, 7 and 10.

An interpreter of `syntax` over `heap`. A statement's temporaries end with it, youngest first; a
scope's variables end with the scope, in reverse order; errors end both the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from . import syntax as s
from .expressions import Expressions, Frame
from .heap import Box, Heap, Items, Keyed, Thrown, Value, Weak
from .order import late_variables


class _Leave(Exception):
    """`break`, `continue` or `return` on its way; `value` is owned."""

    def __init__(self, how: str, value: Value = None) -> None:
        self.how = how
        self.value = value


class Model(Expressions):
    def __init__(self, functions: dict[str, s.Function]) -> None:
        self.functions = functions
        self.heap = Heap()

    def graph(self, name: str) -> None:
        """What `run(name, …)` of the prelude does."""
        heap = self.heap
        heap.lines.append(f"graph {name}")
        try:
            heap.release(self._call(name, []))
        except Thrown as error:
            heap.lines.append(f"caught {error.name}")
        heap.lines.append(f"saved {len(heap.saved.items)}")
        heap.saved.clear(heap)
        self._collect()
        heap.saved.clear(heap)

    def _collect(self) -> None:
        self.heap.lines.append("(")
        self.heap.collect()
        self.heap.lines.append(")")

    # -- functions, scopes ----------------------------------------------------------------------

    def _call(self, name: str, arguments: list[Value]) -> Value:
        """The result is owned."""
        function = self.functions[name]
        frame = Frame(late_variables(function))
        with self._region(frame), self._scope(frame):
            for parameter, value in zip(function.parameters, arguments, strict=True):
                self._declare(frame, parameter, self.heap.retain(value))
            try:
                self._body(frame, function.body)
                with self._statement(frame):
                    return self._owned(frame, function.result)
            except _Leave as leave:
                return leave.value

    def _called(self, name: str, arguments: list[Value]) -> Value:
        try:
            return self._call(name, arguments)
        except Thrown as error:
            error.by_statement = False  # not in the caller
            raise

    @contextmanager
    def _scope(self, frame: Frame) -> Iterator[None]:
        frame.scopes.append({})
        late: set[str] = set()
        try:
            yield
        except Thrown as error:
            late = set() if error.by_statement else frame.late
            raise
        finally:
            scope = frame.scopes[-1]
            for name in reversed(scope):
                if name in late:
                    frame.waiting.append(scope[name])
                else:
                    self.heap.release(scope[name])
            frame.scopes.pop()

    @contextmanager
    def _region(self, frame: Frame) -> Iterator[None]:
        """What errors come out of: a `try`, or a function."""
        mark = len(frame.waiting)
        try:
            yield
        finally:
            waiting, frame.waiting[mark:] = frame.waiting[mark:], []
            for place in waiting:
                self.heap.release(place)

    @contextmanager
    def _statement(self, frame: Frame) -> Iterator[None]:
        mark = len(frame.held)
        try:
            yield
        finally:
            while len(frame.held) > mark:
                self.heap.release(frame.held.pop())

    def _declare(self, frame: Frame, name: str, owned: Value) -> None:
        frame.scopes[-1][name] = Items(self.heap, [owned])

    def _body(self, frame: Frame, body: list[s.Statement]) -> None:
        for statement in body:
            _RULES[type(statement)](self, frame, statement)

    # -- statements -----------------------------------------------------------------------------

    def _local(self, frame: Frame, item: s.Declare) -> None:
        with self._statement(frame):
            self._declare(frame, item.name, self._owned(frame, item.value))

    def _assign(self, frame: Frame, item: s.Assign) -> None:
        with self._statement(frame):
            owned = self._owned(frame, item.value)
            place = frame.find(item.name)
            before, place.items[0] = place.items[0], owned
            self.heap.release(before)

    def _setfield(self, frame: Frame, item: s.SetField) -> None:
        with self._statement(frame):
            box = self._value(frame, item.of)
            if item.name == s.WEAK:
                target = self._value(frame, item.value)
                box = self._usable(box)
                box.weak = None if target is None else self._usable(target)
                return
            owned = self._owned(frame, item.value)
            try:
                box = self._usable(box)
            except Thrown:
                self.heap.release(owned)
                raise
            before, box.fields[item.name] = box.fields[item.name], owned
            self.heap.release(before)

    def _collection(self, frame: Frame, item: s.Collection) -> None:
        with self._statement(frame):
            values = self._literal(frame, item.items)
            made: Items
            if item.name.startswith("m"):
                made = Keyed(self.heap, range(len(values)), values)
            else:
                made = Items(self.heap, values)
            self._declare(frame, item.name, made)

    def _literal(self, frame: Frame, items: list[s.Expression]) -> list[Value]:
        """A literal takes over the temporaries among its items, once it has them all."""
        mark = len(frame.held)
        values = []
        for item in items:
            before = len(frame.held)
            value = self._value(frame, item)
            own = len(frame.held) > before and not isinstance(item, s.Variable)
            values.append((value, len(frame.held) - 1 if own else None))
        taken = {place for _, place in values if place is not None}
        for value, place in values:
            if place is None:
                self.heap.retain(value)
        frame.held[mark:] = [v for n, v in enumerate(frame.held) if n >= mark and n not in taken]
        return [value for value, _ in values]

    def _setelement(self, frame: Frame, item: s.SetElement) -> None:
        with self._statement(frame):
            owned = self._owned(frame, item.value)
            items = frame.find(item.of).items[0]
            assert isinstance(items, Items)
            if isinstance(items, Keyed):
                if item.key not in items.keys:
                    items.keys.append(item.key)
                    items.items.append(owned)
                    return
                index = items.keys.index(item.key)
            else:
                index = item.key
                if index == len(items.items):
                    items.items.append(owned)
                    return
                if index > len(items.items):
                    self.heap.release(owned)
                    raise Thrown("IndexError")
            before, items.items[index] = items.items[index], owned
            self.heap.release(before)

    def _push(self, frame: Frame, item: s.Push) -> None:
        with self._statement(frame):
            owned = self._owned(frame, item.value)
            items = frame.find(item.name).items[0]
            assert isinstance(items, Items)
            items.items.append(owned)

    def _remove(self, frame: Frame, item: s.Remove) -> None:
        items = frame.find(item.name).items[0]
        assert isinstance(items, Items)
        if isinstance(items, Keyed):
            if item.key in items.keys:
                index = items.keys.index(item.key)
                del items.keys[index]
                self.heap.release(items.items.pop(index))
        elif items.items:
            self.heap.release(items.items.pop())

    def _closure(self, frame: Frame, item: s.Closure) -> None:
        place = frame.find(item.captured)
        self.heap.retain(place)
        self._declare(frame, item.name, Items(self.heap, [place]))

    def _weaken(self, frame: Frame, item: s.Weaken) -> None:
        with self._statement(frame):
            target = self._value(frame, item.value)
            weak = Weak(self.heap, None if target is None else self._usable(target))
            self._declare(frame, item.name, weak)

    def _end(self, frame: Frame, item: s.End) -> None:
        with self._statement(frame):
            box = self._value(frame, item.of)
            if box is None:
                raise Thrown("NullError")
            assert isinstance(box, Box)
            self.heap.end(box)

    def _show(self, frame: Frame, item: s.Show) -> None:
        with self._statement(frame):
            box = self._value(frame, item.value)
            if box is None:
                self.heap.lines.append("null")
            else:
                self.heap.lines.append(f"shown {self._usable(box).number}")

    def _do(self, frame: Frame, item: s.Do) -> None:
        with self._statement(frame):
            self._value(frame, item.value)

    def _collect_now(self, frame: Frame, item: s.Collect) -> None:
        self._collect()

    def _block(self, frame: Frame, item: s.Block) -> None:
        with self._scope(frame):
            self._body(frame, item.body)

    def _repeat(self, frame: Frame, item: s.Repeat) -> None:
        half = len(item.body) // 2
        for number in range(item.rounds):
            try:
                with self._scope(frame):
                    self._body(frame, item.body[:half])
                    if item.leave and number == item.rounds - 1:
                        raise _Leave(item.leave)
                    self._body(frame, item.body[half:])
            except _Leave as leave:
                if leave.how == "return":
                    raise
                if leave.how == "break":
                    return

    def _try(self, frame: Frame, item: s.Try) -> None:
        pending: Exception | None = None
        try:
            with self._region(frame):
                self._handled(frame, item)
        except (Thrown, _Leave) as leaving:
            pending = leaving
        if item.final is not None:
            try:
                with self._scope(frame):
                    self._body(frame, item.final)
            except (Thrown, _Leave):  # takes the place of what was on its way
                if isinstance(pending, _Leave):
                    self.heap.release(pending.value)
                raise
        if isinstance(pending, Thrown) and item.final is not None:
            pending.by_statement = True
        if pending is not None:
            raise pending

    def _handled(self, frame: Frame, item: s.Try) -> None:
        try:
            with self._region(frame), self._scope(frame):
                self._body(frame, item.body)
        except Thrown as error:
            if item.handler is None:
                raise
            self.heap.lines.append(f"caught {error.name}")
            with self._scope(frame):
                self._body(frame, item.handler)

    def _throw(self, frame: Frame, item: s.Throw) -> None:
        raise Thrown("thrown", by_statement=True)

    def _return(self, frame: Frame, item: s.Return) -> None:
        with self._statement(frame):
            raise _Leave("return", self._owned(frame, item.value))

    def _task(self, frame: Frame, item: s.Task) -> None:
        """The task runs when it is awaited; then it lets go of its arguments, as of temporaries."""
        with self._statement(frame):
            arguments = [self._value(frame, e) for e in item.call.arguments]
            for argument in arguments:
                self.heap.retain(argument)
        future = Items(self.heap, [])
        self._declare(frame, item.name, future)
        error = None
        try:
            future.items.append(self._called(item.call.function, arguments))
        except Thrown as thrown:
            error = thrown
        for argument in reversed(arguments):
            self.heap.release(argument)
        if error is not None:
            raise error
        self._declare(frame, item.result, self.heap.retain(future.items[0]))

    def _cancelled(self, frame: Frame, item: s.Cancelled) -> None:
        with self._statement(frame):
            given = self.heap.retain(self._value(frame, item.value))
        self._declare(frame, item.name, None)
        own = Box(self.heap, "Node", item.number)
        own.constructing = False
        self.heap.lines.append(f"left {item.number}")
        self.heap.release(own)
        self.heap.release(given)
        self.heap.lines.append("caught CancelledError")


_RULES: dict[type[s.Statement], Callable[[Model, Frame, Any], None]] = {
    s.Declare: Model._local,
    s.Assign: Model._assign,
    s.SetField: Model._setfield,
    s.Collection: Model._collection,
    s.SetElement: Model._setelement,
    s.Push: Model._push,
    s.Remove: Model._remove,
    s.Closure: Model._closure,
    s.Weaken: Model._weaken,
    s.End: Model._end,
    s.Show: Model._show,
    s.Do: Model._do,
    s.Collect: Model._collect_now,
    s.Block: Model._block,
    s.Repeat: Model._repeat,
    s.Try: Model._try,
    s.Throw: Model._throw,
    s.Return: Model._return,
    s.Task: Model._task,
    s.Cancelled: Model._cancelled,
}
