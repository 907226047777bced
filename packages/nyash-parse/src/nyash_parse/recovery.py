"""Going on after a syntax error, so that one run reports all of a file's.

First the smallest repair is tried: one token more, one less, or another kind for the one at hand;
a repair is good when the tokens behind it fit. Otherwise the statement, member or declaration is
given up, and reading goes on behind it. What is said about the error is up to `diagnosis.py`.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from .brackets import Frame
from .cascades import lines_in_error
from .diagnosis import Diagnosis
from .grammar.tables import END_OF_FILE, Tables
from .situation import Situation
from .source import Span
from .token_kinds import CLOSING, OPENING, STARTS_ITEM, kinds
from .tokens import arrange

if TYPE_CHECKING:
    from .parser import Parser

_MOST_ERRORS = 100
_MOST_NEW_ARRANGEMENTS = 40
"""Each costs a pass over the rest of the file."""
_PROOF = 3
"""Tokens that must fit behind a repair."""

_INSERTABLE = ("COMMA", "COLON", "ARROW", "_CASE")
"""No brackets: tokens.py has seen to it that those match."""
_FOLLOWERS = frozenset({"ELSE", "CATCH", "FINALLY", "DOT"})
_STATEMENT_WORDS = kinds(
    "LOCAL OUTBOX RETURN IF LOOP TRY THROW BREAK CONTINUE NOWAIT BOX STATIC INTERFACE FUNCTION"
    " GLOBAL INCLUDE"
)


class Recovery:
    """The errors of one parse."""

    def __init__(self, parser: Parser) -> None:
        self.parser = parser
        self.errors = 0
        self.arrangements = 0
        self.last_given_up = (-1, -1)

    def recover(self, position: int) -> int:
        """Make the token at `position` fit, or leave it out; gives the position to go on from,
        -1 to stop reading the file."""
        self.errors += 1
        parser = self.parser
        situation = self._situation(position)
        diagnosis = Diagnosis(situation, self._repair(situation))
        found = diagnosis.describe()
        place = found.primary.span if found.primary else situation.span
        line, _ = parser.source.line_column(place.start)
        if line not in lines_in_error(parser.report, parser.source):
            parser.report.add(found)
        if self.errors > _MOST_ERRORS:
            return self._stop(situation.span.start)
        if diagnosis.repair is not None:
            return self._apply(diagnosis.repair, position)
        return self._give_up(position)

    def _stop(self, place: int) -> int:
        """Read no more of the file."""
        self._leave_unread(place, len(self.parser.source.text))
        return -1

    def _leave_unread(self, start: int, end: int) -> None:
        self.parser.report.unread.append(Span(self.parser.source.number, start, end))

    # ---- Looking at it ---------------------------------------------------------------------------

    def _situation(self, position: int) -> Situation:
        parser = self.parser
        fits = frozenset(
            kind
            for kind in parser.grammar.actions[parser.states[-1]]
            if accepted(parser.grammar, parser.states, [kind]) == 1
        )
        operand = None
        if parser.begins and parser.ends[-1] > parser.begins[-1]:
            operand = Span(parser.source.number, parser.begins[-1], parser.ends[-1])
        return Situation(parser.tokens, position, parser.source, fits, operand, parser.provider)

    # ---- Repairs ---------------------------------------------------------------------------------

    def _repair(self, situation: Situation) -> tuple[str, str] | None:
        """`("insert", kind)`, `("replace", kind)` or `("delete", "")`, if one of them works."""
        kinds = situation.tokens.kinds
        position = situation.position
        ahead = kinds[position : position + _PROOF + 1]
        kind, rest = ahead[0], ahead[1:]
        if kind == "ASSIGN" and "EQUAL" in situation.fits and situation.in_condition:
            return "replace", "EQUAL"
        if situation.is_word and kind not in ("NAME", "METHOD", "KEY") and rest:
            for name in ("NAME", "METHOD"):
                called = (name == "METHOD") == (rest[0] == "LPAR")
                if name in situation.fits and situation.names_something and called:
                    if self._proved([name, *rest]):
                        return "replace", name
        if kind == "_END" and rest and rest[0] == "LBRACE" and "LBRACE" in situation.fits:
            return "delete", ""
        if "_END" in situation.fits and kind in STARTS_ITEM:
            if self._proved(["_END", *ahead[:_PROOF]]):
                return "insert", "_END"
        for inserted in _INSERTABLE:
            if inserted in situation.fits and self._proved([inserted, *ahead]):
                return "insert", inserted
        if kind not in ("_END", END_OF_FILE, "RBRACE") and rest and self._proved(rest):
            return "delete", ""
        return None

    def _proved(self, kinds: list[str]) -> bool:
        wanted = kinds[: kinds.index(END_OF_FILE)] if END_OF_FILE in kinds else kinds
        return accepted(self.parser.grammar, self.parser.states, wanted) == len(wanted)

    def _apply(self, repair: tuple[str, str], position: int) -> int:
        what, kind = repair
        tokens = self.parser.tokens
        if what == "replace":
            tokens.kinds[position] = kind
            if kind == "EQUAL":
                tokens.texts[position] = "=="
        elif what == "insert":
            place = tokens.ends[position - 1] if position else 0
            tokens.kinds.insert(position, kind)
            tokens.texts.insert(position, "")
            tokens.starts.insert(position, place)
            tokens.ends.insert(position, place)
        else:
            for part in tokens[:4]:
                del part[position]
        return position

    # ---- Giving up a statement -----------------------------------------------------------------

    def _give_up(self, position: int) -> int:
        """Drop what was read of the innermost list's unfinished element, and skip its rest."""
        parser = self.parser
        depth = self._list_depth()
        if depth < 0:
            return self._stop(parser.tokens.starts[position])
        tokens, raw = parser.tokens, parser.raw
        broken = bisect_left(raw.starts, tokens.starts[position])
        first = broken
        if len(parser.begins) > depth:
            first = min(broken, bisect_left(raw.starts, parser.begins[depth]))
        place, open_parentheses = self._resumption(first, broken)
        if (place, depth) == self.last_given_up:
            if raw.kinds[place] == END_OF_FILE:
                return -1
            place += 1
        self._leave_unread(raw.starts[first], raw.starts[place])
        self.last_given_up = (place, depth)
        frame = self._frame(depth)
        del parser.states[depth + 1 :]
        for stack in (parser.values, parser.begins, parser.ends):
            del stack[depth:]
        if not open_parentheses:
            following = bisect_left(tokens.starts, raw.starts[place])
            if following > position or raw.kinds[place] == END_OF_FILE:
                return following
        self.arrangements += 1
        if self.arrangements > _MOST_NEW_ARRANGEMENTS:
            return self._stop(raw.starts[place])
        parser.tokens = arrange(raw, parser.source, parser.report, parser.provider, place, frame)
        return 0

    def _list_depth(self) -> int:
        """Index of the innermost state in which a statement, member or declaration may begin."""
        actions = self.parser.grammar.actions
        for depth in range(len(self.parser.states) - 1, -1, -1):
            row = actions[self.parser.states[depth]]
            if row.get("_END", 0) > 0 and ("RBRACE" in row or END_OF_FILE in row):
                return depth
        return -1

    def _frame(self, depth: int) -> Frame | None:
        """The bracket that the list at stack index `depth` stands in; None for the file."""
        parser = self.parser
        for index in range(depth - 1, max(depth - 3, -1), -1):
            if parser.values[index] == "{":
                return parser.tokens.frames.get(parser.begins[index])
        return None

    def _resumption(self, first: int, broken: int) -> tuple[int, bool]:
        """The raw token to go on from, when raw token `broken` ended the element that begins with
        `first`; and whether parentheses were open there."""
        raw = self.parser.raw
        indent = self._column(first)
        open_brackets: list[str] = []
        index = first
        while raw.kinds[index] != END_OF_FILE:
            kind = raw.kinds[index]
            braces = "RBRACE" in open_brackets
            if index >= broken and not braces:
                if kind == "RBRACE":
                    break
                if index > first and self._begins_anew(index, bool(open_brackets), indent):
                    break
            if kind in OPENING:
                open_brackets.append(OPENING[kind])
            elif kind in CLOSING and kind in open_brackets:
                while open_brackets.pop() != kind:
                    pass
            index += 1
        return index, bool(open_brackets)

    def _begins_anew(self, index: int, in_parentheses: bool, indent: int) -> bool:
        raw = self.parser.raw
        kind = raw.kinds[index]
        if kind in _FOLLOWERS or (kind == "CLEANUP" and raw.kinds[index + 1] == "LBRACE"):
            return False
        if in_parentheses:
            return raw.fresh[index] and (kind in _STATEMENT_WORDS or self._column(index) <= indent)
        if kind == "SEMICOLON" or raw.fresh[index]:
            return True
        return raw.kinds[index - 1] == "RBRACE" and kind in STARTS_ITEM

    def _column(self, index: int) -> int:
        """The column at which the line of a raw token begins."""
        text, start = self.parser.source.text, self.parser.raw.starts[index]
        begin = text.rfind("\n", 0, start) + 1
        line = text[begin:start]
        return len(line) - len(line.lstrip())


def accepted(grammar: Tables, states: list[int], kinds: list[str]) -> int:
    """How many of `kinds` a parse in `states` would take; the stack itself is not touched."""
    stack = states[:]
    for count, kind in enumerate(kinds):
        while True:
            action = grammar.actions[stack[-1]].get(kind)
            if action is None:
                return count
            if action > 0:
                stack.append(action - 1)
                break
            rule = grammar.rules[-action - 1]
            if rule.length:
                del stack[-rule.length :]
            stack.append(grammar.goto[stack[-1]][rule.origin])
            if stack[-1] == grammar.end_state and kind == END_OF_FILE:
                return count + 1
    return len(kinds)
