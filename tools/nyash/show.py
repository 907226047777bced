"""What the command shows: diagnostics, progress and times.

Rich is used on a terminal only, and imported only there; a pipe or a log gets plain lines.
Everything here goes to standard error, so that standard output holds nothing but results.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from nyash_parse.diagnostics.model import Diagnostic
    from nyash_parse.source import SourceMap

_STYLES = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "caret": "\x1b[1;31m",
    "place": "\x1b[1;34m",
    "help": "\x1b[1;36m",
    "code": "\x1b[1m",
}
_PLAIN = "\x1b[0m"


def on_terminal(stream: TextIO) -> bool:
    """Whether a person watches: a terminal, that can do more than a line printer."""
    return stream.isatty() and os.environ.get("TERM", "") != "dumb"


def wants_colour(stream: TextIO) -> bool:
    return on_terminal(stream) and not os.environ.get("NO_COLOR")


def _coloured(text: str, style: str) -> str:
    start = _STYLES.get(style)
    return f"{start}{text}{_PLAIN}" if start else text


class DiagnosticPrinter:
    """Writes diagnostics as `text` or, one object a line, as `json`."""

    def __init__(self, form: str) -> None:
        self.form = form

    def show(self, diagnostics: Iterable[Diagnostic], sources: SourceMap | None = None) -> None:
        from nyash_parse.source import SourceMap

        known = sources or SourceMap()
        for diagnostic in diagnostics:
            sys.stderr.write(self._one(diagnostic, known) + "\n")
        sys.stderr.flush()

    def _one(self, diagnostic: Diagnostic, sources: SourceMap) -> str:
        if self.form == "json":
            import json

            from nyash_parse.diagnostics.data import to_json

            return json.dumps(to_json(diagnostic, sources), ensure_ascii=False)
        from nyash_parse.diagnostics.text import render

        colour = _coloured if wants_colour(sys.stderr) else None
        return render(diagnostic, sources, colour=colour).rstrip("\n")


def traceback_of(error: BaseException) -> None:
    sys.stderr.write("".join(traceback.format_exception(error)))


def internal_error(printer: DiagnosticPrinter, error: Exception, debug: bool) -> None:
    """An exception nobody expected: our fault, said in one message."""
    from nyash_parse.diagnostics.model import Diagnostic, Fix

    if debug:
        traceback_of(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    message = f"nyash failed: {type(error).__name__}: {error} ({where})"
    help = "this is a fault of nyash itself; `--debug` shows where, please report it"
    printer.show([Diagnostic("N0600", message, help=Fix(help))])


def size_text(count: int) -> str:
    """`412 KB`, in units of 1000."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.0f} KB"
    return f"{count / 1_000_000:.1f} MB"


class Lines:
    """Progress for pipes and logs: only what takes long gets a line."""

    def __init__(self, quiet: bool = False) -> None:
        self.quiet = quiet
        self.times: dict[str, float] = {}
        self._begun = time.perf_counter()

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def started(self, stage: str) -> None:
        pass

    def finished(self, stage: str, seconds: float) -> None:
        self.times[stage] = self.times.get(stage, 0.0) + seconds

    def message(self, text: str) -> None:
        """Long work begins; said even when quiet, or the wait would be a riddle."""
        sys.stderr.write(f"nyash: {text}\n")
        sys.stderr.flush()

    def done(self, what: str) -> None:
        if not self.quiet:
            sys.stderr.write(f"{what} in {time.perf_counter() - self._begun:.2f} s\n")

    def stop(self) -> None:
        pass


class Live(Lines):
    """Progress for people: a line that says what is going on, and at the end where the time
    went."""

    def __init__(self) -> None:
        super().__init__()
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._status: Any = self._console.status("starting")
        self._status.start()

    def started(self, stage: str) -> None:
        self._status.update(f"[bold]{_readable(stage)}[/bold]")

    def message(self, text: str) -> None:
        self._console.print(f"[dim]{text}[/dim]")

    def done(self, what: str) -> None:
        self.stop()
        total = time.perf_counter() - self._begun
        self._console.print(f"[bold green]✓[/bold green] {what} in [bold]{total:.2f} s[/bold]")
        self._console.print(f"[dim]{_times_text(self.times)}[/dim]")

    def stop(self) -> None:
        self._status.stop()


def progress(quiet: bool = False) -> Lines:
    """The kind of progress that fits where standard error goes."""
    return Live() if not quiet and on_terminal(sys.stderr) else Lines(quiet)


def _readable(stage: str) -> str:
    kind, _, rest = stage.partition(":")
    return f"{kind} {rest}" if rest else kind


def _times_text(times: dict[str, float]) -> str:
    """`parse 0.12 · lower 0.08 · passes 0.20 · optimise 0.41 · link 0.02`."""
    passes = sum(t for name, t in times.items() if name.startswith("pass:"))
    shown: list[tuple[str, float]] = []
    steps = {n.removeprefix("emit:"): t for n, t in times.items() if n.startswith("emit:")}
    kinds = ("exe", "obj", "asm", "llvm")
    detailed = any(name not in kinds for name in steps)
    for name, seconds in times.items():
        if not name.startswith(("pass:", "emit:")):
            shown.append((name, seconds))
    if passes:
        shown.append(("passes", passes))
    shown += [(n, t) for n, t in steps.items() if not (detailed and n in kinds)]
    return " · ".join(f"{name} {seconds:.2f}" for name, seconds in shown)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on standard output: drawn on a terminal, aligned columns elsewhere."""
    if on_terminal(sys.stdout):
        from rich.box import SIMPLE
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        drawn = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE)
        for column in columns:
            drawn.add_column(column)
        for row in rows:
            drawn.add_row(*(Text(cell) for cell in row))
        Console().print(drawn)
        return
    widths = [max(len(r[i]) for r in (columns, *rows)) for i in range(len(columns))]
    print(f"{title}:")
    for row in (columns, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print(("  " + "  ".join(cells)).rstrip())
    print()
