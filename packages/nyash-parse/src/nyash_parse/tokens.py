"""From raw tokens to the tokens of the grammar (language.md section 1).

Four things depend on what stands around a token, and are settled here in one pass, so that the
grammar stays LALR(1): where a newline ends a statement, whether a soft keyword is a keyword,
whether `{` opens a map or a block, and whether `(` and `=>` belong to a lambda. The pass keeps a
stack of the open brackets, mends brackets that do not match (each is reported once), and refuses
nesting so deep that later stages could not walk it.
"""

from __future__ import annotations

from .brackets import LINES, NESTING_LIMIT, WEIGHTS, Brackets, Frame, Tokens, TooDeep
from .cascades import lines_in_error
from .diagnostics.model import Report
from .grammar.tables import END_OF_FILE
from .scanner import RawTokens
from .soft_keywords import SOFT_KEYWORDS, soft_keyword
from .source import Source
from .token_kinds import (
    ASSIGNMENTS,
    BINARY,
    CLOSING,
    CONTINUES,
    ENDS_OPERAND,
    OPENING,
    PREFIX,
    STARTS_ITEM,
)

_WANTS_OPERAND = (BINARY | ASSIGNMENTS | PREFIX) | {
    *("LPAR", "LSQB", "_MAP", "COMMA", "COLON", "RETURN", "THROW", "IN", "MATCH", "NOWAIT")
}
_HANDLERS = frozenset({"ELSE", "CATCH", "FINALLY"})
_CHAINS = BINARY | PREFIX | {"DOT", "ARROW", "ELSE", "FN"}
_BRACKETS = CLOSING | OPENING.keys()
_LISTS = frozenset({"match", "fields", "interface"})
_DECLARES = frozenset({"box", "interface"})
_KEYED = frozenset({"map", "match"})
_LONGEST_TYPES = 300
"""Tokens of one list of types, its parameters included."""


def arrange(
    raw: RawTokens,
    source: Source,
    report: Report,
    provider: bool = False,
    first: int = 0,
    frame: Frame | None = None,
) -> Tokens:
    """The grammar's tokens from raw token `first` on, inside `frame`. Raises `TooDeep`.

    Where brackets do not match, a second pass takes the indentation as a guide to where the
    missing ones belong, and its account of them is the one that is reported.
    """
    plain = Report()
    tokens = _Arranger(raw, source, plain, provider, guided=False).run(first, frame)
    if plain.diagnostics:
        guided = Report()
        mended = _Arranger(raw, source, guided, provider, guided=True).run(first, frame)
        if guided.diagnostics:
            tokens, plain = mended, guided
    spoilt = lines_in_error(report, source)
    for diagnostic in plain.diagnostics:
        place = diagnostic.primary
        if place and source.line_column(place.span.start)[0] not in spoilt:
            report.add(diagnostic)
    return tokens


