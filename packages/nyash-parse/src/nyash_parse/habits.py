"""Mistakes out of habit: what other languages write, and Nyash does not.

Each rule looks at a `Situation` and answers with a message, or with None where it does not apply.
"""

from __future__ import annotations

from collections.abc import Callable

from . import syntax_errors as wording
from .diagnostics.model import Diagnostic, Edit, Fix
from .situation import Situation
from .source import Span
from .token_kinds import STARTS_OPERAND

_FOREIGN = {
    "while": "write `loop(condition) { … }`",
    "for": "write `loop(x in items) { … }`, or `loop(10) { … }` for a number of rounds",
    "foreach": "write `loop(x in items) { … }`",
    "var": "declare variables with `local`",
    "let": "declare variables with `local`",
    "const": "declare variables with `local`, or `global` for the whole program",
    "func": "functions are declared with `function` (or `fn`)",
    "fun": "functions are declared with `function` (or `fn`)",
    "def": "functions are declared with `function` (or `fn`)",
    "class": "classes are Boxes: `box Name { … }`",
    "struct": "structures are Boxes: `box Name { init { … } }`",
    "import": 'use `using name` for libraries and `include "file.nyash"` for files',
    "elif": "write `else if`",
    "elseif": "write `else if`",
    "elsif": "write `else if`",
    "then": "the body stands in braces: `if condition { … }`",
    "unless": "write `if not condition { … }`",
    "until": "write `loop(not condition) { … }`",
    "switch": "write `match value { 1 => …, _ => … }`",
    "async": "start a task with `nowait call()`",
    "extends": "parents follow `from`: `box Child from Parent`",
    "implements": "interfaces follow `interface`: `box Name interface Printable`",
    "raise": "write `throw value`",
    "except": "write `catch (e) { … }`",
}
_REPLACED = {
    **dict.fromkeys(("var", "let", "const"), "local"),
    **dict.fromkeys(("func", "fun", "def"), "function"),
    **dict.fromkeys(("elif", "elseif", "elsif"), "else if"),
    "class": "box",
    "extends": "from",
    "implements": "interface",
    "raise": "throw",
    "except": "catch",
}
"""Words that mean what one of Nyash means."""
_CONTINUES = frozenset(("elif", "elseif", "elsif", "except"))
"""Those of them that may stand before a parenthesis and are hardly names of functions."""
_SIGNS = {
    ("==", "="): "write `==`",
    ("!=", "="): "write `!=`",
    ("<", ">"): "write `!=` for unequal",
    ("-", ">"): "functions are written `(a) => a + 1`",
    ("*", "*"): "write `x.pow(y)`",
    ("*", "*="): "write `x = x.pow(y)`",
    (":", "="): "declare variables with `local x = 1`, assign them with `=`",
}
"""Signs of other languages, as they fall apart into tokens of Nyash."""
_EQUALITY = {"===": "==", "!==": "!=", "<>": "!="}
"""Those of them that mean what a sign of Nyash means."""


def habit(now: Situation) -> Diagnostic | None:
    """The message of the first rule that applies."""
    return next((found for rule in _RULES if (found := rule(now)) is not None), None)


def _foreign_word(now: Situation) -> Diagnostic | None:
    """A word of another language where a statement begins, or where it made the error."""
    places = [now.head, now.position - 1, now.position]
    if now.kind == "_END" and now.tokens.kinds[now.head] == "TRY":
        places.append(now.position + 1)  # `} except (e) {`
    for index in places:
        if index < 0 or now.tokens.kinds[index] not in ("NAME", "METHOD"):
            continue
        text = now.tokens.texts[index]
        if text in _FOREIGN and (index == now.head or now.previous != "DOT"):
            span = Span(now.source.number, now.tokens.starts[index], now.tokens.ends[index])
            following = now.tokens.kinds[index + 1]
            certain = following in STARTS_OPERAND or (following == "LPAR" and text in _CONTINUES)
            edits = (Edit(span, _REPLACED[text]),) if certain and text in _REPLACED else ()
            return wording.habit(span, f"`{text}`", "no word of Nyash", Fix(_FOREIGN[text], edits))
    return None


def _increment(now: Situation) -> Diagnostic | None:
    following = now.tokens.texts[now.position + 1 : now.position + 2]
    if now.kind != "PLUS" or not (now.previous == "PLUS" or following == ["+"]):
        return None
    return wording.habit(
        now.span, "`+`", "expected a value", Fix("there is no `++`; write `x += 1`")
    )


