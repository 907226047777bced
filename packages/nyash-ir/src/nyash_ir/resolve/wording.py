"""Every message of this folder."""

from __future__ import annotations

from collections.abc import Iterable

from nyash_parse.diagnostics.model import Diagnostic, Fix, Label, Severity
from nyash_parse.diagnostics.nearest import nearest
from nyash_parse.diagnostics.suggestion import did_you_mean
from nyash_parse.source import Span


def undeclared_name(
    span: Span, name: str, candidates: Iterable[str], ended: Span | None
) -> Diagnostic:
    related = (Label(ended, "declared here, in a block that has ended"),) if ended else ()
    return Diagnostic(
        "N0101",
        f"`{name}` is not declared",
        Label(span, "no variable, function or Box of this name"),
        related=related,
        help=did_you_mean(span, name, candidates),
    )


def undeclared_assignment(
    span: Span, name: str, value: str, candidates: Iterable[str], ended: Span | None
) -> Diagnostic:
    close = nearest(name, candidates)
    shown = value if len(value) <= 30 and "\n" not in value else "…"
    text = f"declare it with `local {name} = {shown}`"
    if close:
        text += f", or did you mean `{close[0]}`?"
    related = (Label(ended, "declared here, in a block that has ended"),) if ended else ()
    return Diagnostic(
        "N0102",
        f"assignment to undeclared variable `{name}`",
        Label(span, "not declared in this block"),
        related=related,
        help=Fix(text),
    )


def not_assignable(span: Span, name: str, what: str) -> Diagnostic:
    return Diagnostic(
        "N0103", f"`{name}` is a {what} and cannot be assigned", Label(span, f"a {what}")
    )


def declared_twice(kind: str, name: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        "N0104",
        f"{kind} `{name}` is declared twice",
        Label(span, "declared again here"),
        related=(Label(first, "first declared here"),),
        help=Fix("rename or remove one of them"),
    )


def rebound(name: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        "N0501",
        f"`{name}` is declared twice in one block",
        Label(span, "the second `local` re-binds the name"),
        related=(Label(first, "first declared here"),),
        help=Fix(f"assign to it instead: `{name} = …`"),
        severity=Severity.WARNING,
    )


def me_outside(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0105", "`me` outside a Box's method", Label(span, "there is no Box here")
    )


def two_constructors(box: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        "N0202",
        f"Box `{box}` has two constructors",
        Label(span, "a second constructor"),
        related=(Label(first, "the first one"),),
        help=Fix("keep one; `pack`, `birth`, `init` and the Box's own name are synonyms"),
    )


def two_methods(box: str, name: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        "N0203",
        f"Box `{box}` has two methods named `{name}`",
        Label(span, "declared again here"),
        related=(Label(first, "first declared here"),),
        help=Fix("rename one of them; a Box has one method of each name"),
    )


def two_fields(box: str, name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "N0204",
        f"Box `{box}` has two fields named `{name}`",
        Label(span, "declared again here"),
        help=Fix("remove one of them"),
    )


def not_yet(what: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "N0401",
        f"{what} cannot be compiled yet",
        Label(span, "parsed, but without a meaning in this release"),
        notes=("the language defines it; a coming release compiles it",),
    )


def unknown_library(name: str, span: Span, known: Iterable[str]) -> Diagnostic:
    names = sorted(known)
    note = "libraries found: " + (", ".join(names) if names else "none")
    return Diagnostic(
        "N0106",
        f"no library or source folder answers to `using {name}`",
        Label(span, "unknown name"),
        notes=(note,),
        help=did_you_mean(span, name, names),
    )
