"""The open brackets while tokens are arranged: a stack of frames, and what to do when brackets do
not match.

Each opening bracket has a frame that remembers what it holds and how deeply it nests. A bracket
that is never closed is reported once and closed where it seems to end, so that the parser always
sees brackets that match.
"""

from __future__ import annotations

from typing import NamedTuple

from . import syntax_errors as wording
from .diagnostics.model import Report
from .scanner import RawTokens
from .source import Source, Span
from .token_kinds import CONTINUES

NESTING_LIMIT = 460
"""Levels of nested tuples in the tree of one item, as estimated by `WEIGHTS`. msgpack refuses
511, and every stage may walk the tree by recursion."""

WEIGHTS = {"block": 5, "box": 5, "match": 5, "fields": 2, "interface": 2, "map": 3, "(": 2, "[": 2}

LINES = frozenset({"file", "block", "box"})
"""Kinds of frame in which a newline ends a statement or member."""


class Frame:
    """An open bracket. `kind` is `file`, `block`, `box`, `match`, `fields`, `interface`, `map`,
    `(` or `[`.

    `begins` is true where a map's key or a match's pattern is awaited, `pending` the kind of the
    next `{` in here, `chain` the operators since the last comma or statement end. `place` is the
    opening token's index in the output, `indent` the column at which its line begins.
    """

    __slots__ = ("begins", "call", "chain", "indent", "kind", "parent", "pending", "place", "start")

    def __init__(self, kind: str, parent: Frame | None, start: int, place: int) -> None:
        self.kind = kind
        self.parent = parent
        self.start = start
        self.place = place
        self.pending = ""
        self.begins = True
        self.call = False
        self.chain = 0
        self.indent = 0


class Tokens(NamedTuple):
    """Parallel lists, closed by an `$END`; `frames` finds an open bracket by its offset, `around`
    is the one that the first token stands in."""

    kinds: list[str]
    texts: list[str]
    starts: list[int]
    ends: list[int]
    frames: dict[int, Frame]
    around: Frame | None


class TooDeep(Exception):
    """The program nests deeper than `NESTING_LIMIT`; `span` is where it begins to."""

    def __init__(self, span: Span) -> None:
        super().__init__("nested too deeply")
        self.span = span


class Brackets:
    """The tokens put out so far, and the frames that are open behind them."""

    def __init__(
        self, raw: RawTokens, source: Source, report: Report, provider: bool, guided: bool
    ) -> None:
        self.raw = raw
        self.source = source
        self.report = report
        self.provider = provider
        self.guided = guided
        self.kinds: list[str] = []
        self.texts: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.frames: dict[int, Frame] = {}
        self.depth = 0
        self.top = Frame("file", None, -1, -1)

    # ---- Output ----------------------------------------------------------------------------

    def emit(self, kind: str, text: str, start: int, end: int) -> None:
        self.kinds.append(kind)
        self.texts.append(text)
        self.starts.append(start)
        self.ends.append(end)

    def span(self, start: int, end: int) -> Span:
        return Span(self.source.number, start, end)

    def deeper(self, levels: int, start: int) -> None:
        self.depth += levels
        if self.depth > NESTING_LIMIT:
            raise TooDeep(self.span(start, start + 1))

    def open(self, kind: str, start: int, indent: int) -> Frame:
        self.deeper(WEIGHTS[kind], start)
        frame = Frame(kind, self.top, start, len(self.kinds) - 1)
        frame.indent = indent
        self.frames[start] = frame
        self.top = frame
        return frame

    def close(self) -> Frame:
        """Leave the innermost bracket; gives its frame."""
        frame = self.top
        self.depth -= frame.chain + WEIGHTS[frame.kind]
        assert frame.parent is not None
        self.top = frame.parent
        return frame

    def segment(self) -> None:
        """A comma or a statement's end: what stood before nests no deeper."""
        self.depth -= self.top.chain
        self.top.chain = 0

    def previous(self) -> str:
        return self.kinds[-1] if self.kinds else "_END"

    # ---- Brackets that do not match ----------------------------------------------------------

    def unwind(self, wanted: str, start: int, end: int) -> bool:
        """Close what a closing bracket leaves open inside its own; False if it has no opening."""
        frame: Frame | None = self.top
        while frame is not None and not _matches(frame.kind, wanted):
            if wanted != "{" and frame.kind not in ("(", "["):
                frame = None
                break
            frame = frame.parent
        if frame is None:
            self.report.add(
                wording.stray_closer(
                    self.span(start, end), self.source.slice(self.span(start, end))
                )
            )
            return False
        while self.top is not frame:
            self.mend(start)
        return True

    def outdented(self, kind: str, start: int, indent: int) -> None:
        """In the guided pass: a line that begins no further right than the line of an open
        bracket ends that bracket, unless it closes or continues something."""
        closes = kind in ("RBRACE", "RPAR", "RSQB")
        while self.top.parent is not None:
            frame = self.top
            if indent > frame.indent or (closes and indent == frame.indent):
                return
            if frame.kind in ("(", "[") and (closes or self.previous() in CONTINUES):
                return
            self.mend(self.ends[-1] if self.ends else start)

    def mend(self, place: int) -> None:
        """Report the innermost bracket as never closed, and close it here."""
        frame = self.top
        opening = "(" if frame.kind == "(" else "[" if frame.kind == "[" else "{"
        width = 1
        if frame.kind == "map" and self.source.text[frame.start] == "%":
            width = 2
        self.report.add(
            wording.unclosed(self.span(frame.start, frame.start + width), opening, place)
        )
        if opening == "{":
            self.end_before_brace(place)
        self.close()
        self.emit({"(": "RPAR", "[": "RSQB", "{": "RBRACE"}[opening], "", place, place)

    def end_before_brace(self, start: int) -> None:
        if self.top.kind in LINES and self.previous() not in ("_END", "LBRACE"):
            self.emit("_END", "", start, start)


def _matches(kind: str, opening: str) -> bool:
    if opening == "{":
        return kind not in ("(", "[", "file")
    return kind == opening
