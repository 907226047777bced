"""Dates, escapes, header values and the response writer, against Python's own."""

from __future__ import annotations

import random
import subprocess
import urllib.parse
from email.utils import formatdate
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NATIVE = HERE.parents[2] / "packages/nyash-http/src/nyash_http/native"


@pytest.fixture(scope="module")
def ask(build_native):
    names = ("scan", "date", "status", "response", "urlencoded")
    sources = [HERE / "pure_harness.c", *(NATIVE / f"http_{name}.c" for name in names)]
    program = build_native("pure_harness", sources, [NATIVE])

    def ask(*lines: str) -> list[str]:
        outcome = subprocess.run(
            [program], input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert outcome.returncode == 0, outcome.stderr
        return outcome.stdout.splitlines()

    return ask


def test_9110_5_6_7_dates(ask):
    source = random.Random(1)
    last = 253402300799
    seconds = [0, 784111777, 951782400, 951868799, 4107542400, -1, -62135596800, last]
    seconds += [source.randrange(-62135596800, last) for _ in range(3000)]
    expected = [formatdate(second, usegmt=True) for second in seconds]
    assert ask(*(f"date {second}" for second in seconds)) == expected


def test_the_cached_date_follows_the_clock(ask):
    times = [0, 1, 999, 1000, 1999, 500, 86400000]
    expected = [formatdate(time // 1000, usegmt=True) for time in times]
    assert ask(*(f"cached {time}" for time in times)) == expected


TEXTS = [b"", b"a", b"a+b", b"%41", b"%4", b"%", b"%zz%20", b"a%2Bb+%C3%A9", b"%00", b"100%",
         b"%%41", b"%2541", b"+", b"%e2%82%ac"]  # fmt: skip


def test_escapes(ask):
    source = random.Random(2)
    texts = TEXTS + [bytes(source.choices(b"%%4aZ+x1", k=20)) for _ in range(500)]
    paths = [urllib.parse.unquote_to_bytes(text).hex() for text in texts]
    forms = [urllib.parse.unquote_to_bytes(text.replace(b"+", b" ")).hex() for text in texts]
    assert ask(*(f"path {text.hex()}" for text in texts)) == paths
    assert ask(*(f"form {text.hex()}" for text in texts)) == forms


def test_pairs(ask):
    text = b"&a=1&&b&=c&d==e&f="
    expected = [(b"a", b"1"), (b"b", b""), (b"", b"c"), (b"d", b"=e"), (b"f", b"")]
    assert ask(f"pairs {text.hex()}") == [
        "".join(f"{name.hex()}={value.hex()} " for name, value in expected)
    ]


def test_9110_5_5_values_and_tokens(ask):
    lines, expected = ["value"], ["1 0"]
    for byte in range(256):
        value = byte == 9 or (byte >= 32 and byte != 127)
        token = (chr(byte).isalnum() and byte < 128) or byte in b"!#$%&'*+-.^_`|~"
        for text in (bytes([byte]), b"abcdefgh" + bytes([byte]) + b"abcdefgh"):
            lines.append(f"value {text.hex()}")
            expected.append(f"{int(value)} {int(token)}")
    assert ask(*lines) == expected


@pytest.mark.parametrize("status", [100, 101, 200, 204, 304, 404, 599])
@pytest.mark.parametrize("length", [0, 1, 100_000])
def test_the_writer_keeps_within_its_room(ask, status, length):
    written = bytes.fromhex(ask(f"{status} {length}")[0])
    head, _, body = written.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d A reason phrase\r\n" % status)
    bodiless = status < 200 or status in (204, 304) or length == 1
    assert len(body) == (0 if bodiless else length)
    assert (b"Content-Length" in head) == (status >= 200 and status != 204)
