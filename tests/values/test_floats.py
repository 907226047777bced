"""Floats as text against Python's repr() and float(), which round correctly and print the shortest
digits that round-trip (Steele and White 1990; Clinger 1990)."""

from __future__ import annotations

import math
import struct
from decimal import Decimal
from fractions import Fraction
from random import Random

CASES = 4_000
EDGES = [
    0.0, -0.0, 1.0, 0.1, 0.3, 1 / 3, 5e-324, 1e-323, 2.2250738585072009e-308, 2.2250738585072014e-308,
    1.7976931348623157e308, 4.9406564584124654e-324, 1e21, 1e22, 1e23, 9007199254740991.0,
    9007199254740992.0, 9007199254740993.0, 9.5367431640625e-07, 123456789012345680.0, 2.0**63, 2.0**64,
    -(2.0**63), 8.41e21, 2.0e-3, 5e-5, 4.35, 0.5, 1.5, 2.5, 299792458.0, 6.02214076e23, math.pi, math.e,
    math.inf, -math.inf,
]  # fmt: skip


def written(number: float) -> str:
    """As the language prints it: repr's digits, no exponent, no `.0`."""
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    text = format(Decimal(repr(number)), "f")
    return text.removesuffix(".0") if "." in text else text


def random_float(random: Random) -> float:
    while True:
        (number,) = struct.unpack("<d", random.randbytes(8))
        if math.isfinite(number):
            return number


def random_denormal(random: Random) -> float:
    bits = random.getrandbits(random.randint(1, 52))
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def exact(number: Fraction) -> str:
    """The decimal digits of a fraction whose denominator is a power of two."""
    sign = "-" if number < 0 else ""
    number = abs(number)
    places = number.denominator.bit_length() - 1
    digits = str(number.numerator * 5**places).rjust(places + 1, "0")
    return f"{sign}{digits[: len(digits) - places]}.{digits[len(digits) - places :] or '0'}"


def halfway(number: float) -> Fraction:
    return (Fraction(number) + Fraction(math.nextafter(number, math.inf))) / 2


def test_printing_is_the_shortest_that_reads_back(ask, scale) -> None:
    random = Random(1)
    numbers = EDGES + [random_float(random) for _ in range(CASES * scale)]
    numbers += [random_denormal(random) for _ in range(CASES * scale // 8)]
    numbers += [float(random.randint(-(10**17), 10**17)) for _ in range(CASES * scale // 8)]
    numbers += [random.randint(0, 10**6) / 10 ** random.randint(0, 8) for _ in range(CASES // 4)]
    for number, answer in zip(numbers, ask([("float", repr(n)) for n in numbers]), strict=True):
        assert answer == written(number), repr(number)


def test_reading_rounds_correctly(ask, scale) -> None:
    """Halfway between two neighbours, a digit below and above; long and short exponents."""
    random = Random(2)
    texts = [
        "1e400",
        "-1e400",
        "1e-400",
        "1E5",
        "1e+5",
        "0e999999",
        "1" + "0" * 400,
        "0." + "0" * 400 + "1",
    ]
    texts += [
        "1.00000000000000011102230246251565404236316680908203125",
        "179769313486231580793728971405301e276",
    ]
    texts += [
        f"{random.getrandbits(70)}e{random.randint(-340, 300)}" for _ in range(CASES * scale // 4)
    ]
    for _ in range(CASES * scale // 20):
        number = random.choice([random_float, random_denormal])(random)
        if number < 1.7e308:
            middle = exact(halfway(number))
            texts += [middle, middle + "1", middle[:-1] + "4" + "9" * 5]
    for text, answer in zip(texts, ask([("float", t) for t in texts]), strict=True):
        assert answer == written(float(text)), text


def test_what_is_no_float(ask) -> None:
    texts = [
        "",
        " ",
        ".",
        "e5",
        "1e",
        "1e+",
        "1.2.3",
        "--1",
        "+-1",
        "1,5",
        "0x10",
        "1_000",
        "1f",
        "infinit",
        "na",
    ]
    answers = ask([("float", text) for text in texts])
    assert dict(zip(texts, answers, strict=True)) == dict.fromkeys(texts, "!ParseError")


def test_order(ask, scale) -> None:
    """Floats with floats, and with Integers, which are compared exactly."""
    random = Random(3)
    numbers = EDGES + [random_float(random) for _ in range(200)]
    pairs = [(random.choice(numbers), random.choice(numbers)) for _ in range(CASES * scale // 8)]
    for (a, b), answer in zip(
        pairs, ask([("order", repr(a), repr(b)) for a, b in pairs]), strict=True
    ):
        assert answer == [a < b, a == b, a > b], (a, b)
    integers = [2**53, 2**53 + 1, 2**63 - 1, -(2**63), 2**63 - 512, 2**63 - 513, 0, 1, -1]
    mixed = [(i, float(j) + d) for i in integers for j in integers for d in (0, 0.5)]
    mixed += [
        (i, f) for i in integers for f in (math.inf, -math.inf, 2.0**63, -(2.0**63), -(2.0**64))
    ]
    for (i, f), answer in zip(
        mixed, ask([("mixed", str(i), repr(f)) for i, f in mixed]), strict=True
    ):
        assert answer == [i < f, i == f, i > f], (i, f)