def _foreign_sign(now: Situation) -> Diagnostic | None:
    """`===`, `<>`, `:=` and the like."""
    texts, starts, ends = now.tokens.texts, now.tokens.starts, now.tokens.ends
    for first in (now.position - 1, now.position):
        if first < 0 or first + 1 >= len(texts) or ends[first] != starts[first + 1]:
            continue
        advice = _SIGNS.get((texts[first], texts[first + 1]))
        if advice is not None:
            span = Span(now.source.number, starts[first], ends[first + 1])
            sign = texts[first] + texts[first + 1]
            edits = (Edit(span, _EQUALITY[sign]),) if sign in _EQUALITY else ()
            return wording.habit(span, f"`{sign}`", "no sign of Nyash", Fix(advice, edits))
    return None


def _result_type(now: Situation) -> Diagnostic | None:
    """`function f() -> Type`."""
    following = now.tokens.texts[now.position + 1 : now.position + 2]
    if now.kind != "MINUS" or following != [">"] or "LBRACE" not in now.fits:
        return None
    start = now.previous_span.end
    span = Span(now.source.number, start, now.tokens.ends[now.position + 1])
    advice = Fix("a result's type follows `:`", (Edit(span, ":"),))
    return wording.habit(now.span, "`->`", "not before a result's type", advice)


def _map_behind_arrow(now: Situation) -> Diagnostic | None:
    """`x => { a: 1 }`."""
    kinds, opening = now.tokens.kinds, now.opening
    if now.kind != "COLON" or opening < 1 or now.position != opening + 2:
        return None
    if kinds[opening] != "LBRACE" or kinds[opening - 1] not in ("ARROW", "_CASE"):
        return None
    label = "the `{` behind `=>` opens a block"
    return wording.habit(now.span, "`:`", label, Fix("a map there needs parentheses: `({ … })`"))


def _keyword_as_field(now: Situation) -> Diagnostic | None:
    """`init { from }`."""
    if now.frame_kind != "fields" or not now.is_word or now.kind in ("NAME", "METHOD", "KEY"):
        return None
    return wording.keyword_as_name(now.span, now.tokens.texts[now.position], "a field")


def _call_without_parentheses(now: Situation) -> Diagnostic | None:
    """`print "x"`."""
    word = now.tokens.texts[now.position - 1] if now.position else ""
    if word not in ("print", "assert") or not now.starts_operand or now.head != now.position - 1:
        return None
    return wording.habit(now.span, now.found(), "calls need parentheses", Fix(f"write `{word}(…)`"))


def _is_not(now: Situation) -> Diagnostic | None:
    if now.kind != "NOT" or now.previous != "IS":
        return None
    return wording.habit(
        now.span, "`not`", "a Box's name follows `is`", Fix("write `not (x is Name)`")
    )


def _catch_without_parentheses(now: Situation) -> Diagnostic | None:
    if now.kind != "NAME" or now.previous != "CATCH":
        return None
    text = now.tokens.texts[now.position]
    return wording.habit(
        now.span, now.found(), "stands in parentheses", Fix(f"write `catch ({text}) {{ … }}`")
    )


def _method_without_parameters(now: Situation) -> Diagnostic | None:
    """`fini { … }` and the like, directly in a Box."""
    following = now.tokens.kinds[min(now.position + 1, len(now.tokens.kinds) - 1)]
    if now.frame_kind != "box" or "METHOD" not in now.fits or following != "LBRACE":
        return None
    if now.kind not in ("NAME", "FINI"):
        return None
    name = now.tokens.texts[now.position]
    return wording.habit(
        now.span, now.found(), "a method needs parentheses", Fix(f"write `{name}() {{ … }}`")
    )


def _field_with_value(now: Situation) -> Diagnostic | None:
    if now.kind != "ASSIGN" or now.frame_kind != "fields":
        return None
    return wording.habit(
        now.span, "`=`", "fields start as `null`", Fix("assign the field in the constructor")
    )


def _quoted_library(now: Situation) -> Diagnostic | None:
    if now.kind != "STRING" or not now.position:
        return None
    if now.tokens.texts[now.position - 1] != "using":
        return None
    advice = Fix('write `using name`; files are taken in by `include "file.nyash"`')
    return wording.habit(now.span, "string", "a library's name has no quotes", advice)


def _parent_without_call(now: Situation) -> Diagnostic | None:
    """`from Parent.method` without its arguments."""
    if now.kind != "NAME" or now.previous != "DOT" or "METHOD" not in now.fits:
        return None
    end = now.span.end
    return wording.missing(Span(now.source.number, end, end), "(", " behind a method's name")


_RULES: tuple[Callable[[Situation], Diagnostic | None], ...] = (
    _foreign_word,
    _increment,
    _result_type,
    _foreign_sign,
    _map_behind_arrow,
    _keyword_as_field,
    _call_without_parentheses,
    _is_not,
    _catch_without_parentheses,
    _method_without_parameters,
    _field_with_value,
    _quoted_library,
    _parent_without_call,
)
