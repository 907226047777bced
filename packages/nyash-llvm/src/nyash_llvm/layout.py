"""Where things lie in memory: Boxes, their class descriptors, and the tables the runtime reads.

`struct ny_class`, `struct ny_box`, `struct ny_closure`, `struct ny_cell`, `struct ny_array` here
and in nyash.h, program.h and array.h must agree field by field.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nyash_ir.analysis.acyclic import acyclic_boxes
from nyash_ir.module import BoxClass, Module

from . import symbols
from .module_text import ModuleText, global_name

# struct ny_box
HEADER_SIZE = 8
CLASS_ID_OFFSET = 4
FLAGS_OFFSET = 6
FLAG_IMMORTAL = 8
FLAG_DEAD = 16
IMMORTAL_COUNT = 0x40000000
OWN_BLOCK = 255
"""`size_class` of what does not come from the heap's size classes."""

# Traits of struct ny_class
ACYCLIC = 1

# struct ny_closure, struct ny_cell
CLOSURE_CODE_OFFSET = 8
CLOSURE_ARITY_OFFSET = 16
CLOSURE_CAPTURES_OFFSET = 32
CELL_VALUE_OFFSET = 8

# struct ny_array (array.h)
ARRAY_ITEMS_OFFSET = 8
ARRAY_COUNT_OFFSET = 16

# Words (nyash.h).
NULL = 2
FALSE = 10
TRUE = 18

STRING_ID = 1
FUNCTION_ID = 6
KIND_IDS = {
    "StringBox": STRING_ID,
    "IntegerBox": 2,
    "FloatBox": 3,
    "BoolBox": 4,
    "NullBox": 5,
    "FunctionBox": FUNCTION_ID,
    "ArrayBox": 7,
    "MapBox": 8,
}
"""Ids that hold even in a program whose module does not carry the Box."""
IMMEDIATE_KINDS = frozenset(("IntegerBox", "FloatBox", "BoolBox", "NullBox"))
"""Boxes whose values are not (only) pointers."""

ANY_BOX = "AnyBox"

_CLASS = (
    "{ ptr, i32, i32, i32, i32, ptr, ptr, ptr, i32, i32, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr }"
)


class Layout:
    """Ids, sizes and field places of a module's Boxes."""

    def __init__(self, module: Module) -> None:
        self._classes = module.classes
        self._inherited = {parent for cls in module.classes.values() for parent in cls.parents}
        self._places = {
            name: {f.name: (_field_offset(cls) + 8 * i, f.weak) for i, f in enumerate(cls.fields)}
            for name, cls in module.classes.items()
        }

    def class_id(self, box: str) -> int | None:
        """The id of a Box, or None for a name that is none (an error type, say)."""
        cls = self._classes.get(box)
        return cls.id if cls is not None else KIND_IDS.get(box)

    def field_place(self, box: str, field: str) -> int:
        """Byte offset of a field in an instance of `box`."""
        return self._places[box][field][0]

    def has_heirs(self, box: str) -> bool:
        """Whether another Box comes from this one, so that equal ids do not decide `is`."""
        return box in self._inherited

    def instances(self) -> Iterable[BoxClass]:
        """Every Box that values can have, in order of id. `AnyBox` only lends its methods."""
        found = (cls for cls in self._classes.values() if cls.name != ANY_BOX)
        return sorted(found, key=lambda cls: cls.id)


def _members(cls: BoxClass) -> Iterable[str]:
    """What messages say of a Box; nothing of a library's that the program does not use."""
    in_use = cls.methods or not cls.provider or cls.id in KIND_IDS.values()
    return cls.members if in_use else ()


def _field_offset(cls: BoxClass) -> int:
    return cls.native.size if cls.native is not None else HEADER_SIZE


def define_classes(text: ModuleText, module: Module) -> None:
    """`ny_classes`, `ny_class_count`, and `ny_class_id_<Box>` for every Box of a library."""
    by_id: dict[int, str] = {}
    acyclic = acyclic_boxes(module)
    for cls in sorted(module.classes.values(), key=lambda cls: cls.id):
        by_id[cls.id] = _define_class(text, module, cls, ACYCLIC if cls.name in acyclic else 0)
        if cls.provider:
            text.define_data(symbols.class_id(cls.name), f"constant i16 {cls.id}")
    count = max(by_id, default=0) + 1
    entries = ", ".join(f"ptr {by_id.get(number, 'null')}" for number in range(count))
    text.define_data(symbols.CLASSES, f"constant [{count} x ptr] [{entries}], align 8")
    text.define_data(symbols.CLASS_COUNT, f"constant i32 {count}")


def _define_class(text: ModuleText, module: Module, cls: BoxClass, traits: int) -> str:
    def table(part: str, kind: str, entries: Sequence[str]) -> str:
        if not entries:
            return "null"
        body = ", ".join(f"{kind} {entry}" for entry in entries)
        return text.define_data(
            f"{part} {cls.name}",
            f"private unnamed_addr constant [{len(entries)} x {kind}] [{body}]",
        )

    def function(name: str | None) -> str:
        return global_name(name) if name is not None and name in module.functions else "null"

    def native(symbol: str | None) -> str:
        if not symbol:
            return "null"
        parameters = "ptr" if native_layout and symbol == native_layout.destroy else "ptr, ptr, ptr"
        return text.declare(symbol, "void", parameters, "nounwind")

    def c_text(value: str) -> str:
        return text.text_constant(value.encode("utf-8", "replace"))

    native_layout = cls.native
    offset = _field_offset(cls)
    ancestors = [module.classes[p].id for p in cls.parents if p in module.classes]
    finalisers = [function(name) for name in cls.finalisers if name in module.functions]
    protocol = [function(cls.protocol.get(n)) for n in ("toString", "equals", "hash", "handle")]
    values = [
        f"ptr {c_text(cls.name.rsplit('::', 1)[-1])}",
        f"i32 {cls.id}",
        f"i32 {offset + 8 * len(cls.fields)}",
        f"i32 {offset}",
        f"i32 {len(cls.fields)}",
        f"ptr {table('field names', 'ptr', [c_text(f.name) for f in cls.fields])}",
        f"ptr {table('weak fields', 'i8', [str(int(f.weak)) for f in cls.fields])}",
        f"ptr {table('ancestors', 'i16', [*map(str, ancestors), '0'])}",
        f"i32 {len(finalisers)}",
        f"i32 {traits}",
        f"ptr {table('finalisers', 'ptr', finalisers)}",
        f"ptr {native(native_layout.destroy if native_layout else None)}",
        f"ptr {native(native_layout.visit if native_layout else None)}",
        *(f"ptr {name}" for name in protocol),
        f"ptr {c_text(' '.join(sorted(_members(cls))))}",
    ]
    return text.define_data(
        f"class {cls.name}", f"internal constant {_CLASS} {{ {', '.join(values)} }}, align 8"
    )
