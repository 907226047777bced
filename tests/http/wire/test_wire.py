"""Bytes in, bytes out, over the whole engine with a socket in memory.

A `.http` file: `> text` is a line from the client, `< text` one of ours, both end in CRLF; `>+` and
`<+` do not. Escapes are those of Python strings. `= silence` or `= reset`: how the client ends
(else by closing). `! closed`: we say that the connection is over. `~`: the input comes in two
pieces, cut here. `% whole`: only in one piece (else also cut at each byte, to the same effect).
"""

from __future__ import annotations

import re
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NATIVE = HERE.parents[2] / "packages/nyash-http/src/nyash_http/native"
# The library's server needs tasks and the poller; tests/http/server drives it.
ENGINE = sorted(path for path in NATIVE.glob("*.c") if path.name != "http_server.c")
INTERFACE = HERE.parents[2] / "packages/nyash-rt/src/nyash_rt/native/include"
GOOD = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
ENDINGS = {"end": 0, "silence": 1, "reset": 2}


@dataclass
class Wire:
    sent: bytes
    expected: bytes
    ending: str
    closed: bool
    cut: int
    whole: bool


def read_wire(path: Path) -> Wire:
    sent = expected = b""
    ending, closed, cut, whole = "end", False, 0, False
    for line in path.read_text().splitlines():
        mark, text = line[:2].rstrip(), line[2:].lstrip(" ")
        data = text.encode().decode("unicode_escape").encode("latin-1")
        match mark:
            case ">":
                sent += data + b"\r\n"
            case ">+":
                sent += data
            case "<":
                expected += data + b"\r\n"
            case "<+":
                expected += data
            case "=":
                ending = text
            case "!":
                closed = text == "closed"
            case "~":
                cut, whole = len(sent), True
            case "%":
                whole = text == "whole"
    return Wire(sent, expected, ending, closed, cut, whole)


@pytest.fixture(scope="module")
def run(build_native):
    program = build_native(
        "wire_harness",
        [HERE / "wire_harness.c", HERE / "memory_runtime.c", *ENGINE],
        [NATIVE, HERE, INTERFACE],
    )

    def run(wire: Wire) -> tuple[bytes, list[str]]:
        """What was sent to the client, and the facts about it."""
        head = struct.pack(
            "<IIBBxx", len(wire.sent), wire.cut, ENDINGS[wire.ending], not wire.whole
        )
        outcome = subprocess.run(
            [program], input=head + wire.sent, capture_output=True, timeout=60, check=False
        )
        assert outcome.returncode == 0, outcome.stderr.decode()
        output, *facts = outcome.stdout.decode().splitlines()
        return bytes.fromhex(output), facts[:-1]

    return run


@pytest.mark.parametrize("path", sorted(HERE.glob("*.http")), ids=lambda path: path.stem)
def test_wire(run, path):
    wire = read_wire(path)
    output, facts = run(wire)
    assert output.decode("latin-1") == wire.expected.decode("latin-1")
    assert facts[0].startswith(f"closed={int(wire.closed)} ")
    assert facts[1:] == []


@pytest.mark.parametrize("path", sorted(HERE.glob("*.http")), ids=lambda path: path.stem)
def test_9112_9_3_2_the_same_behind_others(run, path):
    """What a request is answered with does not depend on what came before it on the connection."""
    wire = read_wire(path)
    before, _ = run(Wire(GOOD * 2, b"", "silence", False, 0, True))
    cut = wire.cut and wire.cut + len(GOOD * 2)
    behind = Wire(GOOD * 2 + wire.sent, b"", wire.ending, wire.closed, cut, wire.whole)
    output, facts = run(behind)
    assert output == before + wire.expected
    assert facts[0].startswith(f"closed={int(wire.closed)} ")
    assert facts[1:] == []


def test_a_body_larger_than_any_buffer(run):
    body = bytes(range(256)) * 4000
    head = b"POST /describe HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
    output, _ = run(Wire(head + body, b"", "end", False, 0, True))
    assert body in output


def test_a_chunked_body_larger_than_any_buffer(run):
    head = b"POST /describe HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = bytes(range(256)) * 3
    raw = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for _ in range(600)) + b"0\r\n\r\n"
    output, _ = run(Wire(head + raw + b"GET / HTTP/1.0\r\n\r\n", b"", "end", False, 0, True))
    assert chunk * 600 in output
    assert output.endswith(b"hello\n")
    ragged = Wire(head + raw[:3000] + b"x", b"", "silence", False, 0, False)
    assert b" 400 " in run(ragged)[0] or b" 408 " in run(ragged)[0]


def test_many_pipelined_requests(run):
    stream = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 2000
    output, _ = run(Wire(stream, b"", "end", False, 0, True))
    assert output.count(b"HTTP/1.1 200 OK") == 2000


def statuses(output: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"^HTTP/1\.1 (\d{3}) ", output, re.MULTILINE)]


def writes(facts: list[str]) -> int:
    return int(facts[0].rpartition("writes=")[2])


@pytest.mark.parametrize("count", [1, 2, 6])
def test_9112_9_3_2_the_answers_of_a_batch_leave_in_one_write(run, count):
    output, facts = run(Wire(GOOD * count, b"", "silence", False, 0, False))
    assert output.count(b"HTTP/1.1 200 OK") == count
    assert writes(facts) == 1
    assert facts[1:] == []  # nor does a cut anywhere change their order


def test_a_batch_larger_than_the_output_buffer_leaves_in_few_writes(run):
    output, facts = run(Wire(GOOD * 100, b"", "silence", False, 0, True))
    assert output.count(b"HTTP/1.1 200 OK") == 100
    assert writes(facts) <= 100 // 5


@pytest.mark.parametrize(
    ("last", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"rubbish\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n", 413),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    ],
)
def test_9112_9_3_2_a_bad_request_behind_good_ones_ends_the_batch(run, last, status):
    output, facts = run(Wire(GOOD * 2 + last + GOOD, b"", "end", False, 0, False))
    assert statuses(output) == [200, 200, status]
    assert output.count(b"Connection: close") == 1
    assert writes(facts) == 1
    assert facts[1:] == []


def test_a_request_that_stays_a_part_holds_no_answer_back(run):
    output, facts = run(Wire(GOOD * 2 + GOOD[:-3], b"", "silence", False, 0, True))
    assert statuses(output) == [200, 200, 408]
    assert writes(facts) == 2  # both, then after the silence the refusal
