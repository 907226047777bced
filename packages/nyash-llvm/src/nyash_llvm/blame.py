"""The expression that an error of null or of a wrong operand names, as it is written: the rows of
`ny_expressions` (language.md section 5)."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from nyash_ir import instructions as ir
from nyash_ir.instruction import Instruction
from nyash_parse.diagnostics.model import Report
from nyash_parse.scanner import RawTokens, scan
from nyash_parse.source import Source, Span

from .places import Places

_ELEMENT, _OPERATION = "[]", ""
_OPERATIONS = (ir.DynamicBinary, ir.DynamicUnary, ir.DynamicCompare)
_NATIVES = {"ny_index_get": _ELEMENT, "ny_index_set": _ELEMENT, "ny_fini": "fini"}
_OPENING = frozenset(("LPAR", "LSQB", "LBRACE", "PERCENT_BRACE"))
_CLOSING = frozenset(("RPAR", "RSQB", "RBRACE"))
_LONGEST = 60
"""Characters of an expression in a message."""


class Blamed(NamedTuple):
    """An expression and what an instruction does with it: takes a member of it (its name), an
    element (`[]`), or computes it ("")."""

    role: str
    text: str
    column: int
    """Of its first character, from 1."""


class Blame:
    """Finds expressions in the program's own sources, each of which is scanned once."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._scanned: dict[int, RawTokens] = {}

    def blamed(self, item: Instruction) -> Blamed | None:
        """What an error of the instruction names; None for others, and where the source does not
        say (generated code, a module without its sources)."""
        role = _role(item)
        if role is None or not self._places.is_of_program(item.span):
            return None
        source = self._places.source(item.span)
        if source is None:
            return None
        end = item.span.end
        if role != _OPERATION:
            end = self._end(source, item.span, role, _assigns(item))
        if end is None:
            return None
        text = " ".join(source.text[item.span.start : end].split())
        if text in ("null", "void"):
            return None
        shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        return Blamed(role, shown, source.line_column(item.span.start)[1])

    def _end(self, source: Source, span: Span, member: str, assigns: bool) -> int | None:
        """Where the receiver ends: before the last `.member` or `[` that stands in no bracket."""
        tokens = self._scanned.get(source.number)
        if tokens is None:
            tokens = self._scanned[source.number] = scan(source, Report())
        first = bisect_left(tokens.starts, span.start)
        depth, found = 0, None
        for i in range(first, bisect_left(tokens.starts, span.end)):
            kind = tokens.kinds[i]
            if depth == 0 and i > first:
                if assigns and kind.endswith("ASSIGN"):
                    break
                if kind == "LSQB" if member == _ELEMENT else _is_member(tokens, i, member):
                    found = tokens.starts[i]
            depth += (kind in _OPENING) - (kind in _CLOSING)
        return found


def _is_member(tokens: RawTokens, dot: int, member: str) -> bool:
    """Both spellings of a library's method are its name: `to_string` and `toString`."""
    if tokens.kinds[dot] != "DOT" or dot + 1 >= len(tokens.texts):
        return False
    written = tokens.texts[dot + 1]
    return written == member or re.sub(r"_(\w)", lambda m: m[1].upper(), written) == member


def _symbol(item: Instruction) -> str:
    return item.symbol if isinstance(item, ir.CallNative) else ""


def _assigns(item: Instruction) -> bool:
    if isinstance(item, ir.CheckPresent):
        return item.member.endswith("=")
    return isinstance(item, ir.SetMember) or _symbol(item) == "ny_index_set"


def _role(item: Instruction) -> str | None:
    if isinstance(item, _OPERATIONS):
        return _OPERATION
    if isinstance(item, (ir.GetMember, ir.SetMember)):
        return item.name
    if isinstance(item, ir.CallMethod):
        return item.selector.partition("/")[0]
    if isinstance(item, ir.CheckPresent):
        return item.member.partition("/")[0].removesuffix("=")
    return _NATIVES.get(_symbol(item))
