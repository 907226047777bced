"""The sentences of everything that can be wrong before names are looked at.

One function a mistake; `recovery.py` finds out which mistake it is.
"""

from __future__ import annotations

from .diagnostics.model import Diagnostic, Edit, Fix, Label, Severity
from .source import Span

_LOOKALIKES = {
    "'": 'strings stand in double quotes: `"…"`',
    "`": 'strings stand in double quotes: `"…"`',
    "“": 'use the plain double quote `"`',
    "”": 'use the plain double quote `"`',
    "‘": 'use the plain double quote `"`',
    "’": 'use the plain double quote `"`',
    "\u00a0": "this is a no-break space; use a plain one",
    "\ufeff": "this is a byte order mark in the middle of the text; remove it",
    "?": "Nyash has no `?:`, `?.` and `??`; use `if` or `match`",
    "@": "Nyash has no annotations",
    "$": "names consist of letters, digits and `_`",
    "；": "use the plain semicolon `;`",
    "\\": "a `\\` has a meaning in strings only; statements go on after an operator or comma",
}


# ---- Characters and literals ------------------------------------------------------------------


def invalid_utf8(name: str, offset: int) -> Diagnostic:
    return Diagnostic(
        "N0001",
        f"`{name}` is not UTF-8: the byte at offset {offset} cannot stand there",
        notes=("Nyash source files are UTF-8, with or without a byte order mark",),
        help=Fix("save the file in the encoding UTF-8"),
    )


def unreadable(path: str, reason: str, asked: Span | None) -> Diagnostic:
    return Diagnostic(
        "N0022",
        f"cannot read `{path}`: {reason}",
        Label(asked, "asked for here") if asked else None,
    )


def include_missing(span: Span, path: str, tried: list[str]) -> Diagnostic:
    return Diagnostic(
        "N0022",
        f"the included file `{path}` does not exist",
        Label(span, "asked for here"),
        notes=("looked for " + ", ".join(f"`{place}`" for place in tried),),
        help=Fix("paths are relative to the file that holds the `include`"),
    )


def unexpected_character(span: Span, character: str) -> Diagnostic:
    shown = character if character.isprintable() and character.strip() else ""
    name = f"`{shown}`" if shown else f"U+{ord(character):04X}"
    advice = _LOOKALIKES.get(character)
    return Diagnostic(
        "N0002",
        f"unexpected character {name}",
        Label(span, "means nothing here"),
        help=Fix(advice) if advice else None,
    )


def unterminated_string(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0003",
        "this string is never closed",
        Label(span, 'no `"` closes it'),
        help=Fix('close it with `"`'),
    )


def unterminated_comment(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0004",
        "this comment is never closed",
        Label(span, "begins here, and no `*/` follows"),
        notes=("comments do not nest: the first `*/` ends them",),
        help=Fix("close it with `*/`, or use `//`"),
    )


def malformed_number(span: Span, text: str) -> Diagnostic:
    if text[:2] in ("0x", "0X"):
        advice = "hexadecimal digits are 0-9 and a-f, with single `_` between them: `0xff_ff`"
    elif text[:2] in ("0b", "0B"):
        advice = "binary digits are 0 and 1, with single `_` between them: `0b1010_1010`"
    elif text[:2] in ("0o", "0O"):
        advice = "Nyash has no octal numbers; write it decimal or as `0x…`"
    elif text.endswith("_") or "__" in text:
        advice = "a `_` stands between two digits"
    else:
        advice = "numbers are written `12`, `1_000`, `0xff`, `0b101`, `1.5` or `2e-3`"
    return Diagnostic(
        "N0005", f"`{text}` is not a number", Label(span, "malformed"), help=Fix(advice)
    )


def integer_out_of_range(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0006",
        "this integer does not fit into 64 bits",
        Label(span, "outside -9223372036854775808..9223372036854775807"),
        help=Fix("write it as a Float (`1e20`) if its exact value does not matter"),
    )


