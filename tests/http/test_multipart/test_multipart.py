"""The parts of forms (RFC 7578), cut into pieces of every length, under sanitizers."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NATIVE = HERE.parents[2] / "packages/nyash-http/src/nyash_http/native"

Part = tuple[bytes, bytes | None, bytes | None, bytes]
"""Name, name of the file, type, content."""


@pytest.fixture(scope="module")
def parts_of(build_native):
    program = build_native(
        "multipart_harness",
        [HERE / "multipart_harness.c", NATIVE / "http_multipart.c"],
        [NATIVE],
    )

    def parts_of(cases: list[tuple[int, bytes, bytes]]) -> list[list[Part] | str]:
        given = b"".join(b"%d %d %d\n%b%b" % (n, len(t), len(b), t, b) for n, t, b in cases)
        outcome = subprocess.run(
            [program], input=given, capture_output=True, timeout=120, check=False
        )
        assert outcome.returncode == 0, outcome.stderr.decode()
        return _read(outcome.stdout)

    return parts_of


def _read(text: bytes) -> list[list[Part] | str]:
    """What the harness has found: parts, or a complaint."""
    answers: list[list[Part] | str] = []
    parts: list[list] = []
    complaint, at = "", 0
    while at < len(text):
        mark = text[at : at + 1]
        if mark in b"BFTD!":
            number = text[at + 2 : at + 20].partition(b" ")[0]
            start = at + 3 + len(number)
            content = text[start : start + int(number)]
            at = start + int(number) + 1
            if mark == b"B":
                parts.append([content, None, None, b""])
            elif mark == b"!":
                complaint = content.decode()
            else:
                place = b"_FTD".index(mark)
                parts[-1][place] = (parts[-1][place] or b"") + content
        else:
            at += 2
            if mark == b"?":
                complaint = "incomplete"
            elif mark == b"=":
                answers.append(complaint or [tuple(part) for part in parts])
                parts, complaint = [], ""
    return answers


def _body(boundary: bytes, parts: list[Part], source: random.Random) -> bytes:
    body = source.choice([b"", b"preamble\r\n", b"--\r\n\r\n", b"\r\n"])
    for name, filename, kind, content in parts:
        body += b"--" + boundary + source.choice([b"", b" ", b"\t "]) + b"\r\n"
        body += b'Content-Disposition: form-data; name="' + name + b'"'
        if filename is not None:
            body += b'; filename="' + filename + b'"'
        if kind is not None:
            body += b"\r\nContent-Type: " + kind
        body += b"\r\n\r\n" + content + b"\r\n"
    return body + b"--" + boundary + b"--" + source.choice([b"", b"\r\n", b"\r\nepilogue"])


def _random_case(source: random.Random) -> tuple[bytes, list[Part], bytes]:
    boundary = bytes(source.choices(b"ab-X", k=source.randrange(1, 6)))
    pieces = [
        b"--",
        b"\r\n",
        b"\r",
        b"\n",
        b"-",
        boundary,
        b"--" + boundary[:-1],
        b"x",
        b"\x00\xff",
    ]
    parts: list[Part] = []
    for _ in range(source.randrange(4)):
        content = b"".join(source.choices(pieces, k=source.randrange(12)))
        while b"\r\n--" + boundary in b"\r\n" + content:
            content = content.replace(b"--" + boundary, b"--")
        filename = source.choice([None, b"", b"f.txt"])
        parts.append((b"n%d" % len(parts), filename, source.choice([None, b"text/plain"]), content))
    return boundary, parts, _body(boundary, parts, source)


def test_7578_random_forms_in_pieces_of_every_length(parts_of) -> None:
    source = random.Random(7578)
    cases, expected = [], []
    for _ in range(400):
        boundary, parts, body = _random_case(source)
        kind = b"multipart/form-data; boundary=" + boundary
        for piece in (1, 2, 3, 5, 7, len(body)):
            cases.append((piece, kind, body))
            expected.append(parts)
    for case, found, wanted in zip(cases, parts_of(cases), expected, strict=True):
        assert found == wanted, case


def test_cut_anywhere_a_form_is_incomplete_or_refused_never_wrong(parts_of) -> None:
    source = random.Random(1)
    cases = []
    for _ in range(60):
        boundary, _, body = _random_case(source)
        kind = b"multipart/form-data; boundary=" + boundary
        last = body.rindex(b"--" + boundary + b"--") + len(boundary) + 4
        cases += [(4, kind, body[:end]) for end in range(last)]
    assert all(isinstance(found, str) for found in parts_of(cases))


def test_changed_bytes_are_answered_by_parts_or_a_complaint(parts_of) -> None:
    source = random.Random(2)
    cases = []
    for _ in range(3000):
        boundary, _, body = _random_case(source)
        changed = bytearray(body)
        for _ in range(source.randrange(1, 6)):
            changed[source.randrange(len(changed))] = source.randrange(256)
        kind = b"multipart/form-data; boundary=" + boundary
        cases += [(1, kind, bytes(changed)), (len(changed), kind, bytes(changed))]
    found = parts_of(cases)
    assert found[0::2] == found[1::2]
