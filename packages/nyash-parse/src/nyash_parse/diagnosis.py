"""What a token that does not fit means, told from the tokens around it.

The order of the questions is the order of certainty: the particular mistakes first, then what a
repair that works shows to be missing, and in the end what could have stood here instead.
"""

from __future__ import annotations

from . import syntax_errors as wording
from .diagnostics.model import Diagnostic, Label
from .grammar.tables import END_OF_FILE
from .habits import habit
from .situation import SIGNS, Situation
from .source import Span
from .token_kinds import ASSIGNMENTS, BINARY, ENDS_OPERAND, PREFIX, STARTS_ITEM, kinds

Repair = tuple[str, str]

_DECLARATIONS = {
    "BOX": "a Box",
    "INTERFACE": "an interface",
    "FUNCTION": "a function",
    "FN": "a function",
    "GLOBAL": "a global",
    "INCLUDE": "an `include`",
    "USING": "a `using`",
    "STATIC": "a static Box or function",
}
_STATEMENTS = kinds("NOWAIT IF LOOP TRY LOCAL OUTBOX RETURN THROW BREAK CONTINUE")
_HANDLERS = kinds("CATCH FINALLY CLEANUP")
_OWNERS = {
    "IF": "this `if`",
    "ELSE": "this `else`",
    "LOOP": "this `loop`",
    "TRY": "this `try`",
    "CATCH": "this `catch`",
    "FINALLY": "this `finally`",
    "FUNCTION": "this function",
    "FN": "this function",
    "BOX": "this Box",
    "STATIC": "this Box",
    "INTERFACE": "this interface",
    "MATCH": "this `match`",
    "METHOD": "this method",
}
_NAMERS = {
    "LOCAL": "a variable's name",
    "OUTBOX": "a variable's name",
    "FUNCTION": "a function's name",
    "FN": "a function's name",
    "BOX": "a Box's name",
    "INTERFACE": "an interface's name",
    "GLOBAL": "a global's name",
    "NEW": "a Box's name",
    "FROM": "a Box's name",
    "IS": "a Box's name",
    "AS": "a Box's name",
    "COLON": "a type's name",
    "DOT": "a member's name",
}