def bad_escape(span: Span, form: str) -> Diagnostic:
    meaning = (
        "two hexadecimal digits"
        if "NN" in form
        else "a code point in hexadecimal, up to 10ffff and no surrogate"
    )
    return Diagnostic(
        "N0007",
        "malformed escape",
        Label(span, f"`{form}` takes {meaning}"),
        help=Fix("write `\\\\` for a backslash"),
    )


def unknown_escape(span: Span, character: str) -> Diagnostic:
    return Diagnostic(
        "N0008",
        f"unknown escape `\\{character}`" if character.isprintable() else "unknown escape",
        Label(span, "both characters are kept as they are"),
        help=Fix("write `\\\\` for a backslash", (Edit(span, "\\\\" + character),)),
        severity=Severity.WARNING,
    )


# ---- Brackets ---------------------------------------------------------------------------------


def unclosed(opening: Span, bracket: str, place: int) -> Diagnostic:
    """`place` is the offset at which the closing bracket should have come at the latest."""
    closing = {"(": ")", "[": "]", "{": "}"}[bracket]
    here = Span(opening.source, place, place)
    return Diagnostic(
        "N0009",
        f"this `{bracket}` is never closed",
        Label(opening, "opened here"),
        (Label(here, f"`{closing}` should have come by here"),),
        help=Fix(f"add the missing `{closing}`", (Edit(here, closing),)),
    )


def stray_closer(span: Span, bracket: str) -> Diagnostic:
    return Diagnostic(
        "N0010",
        f"`{bracket}` closes nothing",
        Label(span, "nothing is open here that it could close"),
        help=Fix("remove it", (Edit(span, ""),)),
    )


# ---- Grammar ------------------------------------------------------------------------------------


def unexpected(
    span: Span, found: str, expected: str, related: tuple[Label, ...] = ()
) -> Diagnostic:
    return Diagnostic(
        "N0011",
        f"unexpected {found}",
        Label(span, f"expected {expected}" if expected else "cannot stand here"),
        related,
    )


def habit(span: Span, found: str, label: str, advice: Fix) -> Diagnostic:
    return Diagnostic("N0011", f"unexpected {found}", Label(span, label), help=advice)


def missing(span: Span, wanted: str, context: str, related: tuple[Label, ...] = ()) -> Diagnostic:
    """`span` is empty and stands where the sign `wanted` belongs."""
    return Diagnostic(
        "N0012",
        f"missing `{wanted}`{context}",
        Label(span, f"`{wanted}` belongs here"),
        related,
        help=Fix(f"add `{wanted}`", (Edit(span, wanted),)),
    )


def operand_missing(span: Span, after: str) -> Diagnostic:
    return Diagnostic("N0012", f"nothing follows {after}", Label(span, "expected a value"))


def name_missing(span: Span, found: str, what: str) -> Diagnostic:
    return Diagnostic("N0012", f"missing {what}", Label(span, f"expected a name, found {found}"))


def assignment_in_condition(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0013",
        "an assignment is no condition",
        Label(span, "`=` assigns; a value is wanted here"),
        help=Fix("compare with `==`", (Edit(span, "=="),)),
    )


def too_deep(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0014",
        "the program nests too deeply",
        Label(span, "one level too many begins here"),
        help=Fix("give parts of it a name: a `local`, a function, a Box"),
    )


def keyword_as_name(span: Span, word: str, what: str) -> Diagnostic:
    return Diagnostic(
        "N0015",
        f"`{word}` is a keyword and cannot be {what}",
        Label(span, "reserved word"),
        help=Fix(f"choose another name, for example `{word}_` or `my_{word}`"),
    )


def function_in_box(word: Span) -> Diagnostic:
    """`word`: `function` or `fn`, with the blanks behind it."""
    return Diagnostic(
        "N0016",
        "a method is declared without `function`",
        Label(word, "a Box holds methods"),
        help=Fix("write `name(…) { … }`", (Edit(word, ""),)),
    )


def misplaced_declaration(span: Span, what: str, where: str) -> Diagnostic:
    return Diagnostic(
        "N0016",
        f"{what} cannot be declared inside {where}",
        Label(span, "belongs to the top level of the file"),
        notes=("if the line looks right, a `}` is missing above it",),
    )


