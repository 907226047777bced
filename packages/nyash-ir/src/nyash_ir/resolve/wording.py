"""Every message of this folder."""

from __future__ import annotations

from collections.abc import Iterable

from nyash_parse.ast import BoxDeclaration, Method
from nyash_parse.diagnostics.model import Diagnostic, Edit, Fix, Label, Severity
from nyash_parse.diagnostics.nearest import nearest
from nyash_parse.diagnostics.suggestion import did_you_mean
from nyash_parse.source import Span

from ..boxes import InterfaceSymbol

_FOREIGN = {
    **dict.fromkeys(("nil", "None", "NULL", "undefined"), "null"),
    "True": "true",
    "False": "false",
    "self": "me",
    **dict.fromkeys(("puts", "println", "printf", "echo"), "print"),
}
"""Names of other languages, and what means the same."""


def _meant(span: Span, name: str, candidates: Iterable[str]) -> Fix | None:
    if name in _FOREIGN:
        return Fix(f"write `{_FOREIGN[name]}`", (Edit(span, _FOREIGN[name]),))
    if name == "len":
        return Fix("write `x.length()`")
    return did_you_mean(span, name, candidates)


def undeclared_name(
    span: Span, name: str, candidates: Iterable[str], ended: Span | None, namespace: str | None
) -> Diagnostic:
    """`namespace`: of a library that the program does not use and that declares the name."""
    related = (Label(ended, "declared here, in a block that has ended"),) if ended else ()
    return Diagnostic(
        "N0101",
        f"`{name}` is not declared",
        Label(span, "no variable, function or Box of this name"),
        related=related,
        help=Fix(f"`using {namespace}` brings a Box of this name")
        if namespace
        else _meant(span, name, candidates),
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


def unused_local(name: str, span: Span, assigned: bool) -> Diagnostic:
    """An assigned one has more places to rename than its declaration."""
    return Diagnostic(
        "N0505",
        f"`{name}` is never read",
        Label(span, "assigned, but never read" if assigned else "never read"),
        help=Fix(f"remove it, or rename it to `_{name}`")
        if assigned
        else Fix(f"remove it, or write `_{name}`", (Edit(span, f"_{name}"),)),
        severity=Severity.WARNING,
    )


def me_outside(span: Span) -> Diagnostic:
    return Diagnostic("N0105", "`me` outside a Box's method", Label(span, "there is no Box here"))


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


# -- delegation and interfaces --------------------------------------------------------------------


def unknown_box(span: Span, name: str, candidates: Iterable[str]) -> Diagnostic:
    return Diagnostic(
        "N0201",
        f"there is no Box named `{name}`",
        Label(span, "unknown Box"),
        help=did_you_mean(span, name, candidates),
    )


def no_parent(span: Span, name: str, reason: str) -> Diagnostic:
    return Diagnostic(
        "N0213", f"`{name}` cannot be a parent here: {reason}", Label(span, "named as a parent")
    )


def unknown_parent_of(span: Span, name: str, box: str, parents: Iterable[str]) -> Diagnostic:
    names = list(parents)
    note = "its parents: " + ", ".join(names) if names else f"`{box}` has no parents"
    return Diagnostic(
        "N0214",
        f"`{name}` is no parent of `{box}`",
        Label(span, "not among its parents"),
        notes=(note,),
        help=did_you_mean(span, name, names),
    )


def inherited_field(box: str, name: str, span: Span, parent: str) -> Diagnostic:
    return Diagnostic(
        "N0204",
        f"Box `{box}` has the field `{name}` from `{parent}` already",
        Label(span, "declared again here"),
        help=Fix("remove it, or give it another name"),
    )


def parents_share(
    span: Span, box: str, what: str, name: str, first: str, second: str
) -> Diagnostic:
    if what == "method":
        fix = Fix(f"say in `{box}` what it does: `override {first}.{name}(…) {{ … }}`")
    else:
        fix = Fix("rename one of the two fields")
    return Diagnostic(
        "N0215",
        f"`{first}` and `{second}` both give `{box}` a {what} `{name}`",
        Label(span, f"the second `{name}`"),
        help=fix,
    )


def ambiguous_override(span: Span, name: str, parents: list[str]) -> Diagnostic:
    return Diagnostic(
        "N0215",
        f"`{name}` replaces the methods of {' and '.join(f'`{p}`' for p in parents)}",
        Label(span, "of which parent?"),
        help=Fix(f"write `override {parents[0]}.{name}`", (Edit(span, f"{parents[0]}.{name}"),)),
    )


def overrides_nothing(span: Span, name: str, box: str, candidates: Iterable[str]) -> Diagnostic:
    names = list(candidates)
    return Diagnostic(
        "N0216",
        f"`{name}` overrides nothing",
        Label(span, f"no parent of `{box}` has it"),
        help=did_you_mean(span, name, names) or Fix("remove `override`"),
    )


def override_arity(span: Span, name: str, parent: str, wanted: list[int], given: int) -> Diagnostic:
    counts = " or ".join(str(count) for count in sorted(wanted))
    return Diagnostic(
        "N0217",
        f"`{name}` takes {given} arguments, but {counts} in `{parent}`",
        Label(span, "calls of the parent's method would not fit it"),
        help=Fix("give it the same parameters, or another name"),
    )


def missing_override(span: Span, name: str, parent: str) -> Diagnostic:
    return Diagnostic(
        "N0503",
        f"`{name}` replaces the method of `{parent}`",
        Label(span, "without saying so"),
        help=Fix(f"write `override {name}`", (Edit(span, f"override {name}"),)),
        severity=Severity.WARNING,
    )


def no_interface(span: Span, name: str) -> Diagnostic:
    return Diagnostic(
        "N0218",
        f"`{name}` is a Box, not an interface",
        Label(span, "an interface is wanted"),
        help=Fix(f"have its fields and methods with `from {name}`"),
    )


def unknown_interface(span: Span, name: str, candidates: Iterable[str]) -> Diagnostic:
    return Diagnostic(
        "N0218",
        f"there is no interface named `{name}`",
        Label(span, "unknown interface"),
        help=did_you_mean(span, name, candidates),
    )


def missing_methods(
    box: BoxDeclaration,
    interface: InterfaceSymbol,
    missing: list[tuple[Method, list[int]]],
    near: bool,
) -> Diagnostic:
    """`missing`: the interface's methods, each with the arities that the Box has of the name.
    `near`: the interface is the program's own if the Box is, or of the same library."""
    signatures = [_signature(method) for method, _ in missing]
    notes = tuple(
        f"`{box.name.name}.{method.name.name}` is private"
        if len(method.parameters) in arities
        else f"`{box.name.name}.{method.name.name}` takes {' or '.join(map(str, arities))}, "
        f"the interface's {len(method.parameters)}"
        for method, arities in missing
        if arities
    )
    end = Span(box.span.source, box.span.end - 1, box.span.end - 1)
    absent = [text for text, (_, arities) in zip(signatures, missing, strict=True) if not arities]
    edits = (Edit(end, "".join(f"    {text} {{ }}\n" for text in absent)),) if absent else ()
    names = " and ".join(f"`{text}`" for text in signatures)
    return Diagnostic(
        "N0219",
        f"Box `{box.name.name}` lacks {names} of the interface `{interface.name}`",
        Label(box.name.span, f"has to have {names}"),
        related=(Label(interface.declaration.name.span, "the interface"),) if near else (),
        notes=notes,
        help=Fix(f"write {names}", edits),
    )


def _signature(method: Method) -> str:
    return f"{method.name.name}({', '.join(p.name for p in method.parameters)})"


def unlike_alternatives(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0107",
        "the alternatives of a match arm bind different names",
        Label(span, "binds other names than the first alternative"),
        help=Fix("write an arm for each, or bind the same names in both"),
    )


def box_as_pattern(span: Span, name: str) -> Diagnostic:
    return Diagnostic(
        "N0504",
        f"the pattern `{name}` fits every value",
        Label(span, f"binds the value to the name `{name}`"),
        help=Fix(f"for values of the Box, write `{name}(_)`", (Edit(span, f"{name}(_)"),)),
        severity=Severity.WARNING,
    )
