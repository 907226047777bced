"""Nyash's values in Python, and what the language says about them.

Integer, Float, Bool, String and null are Python's own; an ArrayBox is a list, a MapBox a dict (only
Strings and Integers are keys here), a user's Box an `Instance`. Operations go by the kind that a
value has, as those of the language do.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Value = Any
SMALLEST, LARGEST = -(2**63), 2**63 - 1
LONGEST = 300
"""Characters of a String and elements of a collection; beyond it a program is not worth running."""


class Unbounded(Exception):
    """The program takes too many steps or too much memory to be of use."""


@dataclass(frozen=True)
class ErrorValue:
    """An ErrorBox; its words are not predicted."""

    type: str


class Thrown(Exception):
    def __init__(self, value: Value) -> None:
        super().__init__(value)
        self.value = value


def error(kind: str) -> Thrown:
    return Thrown(ErrorValue(kind))


@dataclass(eq=False)
class Instance:
    """A Box of the program; equal to itself only."""

    box: str
    fields: dict[str, Value] = field(default_factory=dict)


@dataclass(eq=False)
class Function:
    call: Callable[..., Value]


def bounded(value: Value) -> Value:
    if isinstance(value, str | list | dict) and len(value) > LONGEST:
        raise Unbounded
    return value


# -- text


def float_text(number: float) -> str:
    if math.isnan(number):
        return "nan"
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    return format(Decimal(repr(number)), "f").removesuffix(".0")


def text(value: Value) -> str:
    """What `toString()` gives."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(inner_text, value)) + "]"
    if isinstance(value, dict):
        pairs = (f"{inner_text(key)}: {inner_text(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    assert isinstance(value, Instance), value
    return f"<{value.box}>"


def inner_text(value: Value) -> str:
    """In a collection: Strings are quoted."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else text(value)


def truth(value: Value) -> bool:
    """NaN, collections and Boxes are true."""
    return isinstance(value, list | dict | Instance | Function) or bool(value)


def is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def equal(left: Value, right: Value) -> bool:
    """`==`: never throws; Python compares int with float exactly, too."""
    if is_number(left) and is_number(right):
        return left == right
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(equal(left[k], right[k]) for k in left)
    return left is right if isinstance(left, Instance | Function) else left == right


# -- arithmetic


def checked(value: int) -> int:
    if not SMALLEST <= value <= LARGEST:
        raise error("OverflowError")
    return value


def wrapped(value: int) -> int:
    return (value + 2**63) % 2**64 - 2**63


def integer(operator: str, left: int, right: int) -> int:
    match operator:
        case "+":
            return checked(left + right)
        case "-":
            return checked(left - right)
        case "*":
            return checked(left * right)
        case "&":
            return left & right
        case "|":
            return left | right
        case "^":
            return left ^ right
        case "<<" | ">>":
            if not 0 <= right <= 63:
                raise error("ArgumentError")
            return wrapped(left << right) if operator == "<<" else left >> right
    if right == 0:
        raise error("DivisionByZeroError")
    quotient = abs(left) // abs(right)
    if (left < 0) != (right < 0):
        quotient = -quotient
    return checked(quotient) if operator == "/" else left - quotient * right


def floating(operator: str, left: float, right: float) -> float:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "%":
            if right == 0 or math.isinf(left):
                return math.nan
            return math.fmod(left, right)
    if right != 0:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def arithmetic(operator: str, left: Value, right: Value) -> Value:
    if operator == "+" and (isinstance(left, str) or isinstance(right, str)):
        return bounded(text(left) + text(right))
    if operator == "*" and isinstance(left, str) and isinstance(right, int):
        if right < 0:
            raise error("ArgumentError")
        return bounded(left * right)
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        raise error("TypeError")
    if isinstance(left, int) and isinstance(right, int):
        return integer(operator, int(left), int(right))
    if operator in ("&", "|", "^", "<<", ">>"):
        raise error("TypeError")
    return floating(operator, float(left), float(right))


def compare(operator: str, left: Value, right: Value) -> bool:
    if operator in ("==", "!="):
        return equal(left, right) == (operator == "==")
    if not (is_number(left) and is_number(right)) and not (
        isinstance(left, str) and isinstance(right, str)
    ):
        raise error("TypeError")
    return {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[operator]


def negated(value: Value) -> Value:
    if isinstance(value, float):
        return -value
    if not isinstance(value, int):
        raise error("TypeError")
    return checked(-value)