class Diagnosis:
    """Finds the words for a situation, given the repair that would mend it."""

    def __init__(self, situation: Situation, repair: Repair | None) -> None:
        self.situation = situation
        self.repair = repair

    def describe(self) -> Diagnostic:
        for question in (
            self._habit,
            self._handlers,
            self._provider,
            self._declaration,
            self._in_box,
            self._assignment,
            self._keyword_as_name,
            self._brace,
            self._statement_as_value,
            self._operand,
            self._name,
            self._inserted,
        ):
            answer = question()
            if answer is not None:
                return answer
        return self._general()

    def _handlers(self) -> Diagnostic | None:
        now = self.situation
        if now.fits and now.fits <= _HANDLERS:
            word = now.tokens.kinds[now.head]
            head = now.head if word == "TRY" else now.position - 1
            start, end = now.tokens.starts[head], now.tokens.ends[head]
            return wording.try_without_handler(Span(now.source.number, start, end))
        if now.kind in _HANDLERS or now.kind == "ELSE":
            return wording.handler_without_block(now.span, now.tokens.texts[now.position])
        return None

    def _habit(self) -> Diagnostic | None:
        return habit(self.situation)

    def _assignment(self) -> Diagnostic | None:
        now = self.situation
        if now.kind not in ASSIGNMENTS:
            return None
        if self.repair == ("replace", "EQUAL"):
            return wording.assignment_in_condition(now.span)
        if now.operand is not None and "PLUS" in now.fits and now.previous in ENDS_OPERAND:
            if now.opening < 0 or now.tokens.kinds[now.opening] == "LBRACE":
                start = min(now.tokens.starts[now.head], now.operand.start)
                return wording.not_assignable(Span(now.source.number, start, now.operand.end))
        return None

    def _keyword_as_name(self) -> Diagnostic | None:
        now = self.situation
        kind, previous = now.kind, now.previous
        if not now.is_word or kind in ("NAME", "METHOD", "KEY") or not now.names_something:
            return None
        what = _NAMERS.get(previous, "a name")
        if self.repair is None and previous not in _NAMERS:
            return None
        return wording.keyword_as_name(now.span, now.tokens.texts[now.position], what)

    def _declaration(self) -> Diagnostic | None:
        now = self.situation
        place = now.position
        if now.previous in ("FUNCTION", "FN") and now.is_word and "NAME" not in now.fits:
            place -= 1
        what = _DECLARATIONS.get(now.tokens.kinds[place])
        if what is None or now.frame_kind not in ("block", "box", "match"):
            return None
        if place and now.tokens.kinds[place - 1] not in ("_END", "LBRACE", "RBRACE"):
            return None
        if now.kind == "STATIC" and now.frame_kind == "box":
            return None
        kinds = now.tokens.kinds
        if now.frame_kind == "box" and kinds[place] in ("FUNCTION", "FN"):
            if kinds[place + 1] in ("NAME", "METHOD") and kinds[place + 2] == "LPAR":
                start, end = now.tokens.starts[place], now.tokens.starts[place + 1]
                return wording.function_in_box(Span(now.source.number, start, end))
        where = "a Box" if now.frame_kind == "box" else "a block"
        span = Span(now.source.number, now.tokens.starts[place], now.tokens.ends[place])
        return wording.misplaced_declaration(span, what, where)

    def _brace(self) -> Diagnostic | None:
        now = self.situation
        if "LBRACE" not in now.fits or now.kind in ASSIGNMENTS:
            return None
        index = now.position - 1
        while index > now.head and now.tokens.kinds[index] not in ("ELSE", "CATCH", "FINALLY"):
            index -= 1
        what = _OWNERS.get(now.tokens.kinds[index])
        if now.frame_kind == "box":
            what = "this method"
        if what is None or (now.kind != "_END" and now.kind not in STARTS_ITEM):
            return None
        next_line = now.kind == "_END" and now.tokens.kinds[now.position + 1] == "LBRACE"
        place = now.previous_span.end
        return wording.brace_missing(Span(now.source.number, place, place), what, next_line)

    def _statement_as_value(self) -> Diagnostic | None:
        now = self.situation
        if now.kind in _STATEMENTS and now.wants_operand:
            between = Span(now.source.number, now.previous_span.end, now.span.start)
            if now.previous in BINARY | ASSIGNMENTS and "\n" in now.source.slice(between):
                text = now.tokens.texts[now.position - 1]
                return wording.operand_missing(now.previous_span, f"`{text}`")
            if now.previous not in ("_END", "LBRACE"):
                return wording.statement_as_value(now.span, now.tokens.texts[now.position])
        return None

    def _provider(self) -> Diagnostic | None:
        now = self.situation
        for index in (now.position, now.position - 1, now.head):
            text = now.tokens.texts[index] if index >= 0 else ""
            if text in ("native", "extend") and not now.provider:
                span = Span(now.source.number, now.tokens.starts[index], now.tokens.ends[index])
                return wording.provider_only(span, text)
        return None

    def _in_box(self) -> Diagnostic | None:
        now = self.situation
        begins = now.position == now.head or now.previous == "RBRACE"
        if now.frame_kind != "box" or "METHOD" not in now.fits or not begins:
            return None
        return wording.statement_in_box(now.span)

    def _operand(self) -> Diagnostic | None:
        """An operator, `=`, `return` … with nothing behind it."""
        now = self.situation
        ends = ("_END", "RPAR", "RSQB", "RBRACE", "COMMA", END_OF_FILE)
        if not now.wants_operand or now.kind not in ends:
            return None
        if now.previous not in BINARY | ASSIGNMENTS | PREFIX | {"THROW", "IF", "ARROW", "_CASE"}:
            return None
        text = now.tokens.texts[now.position - 1]
        return wording.operand_missing(now.previous_span, f"`{text}`")

    def _name(self) -> Diagnostic | None:
        now = self.situation
        what = _NAMERS.get(now.previous)
        if what is None or not now.names_something:
            return None
        return wording.name_missing(now.span, now.found(), what)

    def _inserted(self) -> Diagnostic | None:
        if self.repair is None or self.repair[0] != "insert":
            return None
        now = self.situation
        wanted = self.repair[1]
        if wanted == "_END":
            return wording.two_statements(now.span, now.found())
        place = now.previous_span.end
        here = Span(now.source.number, place, place)
        return wording.missing(here, SIGNS[wanted], f" before {now.found()}", self._opened(wanted))

    def _opened(self, closing: str) -> tuple[Label, ...]:
        """Where the bracket was opened that `closing` would close."""
        now = self.situation
        if closing not in ("RPAR", "RSQB", "RBRACE") or now.opening < 0:
            return ()
        start, end = now.tokens.starts[now.opening], now.tokens.ends[now.opening]
        return (Label(Span(now.source.number, start, end), "opened here"),)

    def _general(self) -> Diagnostic:
        now = self.situation
        related: tuple[Label, ...] = ()
        if now.opening >= 0 and now.tokens.kinds[now.opening] != "LBRACE":
            related = self._opened("RPAR")
        return wording.unexpected(now.span, now.found(), self._expected(), related)

    def _expected(self) -> str:
        """The kinds that fit, in words, without those that fit nearly everywhere."""
        now = self.situation
        fits = now.fits
        words: list[str] = []
        if now.wants_operand:
            starts = now.previous in ("_END", "LBRACE", "RBRACE") and "LOCAL" in fits
            words.append("a statement" if starts else "a value")
        elif "METHOD" in fits and "INIT" in fits:
            words.append("a field group or method")
        elif "NAME" in fits:
            words.append("a name")
        elif "METHOD" in fits:
            words.append("a method")
        hidden = {"DOT", "LPAR", "LBRACE"} if now.wants_operand else {"DOT"}
        words += [f"`{sign}`" for kind, sign in SIGNS.items() if kind in fits - hidden]
        if "STRING" in fits and not now.wants_operand:
            words.append("a string")
        if "_END" in fits and "a statement" not in words:
            words.append("the end of the line")
        if not words and "PLUS" in fits:
            words.append("an operator")
        *first, last = list(dict.fromkeys(words))[:5] or [""]
        return f"{', '.join(first)} or {last}" if first else last
