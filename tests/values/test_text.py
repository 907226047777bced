"""Strings against Python's str, which counts code points too."""

from __future__ import annotations

import sys
import unicodedata
from random import Random
from typing import Any

CASES = 1_500
CODE_POINTS = [code for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
ALPHABETS = ["ab", "abc ", "aé", "é漢🙂", "a\u0301b", "AbÇß", "\n\t x", "🙂🙃👩\u200d👧"]


def known(code: int) -> bool:
    """Code points of later Unicode versions than Python's have no cases there."""
    return unicodedata.category(chr(code)) != "Cn"


def test_cases_of_all_code_points(ask) -> None:
    """Each between spaces, so that no neighbour counts."""
    codes = [code for code in CODE_POINTS if known(code)]
    chunks = [codes[start : start + 2000] for start in range(0, len(codes), 2000)]
    texts = [" ".join(map(chr, chunk)) for chunk in chunks]
    answers = ask([("upper", text) for text in texts] + [("lower", text) for text in texts])
    for text, upper, lower in zip(texts, answers, answers[len(texts) :], strict=False):
        assert differences(text.upper(), upper) == {}
        assert differences(text.lower(), lower) == {}


def differences(expected: str, answer: str) -> dict[str, tuple[str, str]]:
    """By the code points that should have come."""
    pairs = zip(expected.split(" "), answer.split(" "), strict=True)
    return {ascii(e): (ascii(e), ascii(a)) for e, a in pairs if e != a}


def test_cases_in_words(ask) -> None:
    """The final sigma, characters that become several, and what is in between."""
    random = Random(12)
    words = [
        "ΟΔΟΣ",
        "ΟΔΟΣ.",
        "Σ",
        "ΣΑΣ ΣΑΣ",
        "Α.Σ",
        "ΑΣ\u0301",
        "Σ\u00adΑ",
        "ΑΣ\u00ad",
        "Straße",
        "ﬁn",
        "İI",
        "ıi",
        "Ǆǅǆ",
    ]
    words += [
        "".join(random.choices("ΑΣσςa.'\u0301\u00ad 1ßİ", k=random.randrange(8)))
        for _ in range(CASES)
    ]
    answers = ask([("upper", word) for word in words] + [("lower", word) for word in words])
    for word, upper, lower in zip(words, answers, answers[len(words) :], strict=False):
        assert upper == word.upper(), ascii(word)
        assert lower == word.lower(), ascii(word)


def test_the_final_sigma_beside_all_code_points(ask) -> None:
    """Cased, ignorable or neither: seen from the sigma before and behind."""
    codes = [code for code in CODE_POINTS if known(code)]
    texts = [f"ΑΣ{chr(code)} Α{chr(code)}Σ ΑΣ{chr(code)}Α" for code in codes]
    answers = ask([("lower", text) for text in texts])
    wrong = [hex(c) for c, t, a in zip(codes, texts, answers, strict=True) if a != t.lower()]
    assert wrong == []


def operations(s: str, part: str, i: int, j: int) -> list[Any]:
    """What `text` of answers.nyash does, by Python."""
    n = len(s)

    def bound(position: int) -> int:
        return min(max(position + n if position < 0 else position, 0), n)

    there = -n <= i < n
    return [
        *(n, len(s.encode()), s[::-1], s.find(part), s.rfind(part), part in s),
        *(s.startswith(part), s.endswith(part)),
        *(
            s[bound(i) : max(bound(j), bound(i))],
            s[i] if there else None,
            ord(s[i]) if there else None,
        ),
        *(s.replace(part, "<>"), s.split(part) if part else list(s), list(s), trimmed(s)),
        *(s < part, s == part, s + part),
    ]


def trimmed(s: str) -> str:
    """White_Space of Unicode, which Python's strip() exceeds by four separators of ASCII, and the
    byte order mark."""
    return s.strip(" \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + SPACES)


SPACES = "".join(map(chr, range(0x2000, 0x200B)))


def word(random: Random, longest: int) -> str:
    return "".join(random.choices(random.choice(ALPHABETS), k=random.randint(0, longest)))


def test_operations(ask, scale) -> None:
    random = Random(13)
    questions = []
    for _ in range(CASES * scale):
        s = word(random, 12)
        part = s[(at := random.randint(0, len(s))) : at + random.randint(0, 2)]
        if random.random() < 0.3:
            part = word(random, 3)
        i, j = random.randint(-15, 15), random.randint(-15, 15)
        questions.append(("text", s, part, i, j))
    for question, answer in zip(questions, ask(questions), strict=True):
        assert answer == operations(*question[1:]), ascii(question)


def test_trimming_of_all_code_points(ask) -> None:
    texts = [f"{chr(code)}x{chr(code)}" for code in CODE_POINTS if code < 0x3100 or code > 0xFE00]
    texts = [text for text in texts if ord(text[0]) < 0x10000]
    answers = ask([("text", text, "x", 0, 1) for text in texts])
    assert [answer[14] for answer in answers] == [trimmed(text) for text in texts]


def test_order_is_by_code_point(ask) -> None:
    """UTF-16 would put the surrogates of 🙂 before U+FFFD."""
    random = Random(14)
    pairs = [("\ufffd", "🙂"), ("", "a"), ("a", "ab"), ("Z", "a"), ("é", "z"), ("\0", "")]
    pairs += [(word(random, 4), word(random, 4)) for _ in range(CASES)]
    answers = ask([("text", left, right, 0, 0) for left, right in pairs])
    assert [answer[15:17] for answer in answers] == [[a < b, a == b] for a, b in pairs]


def test_padding_and_repeating(ask) -> None:
    random = Random(15)
    questions = [
        ("pads", word(random, 6), random.randint(-2, 20), word(random, 3), random.randint(0, 5))
        for _ in range(500)
    ]
    for (_, s, width, padding, times), answer in zip(questions, ask(questions), strict=True):
        missing = max(width - len(s), 0) if padding else 0
        fill = (padding * missing)[:missing]
        assert answer == [fill + s, s + fill, s * times], (s, width, padding, times)
