"""What may stand before the ownership pass and what after it.

Before: `end` marks where names and temporaries die, nobody counts. After: only explicit counts,
and each throwing instruction knows what to release on its way out.
"""

from __future__ import annotations

from ..instruction import Throwing
from ..instructions import End, Release, Retain
from ..module import Function
from .fault import Fault
from .structure import tag


def check(function: Function, stage: str) -> list[Fault]:
    """Ownership instructions on the wrong side of the ownership pass."""
    after = stage == "after-ownership"
    found = []
    for number, block in enumerate(function.blocks):
        for index, item in enumerate(block.instructions):
            kind = type(item)
            message = None
            if kind is End and after:
                message = "`end` after the ownership pass"
            elif (kind is Retain or kind is Release) and not after:
                message = f"`{tag(item)}` before the ownership pass"
            elif isinstance(item, Throwing) and item.cleanup:
                message = _cleanup_fault(item, function, after)
            if message:
                found.append(Fault(function.name, number, index, message))
    return found


def _cleanup_fault(item: Throwing, function: Function, after: bool) -> str | None:
    if not after:
        return "cleanup before the ownership pass"
    if len(set(item.cleanup)) != len(item.cleanup):
        return "a value is released twice in cleanup"
    for value in item.cleanup:
        if not function.values[value].representation.counted:
            return f"cleanup of %{value}, which is not counted"
        if value == getattr(item, "result", None):
            return f"cleanup of %{value}, which does not exist when the instruction throws"
    return None
