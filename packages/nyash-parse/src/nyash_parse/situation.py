"""The place of a syntax error: the token that does not fit, and what stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .brackets import Tokens
from .grammar.tables import END_OF_FILE
from .source import Source, Span
from .token_kinds import STARTS_OPERAND

SIGNS = {
    "RPAR": ")",
    "RSQB": "]",
    "RBRACE": "}",
    "LPAR": "(",
    "LBRACE": "{",
    "COMMA": ",",
    "COLON": ":",
    "ARROW": "=>",
    "_CASE": "=>",
    "ASSIGN": "=",
    "DOT": ".",
    "_ANGLE": ">",
    "IN": "in",
}
"""How messages show the kinds that are signs."""


@dataclass(frozen=True)
class Situation:
    """Token `position` does not fit where the kinds in `fits` would; `operand` is what was read
    last."""

    tokens: Tokens
    position: int
    source: Source
    fits: frozenset[str]
    operand: Span | None
    provider: bool

    @property
    def kind(self) -> str:
        return self.tokens.kinds[self.position]

    @property
    def previous(self) -> str:
        return self.tokens.kinds[self.position - 1] if self.position else "_END"

    @property
    def span(self) -> Span:
        """The token; for one without text the end of what stands before it."""
        start, end = self.tokens.starts[self.position], self.tokens.ends[self.position]
        return Span(self.source.number, start, end)

    @property
    def previous_span(self) -> Span:
        if not self.position:
            return Span(self.source.number, 0, 0)
        place = self.position - 1
        return Span(self.source.number, self.tokens.starts[place], self.tokens.ends[place])

    @property
    def is_word(self) -> bool:
        return self.tokens.texts[self.position][:1].isidentifier()

    @property
    def starts_operand(self) -> bool:
        """The token could begin a value."""
        return self.kind in STARTS_OPERAND

    @property
    def wants_operand(self) -> bool:
        return "INTEGER" in self.fits and "NEW" in self.fits

    @property
    def names_something(self) -> bool:
        """A name, and no value or member, is wanted here."""
        if self.wants_operand or self.position == self.head:
            return False
        return bool(self.fits & {"NAME", "METHOD"})

    @cached_property
    def opening(self) -> int:
        """Index of the bracket token this one stands in, -1 at the top of the file."""
        depth = 0
        for index in range(self.position - 1, -1, -1):
            kind = self.tokens.kinds[index]
            if kind in ("RPAR", "RSQB", "RBRACE"):
                depth += 1
            elif kind in ("LPAR", "_LAMBDA", "LSQB", "LBRACE", "_MAP"):
                if depth == 0:
                    return index
                depth -= 1
        return -1

    @cached_property
    def head(self) -> int:
        """Index of the first token of the statement or member this token belongs to."""
        depth = 0
        index = self.position
        while index > 0:
            kind = self.tokens.kinds[index - 1]
            if kind in ("RPAR", "RSQB", "RBRACE"):
                depth += 1
            elif kind in ("LPAR", "_LAMBDA", "LSQB", "_MAP"):
                depth = max(0, depth - 1)
            elif kind == "LBRACE":
                if depth == 0:
                    break
                depth -= 1
            elif kind == "_END" and depth == 0:
                break
            index -= 1
        return index

    @property
    def in_condition(self) -> bool:
        """Whether this is in the head of an `if` or `loop`."""
        kinds = self.tokens.kinds
        for index in range(self.position - 1, self.head - 1, -1):
            if kinds[index] in ("IF", "LOOP"):
                return "LBRACE" not in kinds[index : self.position]
        return False

    @property
    def frame_kind(self) -> str:
        """The kind of bracket the token stands in (see `tokens.Frame`)."""
        if self.opening < 0:
            return self.tokens.around.kind if self.tokens.around is not None else "file"
        frame = self.tokens.frames.get(self.tokens.starts[self.opening])
        return frame.kind if frame is not None else "block"

    def found(self) -> str:
        """The token, as a message names it."""
        text = self.tokens.texts[self.position]
        kind = self.kind
        if kind == "_END":
            following = self.tokens.kinds[self.position + 1]
            if following in ("RBRACE", END_OF_FILE):
                return "`}`" if following == "RBRACE" else "end of the file"
            return "end of the line"
        if kind == END_OF_FILE:
            return "end of the file"
        if kind == "STRING":
            return "string"
        if kind in ("INTEGER", "FLOAT"):
            return f"number `{text[:30]}`"
        if kind in ("NAME", "METHOD", "KEY"):
            return f"name `{text[:60]}`"
        return f"`{text or SIGNS.get(kind, kind.lower())}`"
