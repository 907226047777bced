"""Inference of elements within one function: how each instruction passes sites on.

Beside the rules of `infer_function`, which call it. An instruction that neither stands in
`UNDERSTOOD` nor says something here gives its operands away. The natives of Arrays and Maps are
known by name; of others counts what they declare: one that only reads cannot change an Array, and
one that gives a plain value cannot give it on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import instructions as ir
from ..analysis.hierarchy import PLAIN
from ..effects import Effects
from ..instruction import Instruction, result_of
from ..rewrite import uses_of
from ..types import ANY, NEVER, NULL, Type
from .infer_sites import ELSEWHERE, NOWHERE, ProgramSites, Site

if TYPE_CHECKING:
    from .infer_function import FunctionTypes

_STORES = {
    "ny_array_push": 1,
    "ny_array_unshift": 1,
    "ny_array_insert": 2,
    "ny_array_set": 2,
    "ny_map_set": 2,
    "ny_index_set": 2,
}
"""Natives that put an argument into their receiver."""

_LOADS = {
    "ny_array_get": NEVER,
    "ny_array_remove_at": NEVER,
    "ny_array_get_or": NEVER,
    "ny_array_pop": NULL,
    "ny_array_shift": NULL,
    "ny_array_first": NULL,
    "ny_array_last": NULL,
    "ny_map_get": NULL,
    "ny_map_get_or": NEVER,
    "ny_map_remove": NULL,
    "ny_match_item": NULL,
    "ny_match_value": NULL,
}
"""Natives that give an element, and what they give where there is none."""

_DEFAULTS = {"ny_array_get_or": 2, "ny_map_get_or": 2}
"""Natives that may give one of their arguments instead."""

_COPIES = {
    "ny_array_copy": (0,),
    "ny_array_slice": (0,),
    "ny_array_slice_from": (0,),
    "ny_array_concat": (0, 1),
    "ny_map_copy": (0,),
    "ny_map_values": (0,),
    "ny_match_rest": (0,),
}
"""Natives that give a new collection, and the arguments whose elements are in it."""

_CHANGES = {
    "ny_array_clear": (),
    "ny_array_reverse": (),
    "ny_array_sort": (),
    "ny_array_assign": (1,),
    "ny_map_clear": (),
}
"""Natives that move elements of their receiver, and the arguments whose elements they put in."""

_GIVES_RECEIVER = frozenset(_CHANGES) | (frozenset(_STORES) - {"ny_index_set"})

_GIVEN_AWAY = {
    "ny_index_get": (1,),
    "ny_index_set": (1,),
    "ny_map_set": (1,),
    "ny_map_get": (1,),
    "ny_map_get_or": (1,),
    "ny_map_remove": (1,),
    "ny_match_value": (1,),
}
"""Arguments that the program's `equals` may see: keys."""

_SHOWING = frozenset(
    ("ny_array_index_of", "ny_array_last_index_of", "ny_array_contains", "ny_array_remove_value",
     "ny_map_keys", "ny_map_entries")
)  # fmt: skip
"""Natives that let others see the elements, and their other arguments, and change nothing of
their receiver but what is in it."""

_HARMLESS = frozenset(("ny_print", "ny_is_end", "ny_match_array", "ny_match_map", "ny_fini"))
"""Natives that only look at what they are given (they may call `toString` and `fini`)."""

UNDERSTOOD = frozenset(
    (
        ir.Jump, ir.Branch, ir.Return, ir.CallFunction, ir.CallMethod, ir.CallNative,
        ir.GetField, ir.SetField, ir.SetMember, ir.GetGlobal, ir.SetGlobal, ir.GetSlot, ir.SetSlot,
        ir.NewClosure, ir.GetCapture, ir.NewCell, ir.SetCell, ir.GetCell, ir.NewArray, ir.NewMap,
        ir.NewBox, ir.Constructed, ir.GetItem, ir.SetItem, ir.End, ir.Check, ir.CheckLive,
        ir.CheckPresent, ir.IsBox, ir.IsNull, ir.Truth, ir.DynamicBinary, ir.DynamicCompare,
    )
)  # fmt: skip
"""Instructions whose operands do not escape by themselves."""

