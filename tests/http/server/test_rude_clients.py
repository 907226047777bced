"""Many clients at once that send mutated requests in random pieces and leave when they like."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct

import pytest

pytestmark = pytest.mark.slow

GOOD = [
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /api/users/%41b HTTP/1.1\r\nHost: a\r\nCookie: a=b\r\n\r\n",
    b"POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    b"PUT /api/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n",
    b"HEAD /api/status HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"POST /api/echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9000\r\n\r\n"
    + b"x" * 9000,
]


def stream(source: random.Random) -> bytes:
    data = bytearray(b"".join(source.choices(GOOD, k=source.randrange(1, 6))))
    for _ in range(source.choice((0, 0, 1, 2))):
        place = source.randrange(len(data))
        match source.randrange(3):
            case 0:
                data[place] = source.randrange(256)
            case 1:
                del data[place : place + source.randrange(1, 20)]
            case _:
                data[place:place] = source.randbytes(source.randrange(1, 9))
    return bytes(data)


async def rude(port: int, source: random.Random) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    data = stream(source)
    with contextlib.suppress(OSError):
        while data:
            size = source.choice((1, 7, 100, 5000))
            writer.write(data[:size])
            data = data[size:]
            await writer.drain()
            if source.random() < 0.1:
                await asyncio.sleep(0.002)
            if source.random() < 0.02:
                break
        if source.random() < 0.5:
            writer.write_eof()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(source.choice((0.001, 0.05))):
                await reader.read(1 << 20)
    if source.random() < 0.3:
        end = struct.pack("ii", 1, 0)
        with contextlib.suppress(OSError):
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, end)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@pytest.mark.parametrize("seed", range(4))
def test_rude_clients(server, seed):
    async def crowd() -> None:
        limit = asyncio.Semaphore(100)

        async def one(number: int) -> None:
            async with limit:
                await rude(server.port, random.Random(seed * 10_000 + number))

        async with asyncio.timeout(60):
            await asyncio.gather(*(one(number) for number in range(500)))

    asyncio.run(crowd())
    server.await_idle()
    answer = server.exchange(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answer.endswith(b"Hello from Nyash\n")
