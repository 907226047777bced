"""Where diagnostics about one library's code go.

Spans of a library's tree count the library's own files; a report's count all of a compilation's.
"""

from __future__ import annotations

from typing import Protocol

from msgspec.structs import replace
from nyash_parse.diagnostics.model import Diagnostic, Fix, Label, Report, Severity

from ..boxes import Origin


class Sink(Protocol):
    def add(self, diagnostic: Diagnostic) -> None: ...


def report_for(report: Report, origin: Origin) -> Sink:
    """Takes diagnostics whose spans are of the files of `origin`."""
    return LibraryReport(report, origin) if origin.library else report


class LibraryReport:
    """Moves spans to the library's files. Warnings are left out: the program's author cannot mend
    them, and `--strict` would make them errors. Advice stays, its edits do not: the files are
    installed, not the author's."""

    def __init__(self, report: Report, origin: Origin) -> None:
        self._report = report
        self._origin = origin

    def add(self, diagnostic: Diagnostic) -> None:
        if diagnostic.severity is Severity.WARNING:
            return
        primary, advice = diagnostic.primary, diagnostic.help
        self._report.add(
            replace(
                diagnostic,
                primary=self._moved(primary) if primary else None,
                related=tuple(self._moved(label) for label in diagnostic.related),
                help=Fix(advice.text) if advice else None,
            )
        )

    def _moved(self, label: Label) -> Label:
        return Label(self._origin.in_module(label.span), label.text)
