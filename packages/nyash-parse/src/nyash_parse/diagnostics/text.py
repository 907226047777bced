"""A diagnostic as people read it (language.md section 9).

    error[N0102]: assignment to undeclared variable `cout`
      --> http_server.nyash:14:9
       |
    14 |         cout = cout + 1
       |         ^^^^ not declared in this block
       = help: declare it with `local cout = 0`

The primary place has `^`, related places of the same file `-` in the same drawing; related places
of other files get a drawing of their own. Tabs are widened, wide characters count two cells and
combining ones none, so that the marks stand below what they mean.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from ..source import Source, SourceMap, Span
from .model import Diagnostic, Label, Severity

Colour = Callable[[str, str], str]
"""`colour(style, text)`; styles: `error`, `warning`, `title`, `place`, `primary`, `related`,
`help`, `note`. The text is what is shown without colours."""

TAB_WIDTH = 4
_LONGEST_LINE = 160
"""Cells of source text shown of one line; a longer one is cut around its marks."""


class _Mark(NamedTuple):
    """A label on one line, in offsets of that line's text. `text` stands behind its last line."""

    line: int
    start: int
    end: int
    text: str
    primary: bool


def render(diagnostic: Diagnostic, sources: SourceMap, colour: Colour | None = None) -> str:
    """The whole message, without a newline at its end."""
    paint = colour or _plain
    style = "error" if diagnostic.severity is Severity.ERROR else "warning"
    head = paint(style, f"{diagnostic.severity.value}[{diagnostic.code}]")
    lines = [f"{head}: {paint('title', _one_line(diagnostic.message))}"]
    groups = _groups(diagnostic, sources)
    numbers = [line for source, marks in groups for line in _shown_lines(source, marks)]
    margin = len(str(max(numbers, default=0))) if numbers else 1
    for position, (source, marks) in enumerate(groups):
        lines += _drawing(source, marks, margin, position == 0, style, paint)
    space = " " * margin
    for note in diagnostic.notes:
        lines += _attached(space, "note", note, paint)
    if diagnostic.help is not None:
        lines += _attached(space, "help", diagnostic.help.text, paint)
    return "\n".join(lines)


def summary(errors: int, warnings: int) -> str:
    """`2 errors, 1 warning`; empty when there is nothing to count."""
    counts = ((errors, "error"), (warnings, "warning"))
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts if n)


def _plain(style: str, text: str) -> str:
    return text


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))


def _attached(space: str, kind: str, text: str, paint: Colour) -> list[str]:
    first, *rest = text.split("\n")
    lines = [f"{space} = {paint(kind, kind)}: {first}"]
    return lines + [f"{space}   {' ' * len(kind)}  {line}" for line in rest]


# ---- Which lines, which marks -------------------------------------------------------------------


def _groups(diagnostic: Diagnostic, sources: SourceMap) -> list[tuple[Source, list[_Mark]]]:
    """The labels by source, the primary one's source first."""
    labels: list[tuple[Label, bool]] = []
    if diagnostic.primary is not None:
        labels.append((diagnostic.primary, True))
    labels += [(label, False) for label in diagnostic.related]
    groups: dict[int, tuple[Source, list[_Mark]]] = {}
    for label, primary in labels:
        source = sources.get(label.span.source)
        if source is not None:
            groups.setdefault(source.number, (source, []))[1].extend(_marks(source, label, primary))
    return list(groups.values())


def _marks(source: Source, label: Label, primary: bool) -> list[_Mark]:
    """One mark a line: of a span over several lines the first and the last are drawn."""
    span = _clamped(source, label.span)
    first, column = source.line_column(span.start)
    last, last_column = source.line_column(span.end)
    if last > first and last_column == 1:
        last -= 1
        last_column = len(source.line_text(last)) + 1
    if first == last:
        end = max(last_column - 1, column)
        return [_Mark(first, column - 1, end, label.text, primary)]
    whole = source.line_text(last)
    indent = len(whole) - len(whole.lstrip())
    return [
        _Mark(first, column - 1, max(len(source.line_text(first)), column), "", primary),
        _Mark(last, min(indent, last_column - 2), last_column - 1, label.text, primary),
    ]


def _clamped(source: Source, span: Span) -> Span:
    length = len(source.text)
    start = max(0, min(span.start, length))
    return Span(span.source, start, max(start, min(span.end, length)))


def _shown_lines(source: Source, marks: list[_Mark]) -> list[int]:
    """Numbers of the lines to draw, with 0 for a gap; a single line left out is drawn instead."""
    shown: list[int] = []
    for line in sorted({mark.line for mark in marks}):
        if shown and line - shown[-1] == 2:
            shown.append(line - 1)
        elif shown and line - shown[-1] > 2:
            shown.append(0)
        shown.append(line)
    return shown


