"""JSON against Python's json and RFC 8259: random documents both ways, and the documents that parsers
are known to get wrong (the kinds are those of N. Seriot's "Parsing JSON is a Minefield")."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

CASES = 1_500
DEPTH_LIMIT = 512

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(text, inner, max_size=5),
    max_leaves=20,
)


def as_printed(value: Any) -> Any:
    """A whole Float prints like an Integer, with zeros after its shortest digits."""
    if isinstance(value, float) and value.is_integer() and value != 0:
        return int(Decimal(repr(value)))
    if isinstance(value, list):
        return [as_printed(item) for item in value]
    if isinstance(value, dict):
        return {key: as_printed(item) for key, item in value.items()}
    return value


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.lists(values, min_size=20, max_size=60))
def test_random_documents(ask, documents: list[Any]) -> None:
    """Written by Python in several styles, read and written here, read by Python again."""
    questions = []
    for value in documents:
        questions.append(("json", json.dumps(value, ensure_ascii=True)))
        questions.append(("json", json.dumps(value, ensure_ascii=False, indent=1)))
        questions.append(("jsonTwice", json.dumps(value, separators=(",", ":")), 3))
    answers = ask(questions)
    for position, value in enumerate(documents):
        for answer in answers[3 * position : 3 * position + 3]:
            assert as_printed(json.loads(answer)) == as_printed(value)


def test_written_as_python_writes_it(ask) -> None:
    """Compact and with indents: the same bytes, where no Float is whole."""
    random = Random(6)
    documents = [document(random, 4) for _ in range(CASES)]
    compact = [json.dumps(d, separators=(",", ":"), ensure_ascii=False) for d in documents]
    assert ask([("json", text) for text in compact]) == compact


def document(random: Random, depth: int) -> Any:
    kind = random.randrange(8 if depth else 6)
    if kind == 6:
        return [document(random, depth - 1) for _ in range(random.randrange(4))]
    if kind == 7:
        return {word(random): document(random, depth - 1) for _ in range(random.randrange(4))}
    plain = (
        None,
        True,
        False,
        random.randint(-(2**63), 2**63 - 1),
        random.randint(1, 999) / 8 + 1 / 16,
    )
    return (*plain, word(random))[kind]


def word(random: Random) -> str:
    return "".join(random.choices('aé漢🙂"\\/\b\f\n\r\t\x00\x1f\x7f\u2028 ', k=random.randrange(6)))


def test_strings(ask) -> None:
    """Every kind of escape; controls are escaped when written, everything else is as it is."""
    read = {
        r'"\u0041\u00e9\u6f22"': "Aé漢",
        r'"\ud83d\ude42"': "🙂",
        r'"\uD83D\uDE42x"': "🙂x",
        r'"\udbff\udfff"': "\U0010ffff",
        r'"\ud800\udc00"': "\U00010000",
        r'"\"\\\/\b\f\n\r\t"': '"\\/\b\f\n\r\t',
        r'"\u0000\u001f\u007f"': "\0\x1f\x7f",
        r'"\ufeff\uffff\ufffe"': "\ufeff\uffff\ufffe",
        '"\x7f\u2028\u2029"': "\x7f\u2028\u2029",
    }
    answers = ask([("json", document) for document in read])
    assert [json.loads(answer) for answer in answers] == list(read.values())
    assert answers == [json.dumps(value, ensure_ascii=False) for value in read.values()]
    lone = [
        r'"\ud800"',
        r'"\udc00"',
        r'"\ud800\ud800"',
        r'"\ud800x"',
        r'"\ud83d\u0041"',
        r'"\udc00\ud800"',
    ]
    lone += [r'"\ud800\n"', r'"x\uDFFF"', r'{"\ud800":1}', r'"\ud83d\ud83d\ude42"']
    assert set(ask([("json", document) for document in lone])) == {"!ParseError"}


@pytest.mark.parametrize("control", [chr(code) for code in range(32)])
def test_bare_control_characters_are_refused(ask, control: str) -> None:
    assert ask([("json", f'"a{control}b"'), ("json", f'{{"{control}":1}}')]) == ["!ParseError"] * 2


VALID = {
    "0": "0",
    "-0": "0",
    "-0.0": "-0",
    "1E5": "100000",
    "1e+2": "100",
    "1.50": "1.5",
    "123e-2": "1.23",
    " [ 1 , 2 ] \n\t\r": "[1,2]",
    '{"a":1,"b":2,"a":3}': '{"a":3,"b":2}',
    '{"":0}': '{"":0}',
    "9223372036854775807": "9223372036854775807",
    "-9223372036854775808": "-9223372036854775808",
    "9223372036854775808": "9223372036854776000",
    "-9223372036854775809": "-9223372036854776000",
    "123456789012345678901234567890": "123456789012345680000000000000",
    "1e-400": "0",
    "[[],{}]": "[[],{}]",
    '"/"': '"/"',
    "[null,true,false]": "[null,true,false]",
}


def test_valid(ask) -> None:
    assert dict(zip(VALID, ask([("json", document) for document in VALID]), strict=True)) == VALID


INVALID = """\
|[|]|{|}|,|:|"|"a|a|'a'|[1,]|[,1]|[1,,2]|[1 2]|[1|[1}|{1}|{"a"}|{"a":}|{"a":1,}|{,"a":1}|{"a" 1}
{a:1}|{'a':1}|{"a":1 "b":2}|{"a":1|{null:1}|[1]]|{}}|1 2|[] []|nul|nulll|True|NULL|truefalse
NaN|Infinity|-Infinity|inf|nan|+1|01|-01|1.|.5|-|-.5|1.e5|1e|1e+|1eE2|0x10|1_000|1,000|--1|0b1|2.e3
1.5.5|1e5.5|\\u0041|"\\x41"|"\\u00"|"\\u00g0"|"\\U0041"|"\\"|"\\\\"a"|"\\ "|"\\'"|"\\u{41}"|[1]#|/**/1
1//x|[1] /*x*/|\ufeff[1]|\u00a01|[\u20031]|\f1|\v1|[\u30001]|\u00661x|"a" "b"|[\"a\",]|{"a":[}]|\u0000|1\u0000"""


