"""Text to raw tokens: words, numbers, strings and signs, each with its place.

One regular expression, made from the terminals of the grammar, finds everything; `tokens.py` then
gives newlines, braces and soft keywords their meaning. What is no token is reported here and left
out, so that parsing goes on behind it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from . import syntax_errors as wording
from .diagnostics.model import Report
from .grammar.tables import END_OF_FILE, Tables, load_tables
from .source import Source, Span

SYNONYMS = {"||": "OR", "&&": "AND", "!": "NOT", ";": "SEMICOLON", "%{": "PERCENT_BRACE"}
"""Signs that no rule of the grammar names: other spellings, and two that tokens.py replaces."""

# Not possessive: before 3.11.5, Python's `re` does not undo an alternative inside such a group
# (gh-106052), and `0..10` would begin with the number `0.`. Nothing follows, so nothing is retried.
_NUMBER = r"0[xXbB]\w*+|[0-9](?:[eE][+-](?=[0-9])|\.(?=[0-9])|\w)*"
_INTEGER = re.compile(
    r"[0-9]+(?:_[0-9]+)*|0[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[bB][01]+(?:_[01]+)*"
)
_FLOAT = re.compile(r"[0-9]+(?:_[0-9]+)*(?:\.[0-9]+(?:_[0-9]+)*)?(?:[eE][+-]?[0-9]+)?")
_HEX_START = re.compile(r"0[xXbB]")


class RawTokens(NamedTuple):
    """Parallel lists, closed by an `$END`. `fresh[i]`: a newline stands before token `i`."""

    kinds: list[str]
    texts: list[str]
    starts: list[int]
    ends: list[int]
    fresh: list[bool]


class _Vocabulary(NamedTuple):
    pattern: re.Pattern[str]
    words: dict[str, str]
    signs: dict[str, str]


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The grammar's tables, loaded at the first use in the process."""
    return load_tables()


@lru_cache(maxsize=1)
def _vocabulary() -> _Vocabulary:
    grammar = tables()
    signs = {**grammar.signs, **SYNONYMS}
    longest_first = sorted(signs, key=len, reverse=True)
    pattern = (
        r"[ \t\r\f\v]*+(?:"
        rf"({grammar.patterns['NAME']})"
        r"|(//[^\n]*|\#[^\n]*|/\*(?s:.*?)\*/)"
        r"|(/\*(?s:.)*+)"
        rf"|({'|'.join(re.escape(sign) for sign in longest_first)})"
        r"|(\n[ \t\r\n]*+)"
        rf"|({grammar.patterns['STRING']})"
        rf"|({_NUMBER})"
        r'|("[^\n]*)'
        r"|([^\n]))"
    )
    return _Vocabulary(re.compile(pattern), grammar.words, signs)


def scan(source: Source, report: Report) -> RawTokens:
    """All raw tokens of a source. Errors go to `report`; the bad text is skipped.

    A quote that is missing makes strings of what stands between strings, up to the end of the
    file. Then the first of the run of strings over several lines before it is the one to blame:
    it is ended at its line, and the rest read again.
    """
    found = Report()
    raw = _Scan(source, found).run([(0, len(source.text))])
    if any(diagnostic.code == "N0003" for diagnostic in found.diagnostics):
        culprit = _run_of_long_strings(raw)
        if culprit >= 0:
            found = Report()
            line_end = source.text.index("\n", culprit)
            found.add(wording.unterminated_string(Span(source.number, culprit, line_end)))
            raw = _Scan(source, found).run([(0, culprit), (line_end, len(source.text))])
    for diagnostic in found.diagnostics:
        report.add(diagnostic)
    return raw


def _run_of_long_strings(raw: RawTokens) -> int:
    """Where the run of strings over several lines begins that the last strings form, or -1."""
    culprit = -1
    for kind, text, start in reversed(list(zip(raw.kinds, raw.texts, raw.starts, strict=True))):
        if kind == "STRING" and text != '""':
            if "\n" not in text:
                break
            culprit = start
    return culprit


class _Scan:
    """One pass over parts of a source."""

    def __init__(self, source: Source, report: Report) -> None:
        self.source = source
        self.report = report

    def run(self, parts: list[tuple[int, int]]) -> RawTokens:
        """The tokens of the parts (offsets); behind each part but the last an empty string stands
        for the one that was broken off."""
        pattern, words, signs = _vocabulary()
        raw = RawTokens([], [], [], [], [])
        kinds, texts, starts, ends, fresh = raw
        text = self.source.text
        newline = True
        word_kind = words.get
        for part, (begin, stop) in enumerate(parts):
            if part:
                self._append(raw, "STRING", '""', parts[part - 1][1], begin, newline)
                newline = False
            for match in pattern.finditer(text, begin, stop):
                group = match.lastindex
                if group is None:
                    continue
                piece = match[group]
                if group == _WORD:
                    kind = word_kind(piece, "NAME")
                    if kind == "NAME" and not piece.isascii() and not piece.isidentifier():
                        self._unexpected(match, group)
                elif group == _SIGN:
                    kind = signs[piece]
                elif group == _NEWLINE:
                    newline = True
                    continue
                elif group == _COMMENT:
                    newline = newline or "\n" in piece
                    continue
                elif group == _STRING:
                    kind = "STRING"
                else:
                    kind, piece = self._rare(match, group, piece)
                    if not kind:
                        continue
                kinds.append(kind)
                texts.append(piece)
                starts.append(match.start(group))
                ends.append(match.end(group))
                fresh.append(newline)
                newline = False
        self._append(raw, END_OF_FILE, "", len(text), len(text), True)
        return raw

    def _append(
        self, raw: RawTokens, kind: str, text: str, start: int, end: int, fresh: bool
    ) -> None:
        for column, value in zip(raw, (kind, text, start, end, fresh), strict=True):
            column.append(value)  # type: ignore[arg-type]

    def _rare(self, match: re.Match[str], group: int, piece: str) -> tuple[str, str]:
        """Kind and text of a number, or of what is no token; an empty kind leaves it out."""
        span = Span(self.source.number, *match.span(group))
        if group == _DIGITS:
            kind = _number_kind(piece)
            if kind:
                return kind, piece
            self.report.add(wording.malformed_number(span, piece))
            return "INTEGER", "0"
        if group == _OPEN_STRING:
            self.report.add(wording.unterminated_string(span))
            return "STRING", '""'
        if group == _OPEN_COMMENT:
            opening = Span(span.source, span.start, span.start + 2)
            self.report.add(wording.unterminated_comment(opening))
        else:
            self._unexpected(match, group)
        return "", ""

    def _unexpected(self, match: re.Match[str], group: int) -> None:
        span = Span(self.source.number, *match.span(group))
        self.report.add(wording.unexpected_character(span, match[group][0]))


_WORD, _COMMENT, _OPEN_COMMENT, _SIGN, _NEWLINE, _STRING, _DIGITS, _OPEN_STRING = range(1, 9)


def _number_kind(text: str) -> str:
    """`INTEGER`, `FLOAT`, or nothing for a word that starts like a number and is none."""
    if (text.isdecimal() and text.isascii()) or _INTEGER.fullmatch(text):
        return "INTEGER"
    if not _HEX_START.match(text) and _FLOAT.fullmatch(text):
        return "FLOAT"
    return ""
