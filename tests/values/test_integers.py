"""Integers of 64 bits against Python's, which have no end: the same result, or OverflowError."""

from __future__ import annotations

from random import Random

CASES = 3_000
LEAST, MOST = -(2**63), 2**63 - 1
EDGES = [0, 1, -1, 2, -2, 3, 7, 10, -10, 2**31, 2**31 - 1, -(2**31), 2**32, 3037000499, 3037000500]
EDGES += [2**60, 2**60 - 1, 2**61, 2**61 - 1, -(2**61), 2**62, 2**62 - 1, -(2**62), -(2**62) - 1]
"""Around the ends of small Integers too, which are not on the heap."""
EDGES += [LEAST, LEAST + 1, MOST, MOST - 1, MOST // 2, MOST // 2 + 1, MOST // 10, LEAST // 10]


def pairs(seed: int, count: int) -> list[tuple[int, int]]:
    random = Random(seed)

    def number() -> int:
        if random.random() < 0.5:
            near = random.choice(EDGES) + random.randint(-2, 2)
            return min(max(near, LEAST), MOST)
        return random.getrandbits(random.randint(1, 63)) * random.choice((1, -1))

    return [(a, b) for a in EDGES for b in EDGES] + [(number(), number()) for _ in range(count)]


def checked(result: int) -> int | str:
    return result if LEAST <= result <= MOST else "!OverflowError"


def wrapped(result: int) -> int:
    return (result + 2**63) % 2**64 - 2**63


def quotient(a: int, b: int) -> int:
    """Truncated towards zero, unlike Python's."""
    whole = abs(a) // abs(b)
    return whole if (a < 0) == (b < 0) else -whole


def test_arithmetic(ask, scale) -> None:
    operations = {
        "add": lambda a, b: checked(a + b),
        "subtract": lambda a, b: checked(a - b),
        "multiply": lambda a, b: checked(a * b),
        "divide": lambda a, b: checked(quotient(a, b)) if b else "!DivisionByZeroError",
        "remainder": lambda a, b: a - b * quotient(a, b) if b else "!DivisionByZeroError",
        "wrapping": lambda a, b: [wrapped(a + b), wrapped(a - b), wrapped(a * b)],
        "bits": lambda a, b: [a & b, a | b, a ^ b, ~a],
    }
    for name, expected in operations.items():
        given = pairs(4, CASES * scale // len(operations))
        for (a, b), answer in zip(given, ask([(name, a, b) for a, b in given]), strict=True):
            assert answer == expected(a, b), (name, a, b)


def test_powers_and_shifts(ask) -> None:
    bases = [
        0,
        1,
        -1,
        2,
        -2,
        3,
        -3,
        10,
        15,
        55108,
        55109,
        2097151,
        2097152,
        3037000499,
        3037000500,
        MOST,
    ]
    given = [(a, b) for a in bases for b in [*range(66), 1000]]
    for (a, b), answer in zip(given, ask([("power", a, b) for a, b in given]), strict=True):
        assert answer == checked(a**b), (a, b)
    given = [(a, count) for a in EDGES for count in range(-1, 66)]
    for (a, count), answer in zip(given, ask([("shift", a, c) for a, c in given]), strict=True):
        good = 0 <= count <= 63
        assert answer == ([wrapped(a << count), a >> count] if good else "!ArgumentError"), (
            a,
            count,
        )


def digits(number: int, base: int) -> str:
    sign, number, text = "-" if number < 0 else "", abs(number), ""
    while number:
        text = "0123456789abcdefghijklmnopqrstuvwxyz"[number % base] + text
        number //= base
    return sign + (text or "0")


def test_radix(ask) -> None:
    given = [(number, base) for number in EDGES for base in range(2, 37)]
    for (number, base), answer in zip(given, ask([("radix", *g) for g in given]), strict=True):
        assert answer == digits(number, base), (number, base)


def test_reading(ask) -> None:
    random = Random(5)
    numbers = [*EDGES, MOST + 1, LEAST - 1, 10**19, -(10**19), 10**30, 2**64, 2**64 + 5]
    numbers += [
        random.getrandbits(random.randint(1, 70)) * random.choice((1, -1)) for _ in range(500)
    ]
    texts = [f"{random.choice(['', '0', '000'])}{n}" if n >= 0 else str(n) for n in numbers]
    answers = ask([("toInteger", text) for text in texts])
    for text, answer in zip(texts, answers, strict=True):
        number = int(text)
        assert answer == (number if LEAST <= number <= MOST else "!ParseError"), text
    good = {" 5": 5, "5\t": 5, "\n-5 ": -5, "+5": 5, "-0": 0, "007": 7, "\u00a05": 5}
    assert dict(zip(good, ask([("toInteger", text) for text in good]), strict=True)) == good
    bad = [
        "",
        " ",
        "-",
        "+",
        "5.0",
        "1e3",
        "0x10",
        "1_000",
        "5 5",
        "- 5",
        "--5",
        "+-5",
        "٣",
        "a",
        "5a",
    ]
    answers = ask([("toInteger", text) for text in bad])
    assert dict(zip(bad, answers, strict=True)) == dict.fromkeys(bad, "!ParseError")