class _Arranger(Brackets):
    """One pass."""

    # ---- The pass --------------------------------------------------------------------------

    def run(self, first: int, frame: Frame | None) -> Tokens:
        """See `arrange`."""
        self._resume(frame)
        kinds, texts, starts, ends, fresh = self.raw
        out_kinds, out_texts, out_starts, out_ends = self.kinds, self.texts, self.starts, self.ends
        indent = 0
        last = len(kinds) - 1
        index = first - 1
        while index < last:
            index += 1
            kind = kinds[index]
            start = starts[index]
            if fresh[index]:
                indent = start - self.source.text.rfind("\n", 0, start) - 1
                if self.guided and self.top.parent is not None:
                    self.outdented(kind, start, indent)
                if index != first:
                    self._newline(index, kind, start)
            top = self.top
            previous = out_kinds[-1] if out_kinds else "_END"
            if kind == "NAME" or texts[index][:1].isalpha():
                kind = self._word(index, kind, previous)
            elif kind in _BRACKETS:
                if kind == "LPAR" or kind == "LSQB":
                    called = previous in ENDS_OPERAND or previous == "METHOD"
                    if called:
                        top.chain += 1
                        self.deeper(1, start)
                    self.emit(kind, texts[index], start, ends[index])
                    opened = self.open("(" if kind == "LPAR" else "[", start, indent)
                    opened.call = called
                elif kind == "LBRACE" or kind == "PERCENT_BRACE":
                    self._open_brace(kind, texts[index], start, ends[index], previous, indent)
                else:
                    self._close_bracket(index, kind)
                continue
            elif kind == "COMMA":
                self.segment()
                top.begins = True
            elif kind == "ARROW":
                if top.begins and top.kind in _KEYED:
                    kind = "_CASE"
                    top.begins = False
            elif kind == "COLON":
                if top.kind == "map":
                    top.begins = False
            elif kind == "SEMICOLON" and top.kind in LINES:
                self.segment()
                if previous == "_END" or previous == "LBRACE":
                    continue
                kind = "_END"
            elif kind == "GREATER" and self._closes_types(1):
                kind = "_ANGLE"
            elif kind == "SHIFT_RIGHT" and self._closes_types(2):
                self.emit("_ANGLE", ">", start, start + 1)
                kind, start = "_ANGLE", start + 1
            if kind in _CHAINS:
                top.chain += 1
                self.depth += 2 if kind == "LESS" else 1
                if kind == "LESS":
                    top.chain += 1
                if self.depth > NESTING_LIMIT:
                    raise TooDeep(self.span(start, ends[index]))
            out_kinds.append(kind)
            out_texts.append(texts[index])
            out_starts.append(start)
            out_ends.append(ends[index])
        self._finish()
        return Tokens(out_kinds, out_texts, out_starts, out_ends, self.frames, frame)

    def _resume(self, frame: Frame | None) -> None:
        """Take up the brackets that are open around `frame`."""
        if frame is None:
            return
        self.top = frame
        around: Frame | None = frame
        while around is not None and around.parent is not None:
            self.depth += WEIGHTS[around.kind]
            around.chain = 0
            around.pending = ""
            self.frames[around.start] = around
            around = around.parent
        if frame.kind in _KEYED:
            frame.begins = True

    def _newline(self, index: int, kind: str, start: int) -> None:
        """A newline before raw token `index`: the end of a statement, of a list's element, or
        nothing."""
        top = self.top
        if kind == "DOT" or not self.kinds:
            return
        previous = self.kinds[-1]
        if previous in CONTINUES:
            return
        if previous == "RBRACE" and (
            kind in _HANDLERS or (kind == "CLEANUP" and self.raw.kinds[index + 1] == "LBRACE")
        ):
            return
        if previous == "ELSE" and kind == "LBRACE":
            return
        place = self.ends[-1]
        if top.kind in LINES:
            self.segment()
            self.emit("_END", "", place, place)
        elif top.kind in _LISTS and kind != "RBRACE":
            self.segment()
            top.begins = True
            self.emit("COMMA", "", place, place)

    def _word(self, index: int, kind: str, previous: str) -> str:
        """The kind of a word here: a member's name, a map's key, a keyword or a plain name."""
        following = self.raw.kinds[index + 1]
        top = self.top
        if previous == "DOT":
            called = following == "LPAR" and not self.raw.fresh[index + 1]
            return "METHOD" if called else "NAME"
        if top.kind in _DECLARES and following == "LPAR":
            handles = kind == "CATCH" and previous == "RBRACE"
            return kind if handles else "METHOD"
        if top.kind == "map" and following == "COLON" and previous in ("_MAP", "COMMA"):
            return "KEY"
        if kind == "NAME":
            return kind
        if kind in SOFT_KEYWORDS:
            kind = soft_keyword(self, index, kind, previous)
        if kind == "BOX" or kind == "MATCH":
            top.pending = kind.lower()
        elif kind == "INTERFACE" and previous in ("_END", "LBRACE", "RBRACE"):
            top.pending = "interface"
        return kind

    def _open_brace(
        self, kind: str, text: str, start: int, end: int, previous: str, indent: int
    ) -> None:
        """`{` opens a map where an operand is awaited, else a block of the kind announced."""
        top = self.top
        is_map = kind == "PERCENT_BRACE" or previous in _WANTS_OPERAND
        if previous == "COMMA" and top.kind in ("fields", "interface", "box"):
            is_map = False
        elif previous == "_CASE":
            is_map = top.kind == "map"
        elif previous == "LBRACE":
            is_map = top.kind == "match"
        if is_map:
            self.emit("_MAP", text, start, end)
            self.open("map", start, indent)
            return
        inner = top.pending or "block"
        if previous in ("INIT", "PUBLIC", "PRIVATE"):
            inner = "fields"
        top.pending = ""
        self.emit("LBRACE", text, start, end)
        self.open(inner, start, indent)

    def _close_bracket(self, index: int, kind: str) -> None:
        start, end = self.raw.starts[index], self.raw.ends[index]
        wanted = {"RPAR": "(", "RSQB": "["}.get(kind, "{")
        if not self.unwind(wanted, start, end):
            return
        if kind == "RBRACE":
            self.end_before_brace(start)
        frame = self.close()
        self.emit(kind, self.raw.texts[index], start, end)
        following = self.raw.kinds[index + 1]
        top = self.top
        if kind == "RPAR":
            arm = top.kind in _KEYED and top.begins
            if following == "ARROW" and not frame.call and not arm:
                self.kinds[frame.place] = "_LAMBDA"
        elif kind == "RBRACE" and frame.kind != "map" and not self.raw.fresh[index + 1]:
            self._after_block(index + 1, following, end)

    def _after_block(self, index: int, following: str, place: int) -> None:
        """On the line of a block's `}`: a new statement needs no `;`, a new match arm no comma."""
        top = self.top
        second = self.raw.kinds[index + 1] if following != END_OF_FILE else END_OF_FILE
        if following in ("CLEANUP", "FINI") and second == "LBRACE":
            return
        if following in ("IS", "AS") and second == "NAME":
            return
        if top.kind in LINES and following in STARTS_ITEM:
            self.segment()
            self.emit("_END", "", place, place)
        elif top.kind == "match" and (following in STARTS_ITEM or following in ("LSQB", "MINUS")):
            self.segment()
            top.begins = True
            self.emit("COMMA", "", place, place)

    def _closes_types(self, count: int) -> bool:
        """Whether `count` lists of type parameters end here, as in `new Map<K, Array<V>>(…)`."""
        open_lists = 0
        place = len(self.kinds) - 1
        last = max(-1, place - _LONGEST_TYPES)
        while place > last and self.kinds[place] in ("NAME", "COMMA", "LESS", "_ANGLE"):
            open_lists += {"LESS": 1, "_ANGLE": -1}.get(self.kinds[place], 0)
            place -= 1
        before = self.kinds[place] if place >= 0 else ""
        return open_lists >= count and before in ("NEW", "COLON", "FROM", "INTERFACE", "BOX")

    def _finish(self) -> None:
        """The end of the file closes everything and ends the last statement."""
        kind, text = self.kinds.pop(), self.texts.pop()
        start, end = self.starts.pop(), self.ends.pop()
        while self.top.parent is not None:
            self.mend(self.ends[-1] if self.ends else start)
        if self.previous() != "_END":
            place = self.ends[-1] if self.ends else start
            self.emit("_END", "", place, place)
        self.emit(kind, text, start, end)
