"""Clauses of the RFCs that a program, or a client, could make the library break, by section."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sections(build_program, serving) -> Iterator:
    with serving(build_program(Path(__file__).with_name("sections.nyash")), {}) as server:
        yield server


def ask(
    sections,
    target: str,
    *fields: str,
    method: str = "GET",
    version: str = "1.1",
    body: bytes = b"",
) -> tuple[str, bytes]:
    """Head and body of the answer, or of the answers, to one request."""
    lines = [f"{method} {target} HTTP/{version}", "Host: a", *fields, "", ""]
    head, _, content = sections.exchange("\r\n".join(lines).encode() + body).partition(b"\r\n\r\n")
    return head.decode("latin-1"), content


@pytest.mark.parametrize("path", ["/status/205", "/streamed/205"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_9110_15_3_6_reset_content_has_no_content(sections, path: str, method: str) -> None:
    head, content = ask(sections, path, method=method)
    assert head.startswith("HTTP/1.1 205 Reset Content\r\n")
    assert head.endswith("\r\nContent-Length: 0") and content == b""


@pytest.mark.parametrize("code", [100, 102, 103])
def test_9110_15_2_an_interim_response_is_not_the_last(sections, code: int) -> None:
    head, rest = ask(sections, f"/status/{code}")
    assert head.startswith(f"HTTP/1.1 {code} ")
    assert rest.startswith(b"HTTP/1.1 500 ") and rest.endswith(b'{"error":"internal error"}')


def test_9110_15_2_no_interim_response_for_1_0(sections) -> None:
    """Once the client waited in vain: nothing was sent to it at all."""
    head, _ = ask(sections, "/status/103", "Connection: keep-alive", version="1.0")
    assert head.startswith("HTTP/1.1 500 ")


def test_9110_8_6_no_invented_length_in_the_answer_to_head(sections) -> None:
    head, _ = ask(sections, "/streamed/200", method="HEAD", version="1.0")
    assert "Content-Length" not in head and "Transfer-Encoding" not in head
    head, _ = ask(sections, "/streamed/200", method="HEAD")
    assert head.endswith("Transfer-Encoding: chunked")


def test_9110_9_3_2_head_tells_the_type_of_get(sections) -> None:
    kinds = [
        [
            line
            for line in ask(sections, "/streamed/200", method=m)[0].split("\r\n")
            if "Type" in line
        ]
        for m in ("GET", "HEAD")
    ]
    assert kinds[0] == kinds[1] == ["Content-Type: application/octet-stream"]


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("/one/a%2Fb", "/one/:name a/b"),
        ("/one/%2f", "/one/:name /"),
        ("/one/a%252Fb", "/one/:name a%2Fb"),
        ("/two/a%2fb/c", "a/b c"),
        ("/two/a%2Fb", '{"error":"not found"}'),
        ("/two/a/b", "exact"),
        ("/rest/a%2Fb/c", "a/b/c /rest/a/b/c"),
        ("/match/a%2Fb", "true a/b"),
        ("/match/a/b", "false null"),
        ("/one/" + "%2F" * 200, "/one/:name " + "/" * 200),
    ],
)
def test_3986_2_4_segments_are_told_apart_before_they_are_decoded(
    sections, target: str, body: str
) -> None:
    assert ask(sections, target)[1] == body.encode()


def test_3986_2_4_also_where_bodies_come_in_pieces(sections) -> None:
    answer = ask(sections, "/up/a%2Fb", "Content-Length: 2", method="POST", body=b"hi")
    assert answer[1] == b"a/b hi"


@pytest.mark.parametrize("authority", ["b", "B:80", "[::1]:8080"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_9112_3_2_2_the_target_s_host_replaces_the_field(sections, authority, version) -> None:
    answer = ask(sections, f"http://{authority}/host", version=version)[1]
    assert answer.decode() == f"{authority} true {authority}"


def test_9112_3_2_2_origin_form_leaves_the_field(sections) -> None:
    assert ask(sections, "/host")[1] == b"a true a"


@pytest.mark.parametrize(
    ("to", "location"),
    [
        ("/plain?a=b%23c", "/plain?a=b#c"),
        ("/%c3%a9+b", "/%C3%A9%20b"),
        ("/a%2525", "/a%25"),
        ("//[::1]/", "//[::1]/"),
    ],
)
def test_9110_10_2_2_location_is_a_uri_reference(sections, to: str, location: str) -> None:
    head, _ = ask(sections, f"/to?to={to}")
    assert f"\r\nLocation: {location}\r\n" in head


@pytest.mark.parametrize("name", ["Proxy-Authenticate", "if-match", "Keep-Alive", "Content-Length"])
def test_9110_6_5_1_fields_that_are_no_trailers(sections, name: str) -> None:
    assert ask(sections, f"/trailer?name={name}")[1] == b"1\r\na\r\n1\r\n!\r\n0\r\n\r\n"


def test_escaped_line_ends_forge_no_lines_of_the_log(sections) -> None:
    assert ask(sections, "/fails/a%0d%0aroot%20failed?secret=1")[0].startswith("HTTP/1.1 500 ")
    lines = sections.output().splitlines()
    assert "GET /fails/a%0d%0aroot%20failed: on purpose" in lines
