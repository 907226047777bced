"""What inference knows beyond one function, and who has to look again when it grows."""

from __future__ import annotations

from ..analysis.hierarchy import ANY_BOX, Hierarchy
from ..analysis.initialised import initialised_fields
from ..instructions import ConstantFunction, GetMember, NewClosure
from ..module import BoxClass, Function, Module
from ..types import ANY, FUNCTION, NEVER, NULL, Type, box

Key = tuple[str, ...]
"""A place that types flow through: `("result", f)`, `("field", box, name)`, `("global", name)`,
`("capture", closure, index)`, `("cell", function, value)`."""


class ProgramTypes:
    """Types of parameters, results, fields, globals and captures; a queue of functions to visit.

    `read` notes that a function depends on a place, `flow` joins a type into one and queues the
    functions that read it.
    """

    def __init__(self, module: Module, hierarchy: Hierarchy) -> None:
        self.module = module
        self.hierarchy = hierarchy
        self.parameters: dict[str, list[Type]] = {}
        self.results: dict[str, Type] = {}
        self.places: dict[Key, Type] = {}
        self.readers: dict[Key, set[str]] = {}
        self.fields: dict[str, list[tuple[str, str]]] = {}
        """By name, every field (its first Box and its name)."""
        self._captured: dict[tuple[str, int], frozenset[Key]] = {}
        self._owner: dict[tuple[str, str], str] = {}
        self._answers: dict[str, set[str]] = {}
        self._queue: list[str] = []
        self.called_unknown: set[str] = set()
        """Functions that may be called from anywhere."""
        self._queued: set[str] = set()
        self._collect_fields()
        for entry in module.classes.values():
            for selector, name in entry.methods.items():
                self._answers.setdefault(selector, set()).add(name)
        self._seed()

    # -- fields ---------------------------------------------------------------------------------

    def _collect_fields(self) -> None:
        """A field belongs to the ancestor that declares it; those whose Box has a native part, or
        that C code may fill in, are Any; the others are null until something is stored, unless the
        constructor sees to it that nobody can tell."""
        nullable: set[tuple[str, str]] = set()
        initialised = initialised_fields(self.module)
        for entry in self.module.classes.values():
            for field in entry.fields:
                owner = self._first_owner(entry, field.name)
                self._owner[entry.name, field.name] = owner.name
                places = self.fields.setdefault(field.name, [])
                if (owner.name, field.name) not in places:
                    places.append((owner.name, field.name))
                unknown = field.weak or (owner.native is not None and owner.provider)
                self.places["field", owner.name, field.name] = ANY if unknown else NEVER
                if field.name not in initialised.get(entry.name, ()):
                    nullable.add((owner.name, field.name))
        for owner_name, name in nullable:
            self.flow(("field", owner_name, name), NULL)

    def _first_owner(self, entry: BoxClass, field: str) -> BoxClass:
        classes = self.module.classes
        ancestors = [classes[p] for p in entry.parents if p in classes and classes[p].field(field)]
        return min([entry, *ancestors], key=lambda c: (len(c.parents), c.name))

    def field_key(self, box_name: str, field: str) -> Key:
        return ("field", self._owner[box_name, field], field)

    def field_type(self, box_name: str, field: str) -> Type | None:
        return self.places.get(self.field_key(box_name, field))

    def fields_named(self, name: str, receiver: Type) -> list[Key]:
        """The places of the fields of that name that a receiver of the type may have."""
        classes = self.hierarchy.classes(receiver)
        if classes is None:
            return [("field", owner, field) for owner, field in self.fields.get(name, ())]
        owners = (self._owner.get((box_name, name)) for box_name in classes)
        return [("field", owner, name) for owner in dict.fromkeys(owners) if owner is not None]

    def member(self, reader: str, name: str, receiver: Type) -> Type:
        """The type of `receiver.name`: a field, or a bound method. What has neither throws."""
        classes = self.hierarchy.classes(receiver)
        if classes is None:
            return ANY
        found = NEVER
        for key in self.fields_named(name, receiver):
            found = found.join(self.read(reader, key))
        for box_name in classes:
            if (box_name, name) not in self._owner and self._has_method(box_name, name):
                found = found.join(ANY)
        return found

    def _has_method(self, box_name: str, name: str) -> bool:
        entries = (self.module.classes.get(b) for b in (box_name, ANY_BOX))
        return any(
            entry is None or any(s.rpartition("/")[0] == name for s in entry.methods)
            for entry in entries
        )

    # -- what is called without an instruction --------------------------------------------------

    def _seed(self) -> None:
        module = self.module
        self.unknown_call(module.entry)
        for entry in module.classes.values():
            names = [*entry.finalisers, *entry.protocol.values()]
            names += [n for n in (entry.static_initialiser,) if n]
            if entry.static and entry.constructor:
                names.append(entry.constructor)
            for name in names:
                self.unknown_call(name)
        members: set[str] = set()
        for function in module.functions.values():
            for block in function.blocks:
                for item in block.instructions:
                    if isinstance(item, NewClosure | ConstantFunction):
                        self.unknown_call(item.function)
                    elif isinstance(item, GetMember):
                        members.add(item.name)
        for selector, names in self._answers.items():
            if selector.rpartition("/")[0] in members:
                for name in names:
                    self.unknown_call(name)

    def unknown_call(self, name: str) -> None:
        """The function may be called with anything."""
        function = self.module.functions.get(name)
        if function is not None:
            self.called_unknown.add(name)
            self.call(name, [ANY] * len(function.parameters))

    def call(self, name: str, arguments: list[Type]) -> None:
        """A call with arguments of these types."""
        function = self.module.functions[name]
        known = self.parameters.get(name)
        if known is None:
            known = self.parameters[name] = [NEVER] * len(function.parameters)
            self.queue(name)
        for index, given in enumerate(arguments):
            if index == 0 and function.kind != "function":
                given = self._receiver(function)
            joined = known[index].join(given)
            if joined != known[index]:
                known[index] = joined
                self.queue(name)

    def _receiver(self, function: Function) -> Type:
        """A method's `me` is of its Box (or one that comes from it), however it is called."""
        if function.kind == "closure":
            return FUNCTION
        if function.box is None or function.box == ANY_BOX:
            return ANY
        return box(function.box)

    def methods(self, selector: str, receiver: Type) -> tuple[set[str], bool]:
        """The functions that a call of the selector may reach, and whether it may also reach
        something else that gives a value (the function in a field)."""
        classes = self.hierarchy.classes(receiver)
        fallback = self.module.classes.get(ANY_BOX)
        universal = fallback.methods.get(selector) if fallback is not None else None
        field = selector.rpartition("/")[0]
        if classes is None:
            found = set(self._answers.get(selector, ()))
            if universal:
                found.add(universal)
            return found, field in self.fields
        found, other = set(), False
        for name in classes:
            entry = self.module.classes.get(name)
            answer = entry.methods.get(selector) if entry is not None else None
            if answer is None and entry is not None and entry.field(field) is not None:
                other = True
            answer = answer or universal
            if answer is not None:
                found.add(answer)
        return found, other

    # -- flow -----------------------------------------------------------------------------------

    def queue(self, name: str) -> None:
        if name not in self._queued:
            self._queued.add(name)
            self._queue.append(name)

    def next_function(self) -> str | None:
        """The function that has waited longest."""
        if not self._queue:
            return None
        name = self._queue.pop(0)
        self._queued.discard(name)
        return name

    def read(self, reader: str, key: Key) -> Type:
        self.readers.setdefault(key, set()).add(reader)
        return self.places.get(key, NEVER)

    def flow(self, key: Key, given: Type) -> None:
        old = self.places.get(key, NEVER)
        joined = old.join(given)
        if joined != old:
            self.places[key] = joined
            for reader in sorted(self.readers.get(key, ())):
                self.queue(reader)

    def capture_cells(self, closure: str, index: int, places: frozenset[Key]) -> None:
        """A closure may capture these cells."""
        known = self._captured.get((closure, index), frozenset())
        if not places <= known:
            self._captured[closure, index] = known | places
            if closure in self.parameters:
                self.queue(closure)

    def captured_cells(self, closure: str, index: int) -> frozenset[Key]:
        return self._captured.get((closure, index), frozenset())

    def read_result(self, reader: str, name: str) -> Type:
        self.readers.setdefault(("result", name), set()).add(reader)
        return self.results.get(name, NEVER)

    def flow_result(self, name: str, given: Type) -> None:
        old = self.results.get(name, NEVER)
        joined = old.join(given)
        if joined != old:
            self.results[name] = joined
            for reader in sorted(self.readers.get(("result", name), ())):
                self.queue(reader)
