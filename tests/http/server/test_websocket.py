"""WebSockets over real sockets, by a client of bytes: what RFC 6455 demands and forbids."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MASKS = random.Random(6455)
"""Equal in every process that collects these tests."""
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@pytest.fixture(scope="module")
def server(build_program, serving) -> Iterator:
    with serving(build_program(HERE / "websocket.nyash"), {}) as server:
        yield server


def frame(
    opcode: int, payload: bytes = b"", last: bool = True, mask: bool = True, bits: int = 0
) -> bytes:
    head = bytes([(0x80 if last else 0) | bits | opcode])
    flag = 0x80 if mask else 0
    if len(payload) < 126:
        head += bytes([flag | len(payload)])
    elif len(payload) < 65536:
        head += bytes([flag | 126]) + struct.pack(">H", len(payload))
    else:
        head += bytes([flag | 127]) + struct.pack(">Q", len(payload))
    if not mask:
        return head + payload
    key = MASKS.randbytes(4)
    return head + key + bytes(byte ^ key[i & 3] for i, byte in enumerate(payload))


def close(code: int, reason: bytes = b"") -> bytes:
    return struct.pack(">H", code) + reason


class Client:
    """A connected WebSocket. Every frame that comes is checked for what servers must not send."""

    def __init__(self, server, path: str, *fields: str) -> None:
        self.socket = server.connect()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16))
        self.socket.sendall(request(path, key.decode(), *fields))
        self.input = b""
        while b"\r\n\r\n" not in self.input:
            self._receive()
        head, _, self.input = self.input.partition(b"\r\n\r\n")
        self.head = head.decode()
        assert self.head.startswith("HTTP/1.1 101 "), self.head
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
        assert f"Sec-WebSocket-Accept: {accept}" in self.head

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def _receive(self) -> None:
        part = self.socket.recv(1 << 20)
        if not part:
            raise EOFError
        self.input += part

    def _take(self, count: int) -> bytes:
        while len(self.input) < count:
            self._receive()
        taken, self.input = self.input[:count], self.input[count:]
        return taken

    def send(self, *args: object, **named: object) -> None:
        self.socket.sendall(frame(*args, **named))  # type: ignore[arg-type]

    def receive(self) -> tuple[int, bytes]:
        first, second = self._take(2)
        assert first & 0xF0 == 0x80 and second < 0x80, "not fragmented, no mask, no reserved bits"
        length = second
        if second == 126:
            (length,) = struct.unpack(">H", self._take(2))
            assert length > 125
        elif second == 127:
            (length,) = struct.unpack(">Q", self._take(8))
            assert length > 65535
        return first & 15, self._take(length)

    def expect_close(self, code: int | None) -> None:
        opcode, payload = self.receive()
        while opcode != CLOSE:
            opcode, payload = self.receive()
        assert payload[:2] == (b"" if code is None else close(code)), payload
        with pytest.raises((EOFError, ConnectionResetError)):
            self.receive()


def request(path: str, key: str, *fields: str, version: str = "13") -> bytes:
    lines = [
        f"GET {path} HTTP/1.1", "Host: a", "Upgrade: websocket", "Connection: keep-alive, Upgrade",
        f"Sec-WebSocket-Key: {key}", f"Sec-WebSocket-Version: {version}", *fields,
    ]  # fmt: skip
    return "\r\n".join([*lines, "", ""]).encode()


KEY = "dGhlIHNhbXBsZSBub25jZQ=="
GOOD = request("/echo", KEY)


# ---- The handshake ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /echo HTTP/1.1\r\nHost: a\r\n\r\n", 426),
        (GOOD.replace(b"Upgrade: websocket", b"Upgrade: h2c"), 426),
        (GOOD.replace(b"Connection: keep-alive, Upgrade", b"Connection: keep-alive"), 426),
        (GOOD.replace(b"Version: 13", b"Version: 8"), 426),
        (GOOD.replace(b"HTTP/1.1", b"HTTP/1.0"), 426),
        (GOOD.replace(KEY.encode(), b"short"), 400),
        (GOOD.replace(KEY.encode(), b"dGhlIHNhbXBsZSBub25jZR=="), 400),
        (GOOD.replace(KEY.encode(), b"dGhl!HNhbXBsZSBub25jZQ=="), 400),
        (GOOD.replace(b"Upgrade: w", b"Sec-WebSocket-Key: " + KEY.encode() + b"\r\nUpgrade: w"), 400),
        (GOOD.replace(b"Upgrade: w", b"Content-Length: 1\r\nUpgrade: w") + b"x", 400),
        (GOOD.replace(b"GET", b"POST"), 405),
        (GOOD.replace(b"Host: a", b"Host: a\r\nOrigin: http://b"), 403),
        (GOOD.replace(b"/echo", b"/none"), 404),
    ],
)  # fmt: skip
def test_6455_4_2_a_handshake_that_is_none(server, request_bytes: bytes, status: int) -> None:
    answer = server.exchange(request_bytes)
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer
    if status == 426:
        assert b"Upgrade: websocket" in answer and b"Sec-WebSocket-Version: 13" in answer


def test_the_key_of_the_rfc(server) -> None:
    with server.connect() as client:
        client.sendall(GOOD.lower().replace(KEY.lower().encode(), KEY.encode()).replace(
            b"get /echo http/", b"GET /echo HTTP/"))  # fmt: skip
        assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in client.recv(4096)


def test_origins_and_protocols(server) -> None:
    with Client(server, "/echo", "Origin: http://a"):
        pass
    protocols = "Sec-WebSocket-Protocol: a, c, b"
    with Client(server, "/open", "Origin: http://friend.example", protocols) as client:
        assert "Sec-WebSocket-Protocol: c" in client.head
    with Client(server, "/open", "Sec-WebSocket-Protocol: z") as client:
        assert "Sec-WebSocket-Protocol" not in client.head


def test_frames_behind_the_handshake(server) -> None:
    with server.connect() as client:
        client.sendall(GOOD + frame(TEXT, b"early"))
        answer = b""
        while not answer.endswith(b"\x81\x05early"):
            answer += client.recv(4096)


# ---- Messages --------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 4085, 65535, 65536, 300_000, 1 << 20])
def test_echo_of_each_length(server, size: int) -> None:
    with Client(server, "/echo") as client:
        for opcode, payload in ((TEXT, b"x" * size), (BINARY, os.urandom(size))):
            client.send(opcode, payload)
            assert client.receive() == (opcode, payload)


def test_fragments_with_control_frames_between(server) -> None:
    with Client(server, "/echo") as client:
        client.send(TEXT, b"one ", last=False)
        client.send(PING, b"p")
        assert client.receive() == (PONG, b"p")
        client.send(CONTINUATION, b"two ", last=False)
        client.send(PONG, b"unasked")
        client.send(CONTINUATION, b"", last=False)
        client.send(CONTINUATION, b"three")
        assert client.receive() == (TEXT, b"one two three")
        client.send(PING, b"y" * 125)
        assert client.receive() == (PONG, b"y" * 125)


def test_every_byte_alone(server) -> None:
    stream = frame(TEXT, "h\u00e9\U0001f600".encode(), last=False) + frame(CONTINUATION, b"!")
    stream += frame(BINARY, bytes(200)) + frame(PING)
    with Client(server, "/echo") as client:
        for byte in stream:
            client.socket.sendall(bytes([byte]))
        assert client.receive() == (TEXT, "h\u00e9\U0001f600!".encode())
        assert client.receive() == (BINARY, bytes(200))
        assert client.receive() == (PONG, b"")


def test_many_at_once(server) -> None:
    with Client(server, "/echo") as client:
        client.socket.sendall(b"".join(frame(TEXT, b"%d" % number) for number in range(1000)))
        assert [client.receive() for _ in range(1000)] == [
            (TEXT, b"%d" % number) for number in range(1000)
        ]


def test_6455_8_1_text_is_utf_8(server) -> None:
    good = ["\u00a0", "\u07ff\u0800\ud7ff\ue000\uffff", "\U00010000\U0010ffff", "a\u0000b"]
    with Client(server, "/echo") as client:
        for text in good:
            for cut in range(len(text.encode()) + 1):
                client.send(TEXT, text.encode()[:cut], last=False)
                client.send(CONTINUATION, text.encode()[cut:])
                assert client.receive() == (TEXT, text.encode())
    for bad in (b"\x80", b"\xc1\x80", b"\xe0\x9f\xbf", b"\xed\xa0\x80", b"\xf0\x8f\xbf\xbf",
                b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xc3(", b"\xe2\x82", b"\xff"):  # fmt: skip
        with Client(server, "/echo") as client:
            client.send(TEXT, b"ok" + bad)
            client.expect_close(1007)
    with Client(server, "/echo") as client:  # the wrong byte is refused before the message ends
        client.send(TEXT, b"a\xe2", last=False)
        client.send(CONTINUATION, b"(", last=False)
        client.expect_close(1007)


@pytest.mark.parametrize(
    "stream",
    [
        frame(TEXT, b"x", mask=False),
        frame(TEXT, b"x", bits=0x40),
        frame(TEXT, b"x", bits=0x20),
        frame(PING, b"x", bits=0x10),
        frame(3), frame(7), frame(11), frame(15),
        frame(PING, b"x", last=False),
        frame(PING, b"x" * 126),
        frame(CLOSE, close(1000) + b"x" * 124),
        frame(CONTINUATION, b"x"),
        frame(TEXT, b"x", last=False) + frame(TEXT, b"y"),
        frame(TEXT, b"x", last=False) + frame(BINARY, b"y"),
        b"\x81\xfe\x00\x01" + bytes(5),
        b"\x81\xff" + struct.pack(">Q", 100) + bytes(104),
        b"\x81\xff" + struct.pack(">Q", 1 << 63) + bytes(4),
        frame(CLOSE, b"x"),
        frame(CLOSE, close(0)), frame(CLOSE, close(999)), frame(CLOSE, close(1004)),
        frame(CLOSE, close(1005)), frame(CLOSE, close(1006)), frame(CLOSE, close(1015)),
        frame(CLOSE, close(2999)), frame(CLOSE, close(5000)),
    ],
)  # fmt: skip
def test_6455_5_what_breaks_the_rules(server, stream: bytes) -> None:
    with Client(server, "/echo") as client:
        client.socket.sendall(stream)
        client.expect_close(1002)


def test_too_long(server) -> None:
    with Client(server, "/small") as client:
        client.send(TEXT, b"x" * 1000)
        assert client.receive() == (TEXT, b"x" * 1000)
        client.send(TEXT, b"x" * 600, last=False)
        client.send(CONTINUATION, b"x" * 401)
        client.expect_close(1009)
    with Client(server, "/echo") as client:  # nothing is kept free for what was only announced
        client.socket.sendall(b"\x82\xff" + struct.pack(">Q", 1 << 40) + bytes(4))
        client.expect_close(1009)


# ---- Closing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [None, 1000, 1001, 1003, 1011, 1014, 3000, 4999])
def test_6455_7_close_codes_come_back(server, code: int | None) -> None:
    with Client(server, "/echo") as client:
        client.send(CLOSE, b"" if code is None else close(code, "r\u00e9".encode()))
        client.expect_close(code)
    shown = "closed 1005 \n" if code is None else f"closed {code} r\u00e9\n"
    end = time.monotonic() + 5
    while shown not in server.output():
        assert time.monotonic() < end, server.output()
        time.sleep(0.01)


def test_nothing_is_answered_behind_a_close(server) -> None:
    with Client(server, "/echo") as client:
        client.socket.sendall(frame(CLOSE, close(1000)) + frame(TEXT, b"x") + frame(PING))
        client.expect_close(1000)
    with Client(server, "/echo") as client:
        client.send(CLOSE, close(1000, b"\xff"))
        client.expect_close(1007)


@pytest.mark.parametrize(
    ("path", "message", "code"),
    [
        ("/close", None, 4001),
        ("/return", b"bye", 1000),
        ("/throw", b"now", 1011),
        ("/json", b'{"a":1}', 1000),
        ("/bad-close", None, 1011),
        ("/late", None, 1000),
    ],
)
def test_the_server_closes_once(server, path: str, message: bytes | None, code: int) -> None:
    with Client(server, path) as client:
        if message is not None:
            assert client.receive() == (TEXT, message)
        opcode, payload = client.receive()
        assert (opcode, payload[:2]) == (CLOSE, close(code))
        client.send(TEXT, b"dropped")
        client.send(CLOSE, close(code))
        with pytest.raises((EOFError, ConnectionResetError)):
            client.receive()


def test_a_client_that_does_not_answer_the_close(server) -> None:
    with Client(server, "/return") as client:
        client.receive()
        start = time.monotonic()
        client.expect_close(1000)
        assert 1.0 < time.monotonic() - start < 6


def test_errors_of_the_program_are_reported(server) -> None:
    output = server.output()
    assert "GET /throw: on purpose" in output and "GET /bad-close: ArgumentError" in output


# ---- Silence, slowness, leaving --------------------------------------------------------------


def test_pings_and_what_follows_silence(server) -> None:
    with Client(server, "/small") as client:
        for _ in range(3):
            assert client.receive() == (PING, b"")
            client.send(PONG)
        client.send(TEXT, b"alive")
        while (got := client.receive()) != (TEXT, b"alive"):
            assert got == (PING, b"")
            client.send(PONG)
        start = time.monotonic()
        with pytest.raises((EOFError, ConnectionResetError)):
            while True:  # a ping that nobody answers, then the end
                client.receive()
        assert time.monotonic() - start < 4
    with Client(server, "/ping") as client:
        assert client.receive() == (PING, b"hi")


def test_two_tasks_send_whole_messages(server) -> None:
    with Client(server, "/many") as client:
        seen = [client.receive() for _ in range(40)]
        assert {payload for _, payload in seen} == {b"a" * 100_000, b"b" * 100_000}


def test_a_client_that_does_not_read_or_leaves_ends_its_task(server) -> None:
    before = int(ask(server, "/ended"))
    reader = Client(server, "/flood")
    time.sleep(0.2)
    assert ask(server, "/ended") == str(before).encode()  # it waits; others are served
    reader.socket.close()
    clients = [Client(server, "/echo") for _ in range(20)]
    for number, client in enumerate(clients):
        client.socket.sendall(frame(TEXT, b"x" * 100)[: number * 6])
        if number % 2:
            linger = (1).to_bytes(4, "little") + bytes(4)
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        client.socket.close()
    end = time.monotonic() + 8
    while int(ask(server, "/ended")) < before + 21:
        assert time.monotonic() < end
        time.sleep(0.02)
    server.await_idle()
    assert "/flood" not in server.output() and "IOError" not in server.output()
    report = json.loads(ask(server, "/memory"))
    assert report["leaks"] == 0 and report["sockets"] <= 3 and report["tasks"] <= 3


def ask(server, path: str) -> bytes:
    answer = server.exchange(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    return answer.partition(b"\r\n\r\n")[2]


def test_a_server_that_stops_says_so(server_class, server) -> None:
    another = server_class(server.process.args[0], {})
    with Client(another, "/echo") as client:
        client.send(TEXT, b"x")
        assert client.receive() == (TEXT, b"x")
        another.process.terminate()
        opcode, payload = client.receive()
        assert (opcode, payload) == (CLOSE, close(1001, b"the server stops"))
        client.socket.close()
    assert another.process.wait(10) == 0, another.output()


def test_6455_5_5_a_reason_that_is_too_long_is_refused(server) -> None:
    with Client(server, "/long-close") as client:
        assert client.receive() == (TEXT, b"close: a reason has at most 123 bytes")
        opcode, payload = client.receive()
        assert (opcode, payload) == (CLOSE, close(4000, b"x" * 123))


def test_what_a_websocket_tells_of_itself(server) -> None:
    with Client(server, "/about", "Sec-WebSocket-Protocol: o, p") as client:
        assert client.receive() == (TEXT, b'["p","/about",true]')
        client.send(CLOSE, close(1000))
        client.expect_close(1000)
    deadline = time.monotonic() + 5
    while "open false" not in server.output() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "open false" in server.output()