def test_invalid(ask) -> None:
    documents = INVALID.replace("\n", "|").split("|")
    answers = ask([("json", document) for document in documents])
    assert dict(zip(documents, answers, strict=True)) == dict.fromkeys(documents, "!ParseError")
    places = ask([("place", document) for document in documents])
    for document, (line, column) in zip(documents, places, strict=True):
        assert line == 1 and 1 <= column <= len(document) + 1, document


def test_places(ask) -> None:
    """Line and column, both from 1, columns in characters."""
    places = {
        "[1,\n 2,\n  x]": [3, 3],
        '{"é漢": ?}': [1, 8],
        "[1": [1, 3],
        "": [1, 1],
        "\n\n": [3, 1],
        '[1]\n"': [2, 1],
    }
    assert dict(zip(places, ask([("place", d) for d in places]), strict=True)) == places


def test_depth(ask) -> None:
    deep = ["[" * n + "]" * n for n in (DEPTH_LIMIT, DEPTH_LIMIT + 1, 100_000)]
    deep += ['{"a":' * n + "1" + "}" * n for n in (DEPTH_LIMIT, DEPTH_LIMIT + 1)]
    deep.append("[" * 1_000_000)
    good, *bad = (answer for answer in ask([("json", document) for document in deep]))
    assert good == deep[0]
    assert bad == ["!ParseError", "!ParseError", deep[3], "!ParseError", "!ParseError"]


def test_mutated_documents(ask, scale) -> None:
    """A valid document with one character changed is refused or accepted as by Python, but for what
    Python takes beyond the RFC."""
    random = Random(7)
    documents = []
    for _ in range(CASES * scale):
        characters = list(json.dumps(document(random, 3), ensure_ascii=random.random() < 0.5))
        for _ in range(random.randint(1, 2)):
            place = random.randrange(len(characters) + 1)
            characters[place : place + random.randrange(2)] = random.choice('[]{},:"\\e0-.+u1 tn')
        documents.append("".join(characters))
    for document_text, answer in zip(documents, ask([("json", d) for d in documents]), strict=True):
        expected = python_reads(document_text)
        if expected is REFUSED:
            assert answer == "!ParseError", document_text
        else:
            assert as_printed(json.loads(answer)) == as_printed(expected), document_text


REFUSED = object()


def python_reads(document_text: str) -> Any:
    def refuse(name: str) -> None:
        raise ValueError(name)

    def number(digits: str) -> int | float:
        whole = int(digits)
        return whole if -(2**63) <= whole < 2**63 else float(digits)

    try:
        value = json.loads(document_text, parse_constant=refuse, parse_int=number)
        json.dumps(value, ensure_ascii=False).encode()  # no lone surrogates
    except (ValueError, UnicodeEncodeError):
        return REFUSED
    return value if finite(value) else REFUSED


def finite(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(finite, value))
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    return not isinstance(value, float) or math.isfinite(value)