def statement_in_box(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0016",
        "a Box holds fields and methods, not statements",
        Label(span, "cannot stand directly in a Box"),
        help=Fix(
            "declare fields in `init { … }`, put statements into a method, or into `static { … }`"
        ),
    )


def not_assignable(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0017",
        "this cannot be assigned to",
        Label(span, "not a variable, a field or an element"),
        help=Fix("assign to a name, `x.field` or `x[index]`; compare with `==`"),
    )


def modifier_clash(span: Span, word: str, other: Span, other_word: str) -> Diagnostic:
    again = word == other_word
    return Diagnostic(
        "N0018",
        f"`{word}` stands here twice" if again else f"`{word}` contradicts `{other_word}`",
        Label(span, "second time" if again else f"not together with `{other_word}`"),
        (Label(other, "first here"),),
        help=Fix(f"remove one `{word}`" if again else "keep one of them"),
    )


def static_without_owner(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0018",
        "a static function needs the Box it belongs to",
        Label(span, "no Box named"),
        help=Fix("write `static function Box.name(…)`, or leave `static` out"),
    )


def statement_as_value(span: Span, word: str) -> Diagnostic:
    advice = {
        "nowait": "write `nowait future = call()`, and use `future`",
        "if": "declare a `local` and assign it in both branches, or use `match`",
    }.get(word, "put it on a line of its own")
    return Diagnostic(
        "N0019",
        f"`{word}` is a statement and has no value",
        Label(span, "a value is wanted here"),
        help=Fix(advice),
    )


def handler_without_block(span: Span, word: str) -> Diagnostic:
    wanted = "an `if`" if word == "else" else "a block, a method's body or a `match`"
    return Diagnostic(
        "N0020",
        f"`{word}` without {wanted} before it",
        Label(span, f"must directly follow the `}}` of {wanted}"),
    )


def try_without_handler(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0020",
        "this `try` has neither `catch` nor `finally`",
        Label(span, "expected `catch`, `finally` or `cleanup`"),
        help=Fix("add `catch (e) { … }` or `finally { … }`, or leave `try` out"),
    )


def native_attribute(span: Span, word: str, known: str) -> Diagnostic:
    return Diagnostic(
        "N0021",
        f"`{word}` is no attribute here, or has the wrong value, or stands twice",
        Label(span, f"known here: {known}"),
    )


def native_with_body(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0021",
        "a native method has a symbol, not a body",
        Label(span, "native"),
        help=Fix('write `native name(…) = "symbol"`, or leave `native` out'),
    )


def body_missing(span: Span, name: str) -> Diagnostic:
    return Diagnostic(
        "N0021",
        f"`{name}` has a symbol but is not `native`",
        Label(span, "a method of a program has a body"),
        help=Fix("write `{ … }`; native methods stand in provider files"),
    )


def provider_only(span: Span, word: str) -> Diagnostic:
    return Diagnostic(
        "N0021",
        f"`{word}` declarations stand in Box providers only",
        Label(span, "not in a program"),
    )


def two_statements(span: Span, found: str) -> Diagnostic:
    here = Span(span.source, span.start, span.start)
    return Diagnostic(
        "N0023",
        f"a statement ends before {found}, but the line goes on",
        Label(span, "expected a new line or `;`"),
        help=Fix("begin a new line, or write `;` between them", (Edit(here, "; "),)),
    )


def brace_missing(span: Span, what: str, next_line: bool) -> Diagnostic:
    if next_line:
        return Diagnostic(
            "N0024",
            f"the `{{` of {what} stands on the next line",
            Label(span, "the line ends before its `{`"),
            help=Fix("move the `{` to the end of this line: a newline ends the statement"),
        )
    return Diagnostic(
        "N0024",
        f"missing `{{` of {what}",
        Label(span, "`{` belongs here"),
        help=Fix("put the body into `{ … }`; braces are required"),
    )


def rest_not_last(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0025",
        "`..` stands once, at the end of an array pattern",
        Label(span, "elements follow it"),
        help=Fix("write `[first, ..rest]`"),
    )


def negative_pattern(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0025", "only a number can follow `-` in a pattern", Label(span, "not a number")
    )
