"""The tokens of `.nyir` text.

Whitespace and comments (`;`, `//` to the end of the line) only separate. A line whose first
visible character is `|` is a line of source text, taken literally.
"""

from __future__ import annotations

import json
import re

_TOKEN = re.compile(
    r"""
    (?P<skip>(?:\s|;[^\n]*|//[^\n]*)+)
  | (?P<number>-?(?:(?:inf|nan)(?![\w./])|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?))
  | (?P<name>[^\W\d][\w./]*)
  | (?P<string>"(?:[^"\\\n]|\\.)*")
  | (?P<sign>->|[%^@&#:,=(){}|])
    """,
    re.VERBOSE,
)
_SOURCE_LINE = re.compile(r"[ \t]*\|([^\n]*)(?:\n|\Z)")
_REST_OF_LINE = re.compile(r"[ \t]*(?:(?:;|//)[^\n]*)?\n")
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1
_LONGEST_NUMBER = 400
"""Digits; enough for every Float, and keeps the conversion of hostile input quick."""


class TextError(ValueError):
    """The text is no module. `line` and `column` are counted from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"{line}:{column}: {message}")
        self.message = message
        self.line = line
        self.column = column


class Scanner:
    """Reads one token ahead. `place` is the offset of that token, `last` of the one before."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.last = 0
        self._end = 0
        self._kind = ""
        self._token = ""
        self._advance(0)

    def error(self, message: str, place: int | None = None) -> TextError:
        offset = self.place if place is None else place
        line = self.text.count("\n", 0, offset) + 1
        column = offset - (self.text.rfind("\n", 0, offset) + 1) + 1
        return TextError(message, line, column)

    def _advance(self, position: int) -> None:
        found = _TOKEN.match(self.text, position)
        if found is not None and found.lastgroup == "skip":
            position = found.end()
            found = _TOKEN.match(self.text, position)
        self.place = position
        if found is not None:
            self._kind = found.lastgroup or ""
            self._token = found.group()
            self._end = found.end()
        elif position >= len(self.text):
            self._kind, self._token, self._end = "end", "", position
        else:
            self._kind, self._token, self._end = "wrong", self.text[position], position

    def _next(self) -> str:
        token = self._token
        self.last = self.place
        self._advance(self._end)
        return token

    def _unexpected(self, wanted: str) -> TextError:
        if self._kind == "end":
            return self.error(f"expected {wanted}, but the text ends here")
        shown = self._token if len(self._token) <= 40 else self._token[:40] + "…"
        return self.error(f"expected {wanted}, got {shown!r}")

    def at_end(self) -> bool:
        return self._kind == "end"

    def end(self) -> None:
        if self._kind != "end":
            raise self._unexpected("the end of the text")

    def at(self, sign: str) -> bool:
        return self._kind == "sign" and self._token == sign

    def accept(self, sign: str) -> bool:
        if self.at(sign):
            self._next()
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.accept(sign):
            raise self._unexpected(f"`{sign}`")

    def at_string(self) -> bool:
        return self._kind == "string"

    def at_word(self) -> bool:
        return self._kind == "name"

    def at_number(self) -> bool:
        return self._kind == "number"

    def accept_word(self, word: str) -> bool:
        if self._kind == "name" and self._token == word:
            self._next()
            return True
        return False

    def word(self, *allowed: str) -> str:
        """One of the words of a fixed set."""
        if self._kind != "name" or self._token not in allowed:
            raise self._unexpected(" or ".join(f"`{word}`" for word in allowed))
        return self._next()

    def tag(self) -> str:
        if self._kind != "name":
            raise self._unexpected("an instruction")
        return self._next()

    def name(self) -> str:
        """A bare name or a string."""
        if self._kind == "name":
            return self._next()
        return self.string("a name")

    def string(self, wanted: str = "a string") -> str:
        if self._kind != "string":
            raise self._unexpected(wanted)
        try:
            text = json.loads(self._token, strict=False)
            text.encode("utf-8")
        except ValueError:
            raise self.error("this is no valid string") from None
        self._next()
        return text

    def integer(self) -> int:
        if self._kind != "number" or not self._token.lstrip("-").isdigit():
            raise self._unexpected("an integer")
        number = int(self._token) if len(self._token) < 30 else _LARGEST + 1
        if not _SMALLEST <= number <= _LARGEST:
            raise self.error("an integer beyond 64 bits")
        self._next()
        return number

    def float(self) -> float:
        if self._kind != "number" or len(self._token) > _LONGEST_NUMBER:
            raise self._unexpected("a number")
        return float(self._next())

    def source_lines(self) -> list[str]:
        """The `|` lines that follow the token read last."""
        position = self.last
        found = _TOKEN.match(self.text, position)
        position = found.end() if found else position
        rest = _REST_OF_LINE.match(self.text, position)
        if rest is None:
            return []
        position = rest.end()
        lines = []
        while (line := _SOURCE_LINE.match(self.text, position)) is not None:
            if line.end() == position:
                break
            lines.append(line.group(1))
            position = line.end()
        self._advance(position)
        return lines
