"""Every message of this folder."""

from __future__ import annotations

from collections.abc import Iterable

from nyash_parse.ast import TypeReference
from nyash_parse.diagnostics.model import Diagnostic, Edit, Fix, Label, Severity
from nyash_parse.diagnostics.suggestion import did_you_mean
from nyash_parse.source import Span

from ..boxes import readable
from ..resolve.wording import unknown_box as unknown_box
from ..resolve.wording import unknown_parent_of as unknown_parent_of


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def unreachable(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0502",
        "this statement is never reached",
        Label(span, "what stands before it always leaves the block"),
        severity=Severity.WARNING,
    )


def unreachable_arm(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0502",
        "this pattern is never tried",
        Label(span, "what stands before it fits every value"),
        severity=Severity.WARNING,
    )


def outside_loop(word: str, span: Span) -> Diagnostic:
    return Diagnostic("N0402", f"`{word}` outside a loop", Label(span, "no loop around it"))


def box_as_value(span: Span, name: str) -> Diagnostic:
    return Diagnostic(
        "N0205",
        f"the Box `{name}` is not a value",
        Label(span, "a Box's name stands before `.` or after `new`"),
        help=Fix(f"make an instance with `new {name}(…)`"),
    )


def unknown_field(span: Span, box: str, name: str, candidates: Iterable[str]) -> Diagnostic:
    return Diagnostic(
        "N0206",
        f"`{readable(box)}` has no field `{name}`",
        Label(span, "not declared by the Box"),
        help=did_you_mean(span, name, candidates) or Fix(f"declare it: `init {{ {name} }}`"),
    )


def private_member(
    span: Span, box: str, name: str, static: bool, declared: Span | None, help: Fix | None
) -> Diagnostic:
    how = f"reachable inside `{box}` only" if static else "reachable through `me` only"
    return Diagnostic(
        "N0207",
        f"`{name}` is private to `{box}`",
        Label(span, how),
        related=(Label(declared, "declared here"),) if declared else (),
        help=help or Fix(f"let a method of `{box}` do it, or declare `{name}` as `public`"),
    )


def unknown_method(span: Span, box: str, name: str, candidates: Iterable[str]) -> Diagnostic:
    return Diagnostic(
        "N0208",
        f"`{readable(box)}` has no method `{name}`",
        Label(span, "unknown method"),
        help=did_you_mean(span, name, candidates),
    )


def wrong_argument_count(
    span: Span, what: str, wanted: Iterable[int], given: int, declared: Span | None
) -> Diagnostic:
    counts = sorted(wanted)
    text = " or ".join(str(c) for c in counts)
    noun = "argument" if counts == [1] else "arguments"
    return Diagnostic(
        "N0209",
        f"{what} takes {text} {noun}, not {given}",
        Label(span, f"{_plural(given, 'argument')} given"),
        related=(Label(declared, "declared here"),) if declared else (),
    )


def static_new(span: Span, name: str) -> Diagnostic:
    return Diagnostic(
        "N0210",
        f"`{name}` is a static Box and cannot be made with `new`",
        Label(span, "there is one instance, made on first use"),
        help=Fix(f"use it by its name: `{name}.…`"),
    )


def method_no_literal(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0221",
        "the method of a `MethodBox` has to be a literal",
        Label(span, "only known when the program runs"),
        help=Fix(
            'name it: `new MethodBox(box, "method")`; to choose while running, `match` the name'
        ),
    )


def box_called(span: Span, name: str) -> Diagnostic:
    return Diagnostic(
        "N0301",
        f"the Box `{name}` cannot be called",
        Label(span, "not a function"),
        help=Fix(f"make an instance with `new {name}(…)`", (Edit(span, f"new {name}"),)),
    )


def always_throws(span: Span, error: str, reason: str) -> Diagnostic:
    return Diagnostic(
        "N0302",
        f"this always throws {error}: {reason}",
        Label(span, reason),
        severity=Severity.WARNING,
    )


def other_type(span: Span, what: str, declared: TypeReference, kinds: str) -> Diagnostic:
    return Diagnostic(
        "N0303",
        f"{what} `{declared.name}`, not {kinds}",
        Label(span, f"this is {kinds}"),
        related=(Label(declared.span, "declared here"),),
        severity=Severity.WARNING,
    )


def unknown_type(
    declared: TypeReference, candidates: Iterable[str], meant: str | None
) -> Diagnostic:
    span = Span(declared.span.source, declared.span.start, declared.span.start + len(declared.name))
    help = Fix(f"did you mean `{meant}`?", (Edit(span, meant),)) if meant else None
    return Diagnostic(
        "N0304",
        f"there is no type named `{declared.name}`",
        Label(span, "neither a Box nor an interface"),
        help=help or did_you_mean(span, declared.name, candidates),
        severity=Severity.WARNING,
    )


def main_parameters(span: Span) -> Diagnostic:
    return Diagnostic(
        "N0211",
        "`Main.main` takes no parameter, or one (the arguments)",
        Label(span, "declared with more"),
    )


def missing_native(span: Span, name: str) -> Diagnostic:
    return Diagnostic(
        "N0212",
        f"method `{name}` has no body",
        Label(span, "only provider files declare methods without one"),
    )


def parents_fini(span: Span, parent: str) -> Diagnostic:
    return Diagnostic(
        "N0220",
        f"`fini` of `{parent}` runs by itself",
        Label(span, "would run twice"),
        help=Fix("remove the call: parents' `fini` run after the own one, once"),
    )


def interface_new(span: Span, name: str) -> Diagnostic:
    return Diagnostic(
        "N0210",
        f"`{name}` is an interface and cannot be made with `new`",
        Label(span, "only Boxes have instances"),
        help=Fix("make a Box that has the interface"),
    )