# ---- The drawing ------------------------------------------------------------------------------


def _drawing(
    source: Source, marks: list[_Mark], margin: int, first: bool, style: str, paint: Colour
) -> list[str]:
    top = next((mark for mark in marks if mark.primary), marks[0])
    space = " " * margin
    arrow = "-->" if first else ":::"
    place = f"{source.name}:{top.line}:{top.start + 1}"
    lines = [f"{space}{paint('place', arrow)} {place}", f"{space} {paint('place', '|')}"]
    for line in _shown_lines(source, marks):
        if line == 0:
            lines.append(paint("place", "..."))
            continue
        own = sorted((m for m in marks if m.line == line), key=lambda m: (m.start, m.end))
        text, cells = _widened(source.line_text(line))
        text, cells = _cut(text, cells, own)
        number = paint("place", f"{line:>{margin}} |")
        lines.append(f"{number} {text}".rstrip())
        bar = f"{space} {paint('place', '|')}"
        for row in _mark_rows(own, cells, style, paint):
            lines.append(f"{bar} {row}")
    return lines


def _mark_rows(marks: list[_Mark], cells: list[int], style: str, paint: Colour) -> list[str]:
    """Rows of carets: one row as long as marks do not overlap and no text is in the way."""
    rows: list[str] = []
    waiting = list(marks)
    while waiting:
        row, used, rest = "", 0, []
        for position, mark in enumerate(waiting):
            start = cells[min(mark.start, len(cells) - 1)] + max(0, mark.start - len(cells) + 1)
            end = cells[min(mark.end, len(cells) - 1)] + max(0, mark.end - len(cells) + 1)
            last = position == len(waiting) - 1
            if start < used or (mark.text and not last):
                rest.append(mark)
                continue
            sign = ("^" if mark.primary else "-") * max(1, end - start)
            row += " " * (start - used) + paint(style if mark.primary else "related", sign)
            used = start + max(1, end - start)
            if mark.text:
                row += " " + paint(style if mark.primary else "related", _one_line(mark.text))
                used = 1 << 30
        rows.append(row)
        waiting = rest
    return rows


def _widened(line: str) -> tuple[str, list[int]]:
    """The line as it is shown, and the cell at which each character begins (and the line ends)."""
    shown: list[str] = []
    cells: list[int] = []
    cell = 0
    for character in line:
        cells.append(cell)
        if character == "\t":
            width = TAB_WIDTH - cell % TAB_WIDTH
            shown.append(" " * width)
        elif not character.isprintable():
            width = 1
            shown.append("\ufffd")
            if unicodedata.category(character) == "Mn":
                width = 0
                shown[-1] = character
        else:
            width = _width(character)
            shown.append(character)
        cell += width
    cells.append(cell)
    return "".join(shown), cells


def _width(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.combining(character) or character in "\u200b\u200d\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(text: str, cells: list[int], marks: list[_Mark]) -> tuple[str, list[int]]:
    """Leave out most of a very long line, keeping what the first mark is about."""
    if cells[-1] <= _LONGEST_LINE:
        return text, cells
    starts = [cells[min(mark.start, len(cells) - 1)] for mark in marks]
    start = min(starts, default=0)
    left = max(0, start - _LONGEST_LINE // 3)
    kept: list[str] = []
    first = next((i for i, cell in enumerate(cells) if cell >= left), 0)
    width = 0
    plain = _characters(text, cells)
    for index in range(first, len(cells) - 1):
        width = cells[index + 1] - cells[first]
        if width > _LONGEST_LINE:
            break
        kept.append(plain[index])
    lead = "… " if first else ""
    limit = len(lead) + sum(1 for _ in kept) + 1
    moved = [max(0, min(cell - cells[first], _LONGEST_LINE) + len(lead)) for cell in cells]
    if first:
        moved = [0 if index < first else cell for index, cell in enumerate(moved)]
    shown = lead + "".join(kept) + (" …" if first + limit < len(cells) else "")
    return shown, moved


def _characters(text: str, cells: list[int]) -> list[str]:
    """The shown text split by source character (a tab is several cells of spaces)."""
    pieces: list[str] = []
    position = 0
    for index in range(len(cells) - 1):
        width = cells[index + 1] - cells[index]
        if position < len(text) and text[position] == " " and width > 1:
            pieces.append(text[position : position + width])
            position += width
        else:
            pieces.append(text[position : position + 1])
            position += 1
    return pieces
