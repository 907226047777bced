"""Ways to damage an input. All are seeded: the same seed gives the same damage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

INTERESTING = (
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b'"',
    b"\\u{",
    b"/*",
    b"{",
    b"}",
)
"""Bytes that readers of text stumble over: no UTF-8, surrogates, openings without an end."""
LONGEST_RUN = 400
"""Repetitions of one piece; deep enough for a recursive reader to notice."""

Mutation = Callable[[bytes, Random], bytes]


def _place(data: bytes, random: Random) -> int:
    return random.randint(0, len(data))


def _flip_bit(data: bytes, random: Random) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]


def _cut_out(data: bytes, random: Random) -> bytes:
    start = _place(data, random)
    return data[:start] + data[start + random.randint(1, 40) :]


def _truncate(data: bytes, random: Random) -> bytes:
    return data[: _place(data, random)]


def _insert(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[:at] + random.choice(INTERESTING) + data[at:]


def _repeat(data: bytes, random: Random) -> bytes:
    start = _place(data, random)
    piece = data[start : start + random.randint(1, 12)]
    return data[:start] + piece * random.randint(2, LONGEST_RUN) + data[start:]


def _swap_lines(data: bytes, random: Random) -> bytes:
    lines = data.split(b"\n")
    first, second = random.randrange(len(lines)), random.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def _number(data: bytes, random: Random) -> bytes:
    """A length or count that lies."""
    if len(data) < 4:
        return data
    at = random.randrange(len(data) - 3)
    width = random.choice((1, 2, 4))
    return data[:at] + random.choice((b"\xff", b"\0", b"\x7f")) * width + data[at + width :]


MUTATIONS: tuple[Mutation, ...] = (
    _flip_bit,
    _cut_out,
    _truncate,
    _insert,
    _repeat,
    _swap_lines,
    _number,
)


def damaged(corpus: Sequence[bytes], random: Random) -> bytes:
    """One input of the corpus after one to four mutations; sometimes spliced with another."""
    data = random.choice(corpus)
    if random.random() < 0.2:
        other = random.choice(corpus)
        data = data[: _place(data, random)] + other[_place(other, random) :]
    for _ in range(random.randint(1, 4)):
        data = random.choice(MUTATIONS)(data, random)
    return data