_GIVES_SITES = (
    ir.CallFunction, ir.CallMethod, ir.CallNative, ir.GetField, ir.GetMember, ir.GetGlobal,
    ir.GetSlot, ir.GetCapture, ir.GetCell, ir.NewArray, ir.NewMap, ir.NewBox, ir.GetItem,
)  # fmt: skip
_PLAIN_READS = Effects.READS | Effects.THROWS | Effects.SHOWS


class FunctionSites:
    """What Arrays and Maps the values of one function may be so far."""

    def __init__(self, types: FunctionTypes, sites: ProgramSites) -> None:
        self.types = types
        self.sites = sites
        self.name = types.function.name
        self.values: dict[int, frozenset[Site]] = {}
        self.slots = [NOWHERE] * len(types.function.slots)
        self.opaque = frozenset(
            result
            for block in types.function.blocks
            for item in block.instructions
            if not isinstance(item, _GIVES_SITES) and (result := result_of(item)) is not None
        )

    def of(self, value: int) -> frozenset[Site]:
        """The sites of a value; none if its type is known to be another."""
        type = self.types.types[value]
        if type.names and not self.sites.may_hold(type):
            return NOWHERE
        found = self.values.get(value)
        if found is not None:
            return found
        return ELSEWHERE if value in self.opaque else NOWHERE

    def join(self, value: int, given: frozenset[Site]) -> None:
        if not given:
            return
        old = self.values.get(value, NOWHERE)
        new = self.sites.joined(old, given)
        if new != old:
            self.values[value] = new
            self.types.changed = True

    def enter(self) -> None:
        """Take up what callers give."""
        for index, value in enumerate(self.types.function.parameters):
            self.join(value, self.sites.read(self.name, ("parameter", self.name, str(index))))

    def give_away(self, *values: int) -> None:
        for value in values:
            self.sites.escape(self.of(value))

    def give_operands_away(self, item: Instruction) -> None:
        if self.values:
            self.give_away(*uses_of(item))

    def made(self, result: int, contents: Sequence[int]) -> None:
        """A new Array or Map with these elements."""
        site: Site = ("elements", self.name, str(result))
        self.join(result, frozenset((site,)))
        for value in contents:
            self._store(frozenset((site,)), value)

    def compare(self, left: int, right: int) -> None:
        """`equals` of a Box may be given the other side; plain values have none."""
        types = self.types.types
        for one, other in ((left, right), (right, left)):
            if types[one].is_any or not PLAIN.issuperset(types[one].names):
                self.give_away(other)

    def set_slot(self, slot: int, value: int) -> None:
        joined = self.sites.joined(self.slots[slot], self.of(value))
        if joined != self.slots[slot]:
            self.slots[slot] = joined
            self.types.changed = True

    # -- elements -------------------------------------------------------------------------------

    def load(self, collection: int) -> tuple[Type, frozenset[Site]]:
        """What may be read out of a collection. One that is there and that nobody has told of
        may be any."""
        sites, type = self.of(collection), self.types.types[collection]
        if not sites and self.sites.may_hold(type):
            sites = ELSEWHERE
        return self.sites.elements(self.name, sites)

    def store(self, collection: int, value: int) -> None:
        sites = self.of(collection)
        if not sites and self.sites.may_hold(self.types.types[collection]):
            sites = ELSEWHERE
        self._store(sites, value)

    def _store(self, sites: frozenset[Site], value: int) -> None:
        for site in sorted(sites):
            if site in ELSEWHERE:
                self.give_away(value)
            else:
                self.types.program.flow(site, self.types.types[value])
                self.sites.flow(site, self.of(value))

    # -- calls ----------------------------------------------------------------------------------

    def call(self, result: int, name: str, arguments: Sequence[int]) -> Type | None:
        """A call of a function of the program. The type it gives, where more is known of that than
        what the function returns."""
        symbol = self.sites.wrappers.native(name)
        if symbol is not None:
            return self.native(result, symbol, arguments)
        function = self.sites.module.functions[name]
        first = 0
        if function.kind != "function":
            first = 1
            if self.sites.is_method_of_holder(function):
                if self.sites.wrappers.only_reads(name):
                    self.sites.show(self.of(arguments[0]))
                else:
                    self.give_away(arguments[0])
        for index in range(first, len(arguments)):
            self.sites.flow(("parameter", name, str(index)), self.of(arguments[index]))
        self.join(result, self.sites.read(self.name, ("result", name)))
        return None

    def native(self, result: int, symbol: str, arguments: Sequence[int]) -> Type | None:
        """A call of a native; the type it gives, where that is more than it declares."""
        for index in _GIVEN_AWAY.get(symbol, ()):
            self.give_away(arguments[index])
        if symbol in ("ny_index_get", "ny_index_set", "ny_iterator_new", "ny_iterator_next"):
            return self._by_kind(result, symbol, arguments)
        if symbol in _LOADS:
            type, sites = self.load(arguments[0])
            type = type.join(_LOADS[symbol])
            if symbol in _DEFAULTS:
                other = arguments[_DEFAULTS[symbol]]
                type = type.join(self.types.types[other])
                sites = self.sites.joined(sites, self.of(other))
            self.join(result, sites)
            return type
        if symbol in _COPIES:
            self.made(result, ())
            site: Site = ("elements", self.name, str(result))
            self._pour(frozenset((site,)), [arguments[i] for i in _COPIES[symbol]])
            return None
        if symbol in _STORES:
            self.store(arguments[0], arguments[_STORES[symbol]])
        elif symbol in _CHANGES:
            self._pour(self.of(arguments[0]), [arguments[i] for i in _CHANGES[symbol]])
        if symbol in _GIVES_RECEIVER:
            self.join(result, self.of(arguments[0]))
        elif symbol in _SHOWING:
            self.sites.show(self.of(arguments[0]))
            self.give_away(*arguments[1:])
            self.join(result, ELSEWHERE)
        else:
            self._other(result, symbol, arguments)
        return None

    def _pour(self, into: frozenset[Site], sources: Sequence[int]) -> None:
        """Elements of the sources go into a collection."""
        for source in sources:
            type, held = self.load(source)
            for site in sorted(into):
                if site in ELSEWHERE:
                    self.sites.show(self.of(source))
                else:
                    self.types.program.flow(site, type)
                    self.sites.flow(site, held)

    def _by_kind(self, result: int, symbol: str, arguments: Sequence[int]) -> Type | None:
        """What does different things to Arrays, to Maps, and to others."""
        receiver = arguments[0]
        names = self.types.types[receiver].names
        if not names:
            return NEVER
        if symbol == "ny_index_set":
            self.store(receiver, arguments[2])
            return None
        if symbol == "ny_iterator_new":
            self.join(result, self.of(receiver) if names == ("ArrayBox",) else ELSEWHERE)
            if names != ("ArrayBox",):
                self.sites.show(self.of(receiver))
            return None
        if symbol == "ny_iterator_next":
            type, sites = self.load(receiver)
            self.join(result, sites)
            return type
        type, sites = self.load(receiver)
        if not {"ArrayBox", "MapBox", "NullBox"}.issuperset(names):
            type, sites = ANY, self.sites.joined(sites, ELSEWHERE)
        self.join(result, sites)
        return type.join(NULL) if "MapBox" in names else type

    def _other(self, result: int, symbol: str, arguments: Sequence[int]) -> None:
        if symbol in _HARMLESS:
            return
        native = self.sites.module.natives[symbol]
        if all(name in PLAIN for name in native.result.names):
            if not native.effects & ~_PLAIN_READS:
                return
        else:
            self.join(result, ELSEWHERE)
        self.give_away(*arguments)
