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

_NUMBER = r"0[xXbB]\w*+|[0-9](?:[eE][+-](?=[0-9])|\.(?=[0-9])|\w)*+"
_INTEGER = re.compile(r"[0-9]+(?:_[0-9]+)*|0[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[bB][01]+(?:_[01]+)*")
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
    """All raw tokens of a source. Errors go to `report`; the bad text is skipped."""
    pattern, words, signs = _vocabulary()
    kinds: list[str] = []
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    fresh: list[bool] = []
    text = source.text
    number = source.number
    newline = True
    word_kind = words.get
    for match in pattern.finditer(text):
        group = match.lastindex
        if group is None:
            continue
        piece = match[group]
        if group == _WORD:
            kind = word_kind(piece, "NAME")
            if kind == "NAME" and not piece.isascii() and not piece.isidentifier():
                report.add(wording.unexpected_character(Span(number, *match.span(group)), piece[0]))
        elif group == _SIGN:
            kind = signs[piece]
        elif group == _NEWLINE:
            newline = True
            continue
        elif group == _COMMENT:
            if "\n" in piece:
                newline = True
            continue
        elif group == _STRING:
            kind = "STRING"
        elif group == _DIGITS:
            kind = _number_kind(piece)
            if not kind:
                report.add(wording.malformed_number(Span(number, *match.span(group)), piece))
                kind, piece = "INTEGER", "0"
        else:
            start, end = match.span(group)
            if group == _OPEN_STRING:
                report.add(wording.unterminated_string(Span(number, start, end)))
                kind, piece = "STRING", '""'
            elif group == _OPEN_COMMENT:
                report.add(wording.unterminated_comment(Span(number, start, start + 2)))
                break
            else:
                report.add(wording.unexpected_character(Span(number, start, end), piece))
                continue
        kinds.append(kind)
        texts.append(piece)
        starts.append(match.start(group))
        ends.append(match.end(group))
        fresh.append(newline)
        newline = False
    end = len(text)
    kinds.append(END_OF_FILE)
    texts.append("")
    starts.append(end)
    ends.append(end)
    fresh.append(True)
    return RawTokens(kinds, texts, starts, ends, fresh)


_WORD, _COMMENT, _OPEN_COMMENT, _SIGN, _NEWLINE, _STRING, _DIGITS, _OPEN_STRING = range(1, 9)


def _number_kind(text: str) -> str:
    """`INTEGER`, `FLOAT`, or nothing for a word that starts like a number and is none."""
    if (text.isdecimal() and text.isascii()) or _INTEGER.fullmatch(text):
        return "INTEGER"
    if not _HEX_START.match(text) and _FLOAT.fullmatch(text):
        return "FLOAT"
    return ""
