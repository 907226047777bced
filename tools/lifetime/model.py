"""What a lifetime program prints, by language.md sections 6, 7 and 10.

An interpreter of `syntax` over `heap`. A statement's temporaries end with it, youngest first; a
scope's variables end with the scope, in reverse order; errors end both the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from . import syntax as s
from .heap import Box, Heap, Items, Keyed, Thing, Thrown, Value


class _Leave(Exception):
    """`break`, `continue` or `return` on its way; `value` is owned."""

    def __init__(self, how: str, value: Value = None) -> None:
        self.how = how
        self.value = value


class Weak(Thing):
    """A WeakBox."""

    def __init__(self, heap: Heap, target: Box | None) -> None:
        super().__init__(heap)
        self.target = target

    def contents(self) -> list[Value]:
        return []

    def clear(self, heap: Heap) -> None:
        self.target = None


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


class Model:
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

    # -- expressions ----------------------------------------------------------------------------

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


def late_variables(function: s.Function) -> set[str]:
    """The variables assigned in a `try` outside of which they are declared, unless a closure has
    them, too."""
    found: set[str] = set()
    captured: set[str] = set()
    declared = dict.fromkeys(function.parameters, 0)

    def walk(body: list[s.Statement], depth: int) -> None:
        """`depth`: how many regions that an error may leave to a handler are around."""
        for item in body:
            if isinstance(item, s.Assign) and depth > declared[item.name]:
                found.add(item.name)
            elif isinstance(item, s.Declare):
                declared[item.name] = depth
            elif isinstance(item, s.Task):
                declared[item.result] = depth
            elif isinstance(item, s.Closure):
                captured.add(item.captured)
            elif isinstance(item, s.Block | s.Repeat):
                walk(item.body, depth)
            elif isinstance(item, s.Try):
                walk(item.body, depth + 1)
                walk(item.handler or [], depth + (item.final is not None))
                walk(item.final or [], depth)

    walk(function.body, 0)
    return found - captured


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
