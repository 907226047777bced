"""Methods of built-in Boxes that programs call, and what they do.

`T` stands for the kind of a collection's items. Where an argument has to be tame (a repetition, a
radix), its kind is a tuple of literals.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from .kinds import Array, Kind, Map
from .values import (
    LARGEST,
    SMALLEST,
    Value,
    bounded,
    checked,
    equal,
    error,
    text,
    wrapped,
)


@dataclass(frozen=True)
class Method:
    receiver: Kind
    name: str
    parameters: tuple[Kind | tuple[object, ...], ...]
    result: Kind
    run: Callable[..., Value]


def _whole(number: float) -> int:
    if math.isnan(number):
        raise error("ArgumentError")
    if not -(2.0**63) <= number < 2.0**63:
        raise error("OverflowError")
    return int(number)


def _rounded(number: float) -> int:
    """Halves away from zero. A Float of 2**52 and more has no fraction."""
    if not abs(number) < 2.0**52:
        return _whole(number)
    return int(math.copysign(math.floor(abs(number)), number)) + (
        int(math.copysign(1, number)) if abs(number) % 1 >= 0.5 else 0
    )


def _floor(number: float) -> int:
    return math.floor(number) if abs(number) < 2.0**52 else _whole(number)


def _ceil(number: float) -> int:
    return math.ceil(number) if abs(number) < 2.0**52 else _whole(number)


def _power(base: int, exponent: int) -> int:
    return checked(base**exponent)


def _radix(number: int, radix: int) -> str:
    digits, rest = "", abs(number)
    while rest or not digits:
        digits = "0123456789abcdef"[rest % radix] + digits
        rest //= radix
    return "-" * (number < 0) + digits


def _parsed(source: str) -> int | None:
    if not re.fullmatch(r"[+-]?[0-9]+", source.strip()):
        return None
    number = int(source)
    return number if SMALLEST <= number <= LARGEST else None


def _to_integer(source: str) -> int:
    number = _parsed(source)
    if number is None:
        raise error("ParseError")
    return number


def _limit(index: int, count: int) -> int:
    """An end of a part: negative ones count from the end, all are clamped."""
    return max(0, min(index + count if index < 0 else index, count))


def _part(whole: Value, start: int, end: int | None = None) -> Value:
    count = len(whole)
    return whole[_limit(start, count) : count if end is None else _limit(end, count)]


def position(index: int, count: int) -> int:
    """Of an element; throws when there is none."""
    place = index + count if index < 0 else index
    if not 0 <= place < count:
        raise error("IndexError")
    return place


def element(whole: Value, index: int) -> Value:
    return whole[position(index, len(whole))]


def _element_or(whole: Value, index: int, default: Value) -> Value:
    place = index + len(whole) if index < 0 else index
    return whole[place] if 0 <= place < len(whole) else default


def _padded(source: str, length: int, padding: str, at_start: bool) -> str:
    missing = max(0, length - len(source))
    filling = (padding * missing)[:missing]
    return filling + source if at_start else source + filling


def _index_of(items: list[Value], wanted: Value) -> int:
    return next((i for i, item in enumerate(items) if equal(item, wanted)), -1)


def _push(items: list[Value], value: Value) -> list[Value]:
    items.append(value)
    return bounded(items)


def _insert(items: list[Value], index: int, value: Value) -> list[Value]:
    count = len(items)
    place = index + count if index < 0 else index
    if not 0 <= place <= count:
        raise error("IndexError")
    items.insert(place, value)
    return bounded(items)


def set_element(items: list[Value], index: int, value: Value) -> list[Value]:
    if index == len(items):
        return _push(items, value)
    items[position(index, len(items))] = value
    return items


def _remove_at(items: list[Value], index: int) -> Value:
    return items.pop(position(index, len(items)))


def _cleared(items: Value) -> Value:
    items.clear()
    return items


def _reversed(items: list[Value]) -> list[Value]:
    items.reverse()
    return items


def _sorted(items: list[Value]) -> list[Value]:
    items.sort()
    return items


def _set_entry(entries: dict[Value, Value], key: Value, value: Value) -> Value:
    entries[key] = value
    return bounded(entries)


TIMES = (0, 1, 2, 3)
WIDTHS = (0, 3, 7)
ITEMS, ENTRIES, NAMED = Array("T"), Map("int", "T"), Map("str", "T")

METHODS = (
    Method("str", "length", (), "int", len),
    Method("str", "isEmpty", (), "bool", lambda s: not s),
    Method("str", "contains", ("str",), "bool", lambda s, t: t in s),
    Method("str", "startsWith", ("str",), "bool", str.startswith),
    Method("str", "endsWith", ("str",), "bool", str.endswith),
    Method("str", "indexOf", ("str",), "int", str.find),
    Method("str", "lastIndexOf", ("str",), "int", str.rfind),
    Method("str", "substring", ("index",), "str", _part),
    Method("str", "substring", ("index", "index"), "str", _part),
    Method("str", "get", ("index",), "any", lambda s, i: _element_or(s, i, None)),
    Method("str", "toUpper", (), "str", str.upper),
    Method("str", "toLower", (), "str", str.lower),
    Method("str", "trim", (), "str", str.strip),
    Method("str", "reverse", (), "str", lambda s: s[::-1]),
    Method("str", "repeat", (TIMES,), "str", lambda s, n: bounded(s * n)),
    Method("str", "padStart", (WIDTHS, ("*", "ab")), "str", lambda *a: _padded(*a, at_start=True)),
    Method("str", "padEnd", (WIDTHS, ("*", "ab")), "str", lambda *a: _padded(*a, at_start=False)),
    Method("str", "replace", (("a", "é", "12"), "str"), "str", lambda *a: bounded(str.replace(*a))),
    Method("str", "split", (("a", ",", "12"),), Array("str"), str.split),
    Method("str", "chars", (), Array("str"), list),
    Method("str", "toInteger", (), "int", _to_integer),
    Method("str", "toIntOrNull", (), "any", _parsed),
    Method("int", "abs", (), "int", lambda n: checked(abs(n))),
    Method("int", "min", ("int",), "int", min),
    Method("int", "max", ("int",), "int", max),
    Method("int", "clamp", ((-5, 0), (3, 100)), "int", lambda n, a, b: max(a, min(n, b))),
    Method("int", "pow", (TIMES,), "int", _power),
    Method("int", "toFloat", (), "float", float),
    Method("int", "toHex", (), "str", lambda n: _radix(n, 16)),
    Method("int", "toString", ((2, 3, 16),), "str", _radix),
    Method("int", "wrappingAdd", ("int",), "int", lambda a, b: wrapped(a + b)),
    Method("int", "wrappingSub", ("int",), "int", lambda a, b: wrapped(a - b)),
    Method("int", "wrappingMul", ("int",), "int", lambda a, b: wrapped(a * b)),
    Method("float", "abs", (), "float", abs),
    Method("float", "floor", (), "int", _floor),
    Method("float", "ceil", (), "int", _ceil),
    Method("float", "round", (), "int", _rounded),
    Method("float", "toInteger", (), "int", _whole),
    Method("float", "isNaN", (), "bool", math.isnan),
    Method("float", "isInfinite", (), "bool", math.isinf),
    Method("float", "isFinite", (), "bool", math.isfinite),
    Method("float", "sqrt", (), "float", lambda x: math.sqrt(x) if not x < 0 else math.nan),
    Method("num", "toFloat", (), "float", float),
    Method("any", "toString", (), "str", text),
    Method("num", "toString", (), "str", text),
    Method("bool", "toString", (), "str", text),
    Method(ITEMS, "length", (), "int", len),
    Method(ITEMS, "isEmpty", (), "bool", lambda a: not a),
    Method(ITEMS, "get", ("index",), "T", element),
    Method(ITEMS, "get", ("index", "T"), "T", _element_or),
    Method(ITEMS, "contains", ("T",), "bool", lambda a, x: _index_of(a, x) >= 0),
    Method(ITEMS, "indexOf", ("T",), "int", _index_of),
    Method(ITEMS, "slice", ("index",), ITEMS, _part),
    Method(ITEMS, "slice", ("index", "index"), ITEMS, _part),
    Method(ITEMS, "concat", (ITEMS,), ITEMS, lambda a, b: bounded(a + b)),
    Method(ITEMS, "copy", (), ITEMS, list.copy),
    Method(ITEMS, "join", ((",", ""),), "str", lambda a, s: bounded(s.join(map(text, a)))),
    Method(ITEMS, "reverse", (), ITEMS, _reversed),
    Method(ITEMS, "toString", (), "str", lambda a: bounded(text(a))),
    Method(ITEMS, "removeAt", ("index",), "T", _remove_at),
    Method(Array("int"), "sort", (), Array("int"), _sorted),
    Method(Array("str"), "sort", (), Array("str"), _sorted),
    Method(Array("int"), "last", (), "any", lambda a: a[-1] if a else None),
    Method(Array("str"), "first", (), "any", lambda a: a[0] if a else None),
    Method(Array("int"), "pop", (), "any", lambda a: a.pop() if a else None),
    Method(Array("float"), "shift", (), "any", lambda a: a.pop(0) if a else None),
    Method(NAMED, "size", (), "int", len),
    Method(NAMED, "has", ("str",), "bool", lambda m, k: k in m),
    Method(NAMED, "get", ("str", "T"), "T", dict.get),
    Method(NAMED, "keys", (), Array("str"), list),
    Method(NAMED, "values", (), ITEMS, lambda m: list(m.values())),
    Method(ENTRIES, "size", (), "int", len),
    Method(ENTRIES, "has", ("int",), "bool", lambda m, k: k in m),
    Method(ENTRIES, "get", ("int", "T"), "T", dict.get),
    Method(ENTRIES, "keys", (), Array("int"), list),
    Method(ENTRIES, "toString", (), "str", lambda m: bounded(text(m))),
)
"""What gives a value."""

CHANGES = (
    Method(ITEMS, "push", ("T",), ITEMS, _push),
    Method(ITEMS, "unshift", ("T",), ITEMS, lambda a, x: _insert(a, 0, x)),
    Method(ITEMS, "insert", ("index", "T"), ITEMS, _insert),
    Method(ITEMS, "set", ("index", "T"), ITEMS, set_element),
    Method(ITEMS, "clear", (), ITEMS, _cleared),
    Method(NAMED, "set", ("str", "T"), NAMED, _set_entry),
    Method(NAMED, "remove", ("str",), "any", lambda m, k: m.pop(k, None)),
    Method(ENTRIES, "set", ("int", "T"), ENTRIES, _set_entry),
    Method(ENTRIES, "clear", (), ENTRIES, _cleared),
)
"""What stands as a statement of its own."""
