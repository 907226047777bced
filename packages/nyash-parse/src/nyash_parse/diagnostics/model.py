"""What the compiler says about a program: data only, no words and no drawing."""

from __future__ import annotations

import enum

import msgspec

from ..source import Span


class Severity(enum.Enum):
    ERROR = "error"
    WARNING = "warning"


class Label(msgspec.Struct, frozen=True):
    """A place and the few words that stand beside the carets."""

    span: Span
    text: str = ""


class Edit(msgspec.Struct, frozen=True):
    """Replace the text of `span` by `text`."""

    span: Span
    text: str


class Fix(msgspec.Struct, frozen=True):
    """What to do about it; machine-applicable when `edits` is not empty."""

    text: str
    edits: tuple[Edit, ...] = ()


class Diagnostic(msgspec.Struct, frozen=True):
    """One message. `code` is registered in `codes.py`; `primary` is where the carets go.

    A diagnostic about something without source text (a flag, an artifact, a plug-in) has no
    primary label.
    """

    code: str
    message: str
    primary: Label | None = None
    related: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: Fix | None = None
    severity: Severity = Severity.ERROR


class Report:
    """The sink every stage writes to. Order is kept; the same message at one place is kept once.
    A `strict` one takes warnings as errors. `unread` is text that no tree stands for, because a
    syntax error stood in it."""

    def __init__(self, strict: bool = False) -> None:
        self.strict = strict
        self.diagnostics: list[Diagnostic] = []
        self.unread: list[Span] = []
        self._seen: set[tuple[str, str, Span | None]] = set()

    def add(self, diagnostic: Diagnostic) -> None:
        if self.strict and diagnostic.severity is Severity.WARNING:
            diagnostic = msgspec.structs.replace(diagnostic, severity=Severity.ERROR)
        place = diagnostic.primary.span if diagnostic.primary else None
        key = (diagnostic.code, diagnostic.message, place)
        if key not in self._seen:
            self._seen.add(key)
            self.diagnostics.append(diagnostic)

    @property
    def has_errors(self) -> bool:
        return any(d.severity is Severity.ERROR for d in self.diagnostics)
