"""Which Arrays and Maps a value may be, for the types of their elements.

An Array or a Map is told from others by the place that makes it, its *site* (allocation-site
abstraction; Chase, Wegman, Zadeck, Analysis of Pointers and Structures, PLDI 1990, section 4). Each
site has one place that all its elements flow into, so that what is read out of it has a type. The
sites a value may be travel with the value everywhere types do. What leaves the instructions
that this analysis understands has *escaped*: somebody else may put anything in, so its
elements are Any, and so is all that is reached through them.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..analysis.hierarchy import ANY_BOX
from ..module import Function, Module
from ..types import ANY, NEVER, Type
from .infer_program import Key, ProgramTypes
from .infer_wrappers import Wrappers

Site = Key
"""`("elements", function, value)`, which is also the place of the elements."""

UNKNOWN: Site = ("unknown",)
"""Stands for everything that has escaped or was made elsewhere."""

NOWHERE: frozenset[Site] = frozenset()
ELSEWHERE = frozenset((UNKNOWN,))

MOST_SITES = 8
"""Sites of one value or place; more are taken for unknown, which bounds the work. What is found may
then depend on the order of the visits, so all walks over sets are sorted."""


class ProgramSites:
    """The sites that places may hold, and those that have escaped."""

    def __init__(self, module: Module, program: ProgramTypes) -> None:
        self.module = module
        self.program = program
        self.wrappers = Wrappers(module)
        self.escaped: set[Site] = set()
        self._places: dict[Key, frozenset[Site]] = {}
        self._leaking: set[Key] = set()
        """Places that somebody else reads: what they hold escapes."""
        self.holders = {"Any", ANY_BOX}
        """Types of which an Array, a Map, or a Box that comes from one, may be."""
        for kind in ("ArrayBox", "MapBox"):
            for name in program.hierarchy.descendants(kind):
                entry = module.classes.get(name)
                self.holders.update((name, *(entry.parents if entry is not None else ())))
        for key, type in program.places.items():
            if key[0] == "field" and type.is_any:
                self.open(key)
        for name in sorted(program.called_unknown):
            self._leaking.add(("result", name))
            for index in range(len(module.functions[name].parameters)):
                self.flow(("parameter", name, str(index)), ELSEWHERE)
        for function in module.functions.values():
            if function.kind != "function":
                self.flow(("parameter", function.name, "0"), ELSEWHERE)

    def may_hold(self, type: Type) -> bool:
        """Whether a value of the type may be an Array or a Map."""
        return not self.holders.isdisjoint(type.names)

    def is_method_of_holder(self, function: Function) -> bool:
        """Whether the function's `me` may be an Array or a Map."""
        return function.box is None or function.box in self.holders

    def live(self, sites: frozenset[Site]) -> frozenset[Site]:
        """The sites with all that have escaped as one."""
        if self.escaped.isdisjoint(sites):
            return sites
        return (sites - self.escaped) | ELSEWHERE

    def joined(self, old: frozenset[Site], given: frozenset[Site]) -> frozenset[Site]:
        """Either; where that grows too large, everything escapes."""
        given = self.live(given)
        if given <= old:
            return old
        new = self.live(old) | given
        if len(new) > MOST_SITES:
            self.escape(new)
            return ELSEWHERE
        return new

    def flow(self, key: Key, given: frozenset[Site]) -> None:
        """Into a place."""
        if not given:
            return
        if key in self._leaking:
            self.escape(given)
            given = ELSEWHERE
        old = self._places.get(key, NOWHERE)
        new = self.joined(old, given)
        if new != old:
            self._places[key] = new
            for reader in sorted(self.program.readers.get(key, ())):
                self.program.queue(reader)

    def read(self, reader: str, key: Key) -> frozenset[Site]:
        self.program.readers.setdefault(key, set()).add(reader)
        return self._places.get(key, NOWHERE)

    def elements(self, reader: str, sites: Iterable[Site]) -> tuple[Type, frozenset[Site]]:
        """The type of what may be read out of any of the sites, and what sites that may be."""
        type, held = NEVER, NOWHERE
        for site in sorted(sites):
            if site == UNKNOWN:
                return ANY, ELSEWHERE
            type = type.join(self.program.read(reader, site))
            held = self.joined(held, self.read(reader, site))
        return type, held

    def escape(self, sites: Iterable[Site]) -> None:
        """Somebody else may read and change these."""
        for site in sorted(sites):
            if site != UNKNOWN and site not in self.escaped:
                self.escaped.add(site)
                self.program.flow(site, ANY)
                self.open(site)

    def show(self, sites: Iterable[Site]) -> None:
        """Somebody else may read the elements of these, and change them, not what holds them."""
        for site in sorted(sites):
            if site != UNKNOWN:
                self._leak(site)

    def open(self, key: Key) -> None:
        """Somebody else may read and write the place."""
        self._leak(key)
        self.flow(key, ELSEWHERE)

    def _leak(self, key: Key) -> None:
        if key not in self._leaking:
            self._leaking.add(key)
            self.escape(self._places.get(key, NOWHERE))
