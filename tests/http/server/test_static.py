"""Files over a real socket: what may be had, how much of it, and in which coding."""

from __future__ import annotations

import gzip
import http.client
import os
import random
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TEXT = b"0123456789abcdefghijklmnopqrstuvwxyz\n"
BIG = random.Random(7).randbytes(3_000_000)
"""More than one piece of sendfile, and than a socket's buffers."""
OLD = 1_700_000_000
"""Seconds since 1970; files that were just changed are read anew each second."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def put(path: Path, content: bytes, seconds: int = OLD) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (seconds, seconds))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outside = tmp_path_factory.mktemp("outside")
    put(outside / "secret.txt", b"secret")
    root = tmp_path_factory.mktemp("root")
    put(root / "a.txt", TEXT)
    put(root / "other.txt", b"other\n")
    put(root / "big", BIG)
    put(root / "empty.txt", b"")
    put(root / "sub/index.html", b"<p>sub\n")
    put(root / "sub/a b+c%.txt", b"odd\n")
    put(root / "sub/\u00e9.txt", b"accent\n")
    put(root / "bare/x.txt", b"x\n")
    put(root / ".hidden", b"hidden\n")
    put(root / ".well-known/security.txt", b"known\n")
    put(root / "style.css", b"body { }\n" * 100)
    put(root / "style.css.gz", gzip.compress(b"body { }\n" * 100))
    put(root / "style.css.br", b"as if by brotli")
    put(root / "stale.js", b"new\n", OLD + 10)
    put(root / "stale.js.gz", gzip.compress(b"old\n"))
    put(root / "only.js", b"only\n")
    put(root / "only.js.gz", gzip.compress(b"only\n"))
    put(root / "page.unknown", b"?")
    (root / "inside").symlink_to("sub/index.html")
    (root / "outside").symlink_to(outside / "secret.txt")
    (root / "outside-folder").symlink_to(outside)
    (root / "sub/up").symlink_to("../../" + outside.name + "/secret.txt")
    (root / "loop").symlink_to("loop")
    (root / "device").symlink_to("/dev/zero")
    os.mkfifo(root / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "socket"))
    return root


@pytest.fixture(scope="module")
def program(build_program) -> Path:
    return build_program(HERE / "files.nyash")


@pytest.fixture(scope="module")
def server(program: Path, root: Path, serving) -> Iterator:
    with serving(program, {"NYASH_TEST_ROOT": str(root)}) as server:
        yield server


def ask(server, path: str, method: str = "GET", **fields: str) -> Answer:
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    client.putrequest(method, path, skip_accept_encoding=True)
    for name, value in fields.items():
        client.putheader(name.replace("_", "-"), value)
    client.endheaders()
    response = client.getresponse()
    answer = Answer(response.status, dict(response.getheaders()), response.read())
    client.close()
    return answer


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/files/a.txt", 200, TEXT),
        ("/files/a%2Etxt", 200, TEXT),
        ("/fil%65s/a.txt", 200, TEXT),
        ("/files/a.txt?v=1", 200, TEXT),
        ("/files/big", 200, BIG),
        ("/files/empty.txt", 200, b""),
        ("/files/sub/", 200, b"<p>sub\n"),
        ("/files/sub/a%20b+c%25.txt", 200, b"odd\n"),
        ("/files/sub/%C3%A9.txt", 200, b"accent\n"),
        ("/files/inside", 200, b"<p>sub\n"),
        ("/files/.well-known/security.txt", 200, b"known\n"),
        ("/open/.hidden", 200, b"hidden\n"),
        ("/open/", 200, b"other\n"),
        ("/one", 200, TEXT),
        ("/made", 203, TEXT),
        ("/text", 200, None),
        ("/files/.hidden", 404, None),
        ("/files/", 404, None),
        ("/bare/sub/", 404, None),
        ("/files/bare/", 404, None),
        ("/files/none", 404, None),
        ("/files/a.txt/", 404, None),
        ("/files/a.txt/b", 404, None),
        ("/files//a.txt", 404, None),
        ("/files/sub//index.html", 404, None),
        ("/files/sub%2Findex.html", 404, None),
        ("/files/" + "n" * 300, 404, None),
        ("/files/" + "n/" * 3000, 404, None),
        ("/filesa.txt", 404, None),
        ("/gone", 404, None),
        ("/folder", 404, None),
        ("/files/../a.txt", 400, None),
        ("/files/./a.txt", 400, None),
        ("/files/sub/..", 400, None),
        ("/files/%2e%2e/a.txt", 400, None),
        ("/files/.%2E/.%2E/etc/passwd", 400, None),
        ("/files/a.txt%00", 400, None),
        ("/files/a%zz", 400, None),
        ("/files/outside", 403, None),
        ("/files/outside-folder/secret.txt", 403, None),
        ("/files/sub/up", 403, None),
        ("/files/loop", 403, None),
        ("/files/device", 403, None),
        ("/files/fifo", 403, None),
        ("/files/socket", 403, None),
    ],
)
def test_what_may_be_had(server, path: str, status: int, body: bytes | None) -> None:
    for _ in range(2):  # the second time from what was kept
        answer = ask(server, path)
        assert answer.status == status
        assert body is None or answer.body == body
        assert b"secret" not in answer.body


def test_a_folder_gets_its_slash(server) -> None:
    assert ask(server, "/files/sub").headers["Location"] == "/files/sub/"
    assert ask(server, "/files/sub?a=b").headers["Location"] == "/files/sub/?a=b"
    answer = ask(server, "/files")
    assert (answer.status, answer.headers["Location"]) == (301, "/files/")


def test_other_methods(server) -> None:
    answer = ask(server, "/files/a.txt", "HEAD")
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", "37")
    assert ask(server, "/files/big", "HEAD").headers["Content-Length"] == str(len(BIG))
    answer = ask(server, "/files/a.txt", "POST")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    ("path", "type"),
    [
        ("/files/a.txt", "text/plain; charset=utf-8"),
        ("/files/sub/", "text/html; charset=utf-8"),
        ("/files/style.css", "text/css; charset=utf-8"),
        ("/files/style.css.gz", "application/gzip"),
        ("/files/big", "application/octet-stream"),
        ("/files/page.unknown", "application/octet-stream"),
        ("/typed", "text/x"),
    ],
)
def test_types(server, path: str, type: str) -> None:
    assert ask(server, path).headers["Content-Type"] == type


def test_9110_14_ranges(server) -> None:
    size = len(TEXT)
    for given, start, end in (
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, size),
        ("bytes=5-9", 5, 10),
        ("BYTES=5-9", 5, 10),
        (f"bytes={size - 1}-", size - 1, size),
        ("bytes=30-9999", 30, size),
        ("bytes=30-99999999999999999999999", 30, size),
        ("bytes=-3", size - 3, size),
        ("bytes=-9999", 0, size),
    ):
        answer = ask(server, "/files/a.txt", Range=given)
        assert (answer.status, answer.body) == (206, TEXT[start:end]), given
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    for given in ("bytes=37-", "bytes=99-100", "bytes=-0", "bytes=99999999999999999999999-"):
        answer = ask(server, "/files/a.txt", Range=given)
        assert (answer.status, answer.body) == (416, b""), given
        assert answer.headers["Content-Range"] == f"bytes */{size}"
    for given in (
        "bytes=9-5", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-2-3", "bytes=1-2,4-5", "lines=1-2",
        "bytes", "bytes=0x1-2", "bytes=+1-2", "bytes=1 -2", "",
    ):  # fmt: skip
        answer = ask(server, "/files/a.txt", Range=given)
        assert (answer.status, answer.body) == (200, TEXT), given
    assert ask(server, "/files/a.txt", "HEAD", Range="bytes=1-2").status == 200
    assert ask(server, "/made", Range="bytes=1-2").status == 203


def test_ranges_of_a_large_file(server) -> None:
    for start, end in ((0, 1), (1_000_000, 2_900_000), (len(BIG) - 1, len(BIG))):
        answer = ask(server, "/files/big", Range=f"bytes={start}-{end - 1}")
        assert answer.status == 206 and answer.body == BIG[start:end]
    assert ask(server, "/files/empty.txt", Range="bytes=0-").status == 416


def test_9110_13_conditions(server) -> None:
    etag = ask(server, "/files/a.txt").headers["ETag"]
    date = formatdate(OLD, usegmt=True)
    assert ask(server, "/files/a.txt").headers["Last-Modified"] == date
    assert etag.startswith('"') and etag == ask(server, "/one").headers["ETag"]
    before, after = formatdate(OLD - 1, usegmt=True), formatdate(OLD + 1, usegmt=True)
    obsolete = time.strftime("%A, %d-%b-%y %H:%M:%S GMT", time.gmtime(OLD))
    asctime = time.asctime(time.gmtime(OLD))
    for status, fields in (
        (304, {"If_None_Match": etag}),
        (304, {"If_None_Match": f'"x", W/{etag}'}),
        (304, {"If_None_Match": "*"}),
        (200, {"If_None_Match": '"x"'}),
        (200, {"If_None_Match": etag.strip('"')}),
        (200, {"If_None_Match": '"x"', "If_Modified_Since": date}),
        (304, {"If_Modified_Since": date}),
        (304, {"If_Modified_Since": after}),
        (304, {"If_Modified_Since": obsolete}),
        (304, {"If_Modified_Since": asctime}),
        (200, {"If_Modified_Since": before}),
        (200, {"If_Modified_Since": "yesterday"}),
        (200, {"If_Match": etag}),
        (200, {"If_Match": "*"}),
        (200, {"If_Match": f'"a,b", {etag}'}),
        (412, {"If_Match": f"W/{etag}"}),
        (412, {"If_Match": '"x"'}),
        (412, {"If_Match": '"x"', "If_Unmodified_Since": after}),
        (200, {"If_Unmodified_Since": date}),
        (412, {"If_Unmodified_Since": before}),
        (206, {"Range": "bytes=0-1", "If_Range": etag}),
        (206, {"Range": "bytes=0-1", "If_Range": date}),
        (200, {"Range": "bytes=0-1", "If_Range": f"W/{etag}"}),
        (200, {"Range": "bytes=0-1", "If_Range": '"x"'}),
        (200, {"Range": "bytes=0-1", "If_Range": after}),
        (304, {"Range": "bytes=0-1", "If_None_Match": etag}),
    ):
        answer = ask(server, "/files/a.txt", **fields)
        assert answer.status == status, fields
        if status == 304:
            assert answer.body == b"" and answer.headers["ETag"] == etag
            assert "Content-Type" not in answer.headers
            assert "Content-Length" not in answer.headers


def test_precompressed_siblings(server) -> None:
    plain = b"body { }\n" * 100
    for given, coding in (
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, br", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("*", "br"),
        ("*;q=0.1, br;q=0", "gzip"),
        ("gzip;q=0, br;q=0", None),
        ("deflate", None),
        ("gzip;q=2x", None),
        ("", None),
        (None, None),
    ):
        fields = {} if given is None else {"Accept_Encoding": given}
        answer = ask(server, "/files/style.css", **fields)
        assert answer.status == 200
        assert answer.headers.get("Content-Encoding") == coding, given
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
        if coding == "br":
            assert answer.body == b"as if by brotli"
        else:
            assert (gzip.decompress(answer.body) if coding else answer.body) == plain
    tags = {
        ask(server, "/files/style.css", Accept_Encoding=given).headers["ETag"]
        for given in ("br", "gzip", "")
    }
    assert len(tags) == 3
    answer = ask(server, "/files/stale.js", Accept_Encoding="gzip")
    assert answer.body == b"new\n" and "Vary" not in answer.headers
    answer = ask(server, "/files/only.js", Accept_Encoding="gzip, br")
    assert answer.headers["Content-Encoding"] == "gzip"


def test_texts_without_a_sibling_are_compressed_once(server, root: Path) -> None:
    text = b"<li>item\n" * 5000
    put(root / "list.html", text)
    headers = ask(server, "/files/list.html", Accept_Encoding="gzip").headers
    for _ in range(3):
        answer = ask(server, "/files/list.html", Accept_Encoding="gzip")
        assert answer.headers["Content-Encoding"] == "gzip" and len(answer.body) < 1000
        assert gzip.decompress(answer.body) == text
    plain = ask(server, "/files/list.html")
    assert plain.body == text and plain.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != headers["ETag"]
    for tag, coding, status in (
        (headers["ETag"], "gzip", 304),
        (headers["ETag"], "", 200),
        (plain.headers["ETag"], "", 304),
    ):
        fields = {"If_None_Match": tag, "Accept_Encoding": coding}
        assert ask(server, "/files/list.html", **fields).status == status
    part = ask(server, "/files/list.html", Accept_Encoding="gzip", Range="bytes=10-19")
    assert part.status == 206 and part.body == answer.body[10:20]
    time.sleep(1.1)  # it is looked whether it has changed
    assert ask(server, "/files/list.html", Accept_Encoding="gzip").headers == headers | {
        "Date": ask(server, "/files/list.html", Accept_Encoding="gzip").headers["Date"]
    }
    put(root / "noise.txt", random.Random(5).randbytes(5000))
    assert "Content-Encoding" not in ask(server, "/files/noise.txt", Accept_Encoding="gzip").headers


def test_cache_control(server) -> None:
    assert ask(server, "/open/a.txt").headers["Cache-Control"] == "max-age=3600"
    assert "Cache-Control" not in ask(server, "/files/a.txt").headers


def test_a_changed_file_is_seen_within_two_seconds(server, root: Path) -> None:
    path = root / "changing.txt"
    put(path, b"one\n")
    first = ask(server, "/files/changing.txt")
    assert first.body == b"one\n"
    put(path, b"two\n", OLD + 1)
    end = time.monotonic() + 3
    while (second := ask(server, "/files/changing.txt")).body == b"one\n":
        assert time.monotonic() < end
        time.sleep(0.05)
    assert second.body == b"two\n" and second.headers["ETag"] != first.headers["ETag"]
    path.unlink()
    while ask(server, "/files/changing.txt").status != 404:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_file_that_shrinks_while_it_is_sent_ends_the_connection(server, root: Path) -> None:
    put(root / "shrinking", bytes(30_000_000))
    with server.connect() as client:
        client.sendall(b"GET /files/shrinking HTTP/1.1\r\nHost: a\r\n\r\n")
        head = client.recv(1000)
        assert b"Content-Length: 30000000" in head
        os.truncate(root / "shrinking", 1000)
        total = 0
        while part := client.recv(1 << 20):
            total += len(part)
        assert total < 30_000_000
    (root / "shrinking").unlink()


def test_a_slow_reader_holds_nobody_up(server) -> None:
    with server.connect() as slow:
        slow.sendall(b"GET /files/big HTTP/1.1\r\nHost: a\r\n\r\n")
        start = time.monotonic()
        for _ in range(20):
            assert ask(server, "/files/a.txt").status == 200
        assert time.monotonic() - start < 2
        received = b""
        while len(received) < len(BIG):
            received += slow.recv(1 << 20)
        assert received.endswith(BIG[-1000:])


def test_pipelined_files_come_in_order(server) -> None:
    paths = ("/files/a.txt", "/files/big", "/one", "/files/none", "/files/sub/")
    batch = b"".join(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode() for path in paths)
    answers = server.exchange(batch)
    places = [answers.index(part) for part in (TEXT, BIG, b"404 Not", b"<p>sub")]
    assert places == sorted(places) and answers.count(b"HTTP/1.1 ") == 5


def test_small_files_are_one_read_and_one_write(server) -> None:
    """The head and the content leave together, without asking the file system."""
    ask(server, "/files/a.txt")
    strace = ["strace", "-f", "-c", "-p", str(server.process.pid)]
    try:
        watcher = subprocess.Popen(strace, stderr=subprocess.PIPE, text=True)
    except FileNotFoundError:
        pytest.skip("no strace")
    assert watcher.stderr is not None
    if "attached" not in watcher.stderr.readline():
        pytest.skip("strace may not attach here")
    with server.connect() as client:
        for _ in range(100):
            client.sendall(b"GET /files/a.txt HTTP/1.1\r\nHost: a\r\n\r\n")
            assert client.recv(4096).endswith(TEXT)
    watcher.terminate()
    counts = {}
    for line in watcher.stderr.read().splitlines():
        words = line.split()
        if len(words) >= 5 and words[3].isdigit():
            counts[words[-1]] = int(words[3])
    assert 100 <= counts["sendto"] <= 102 and 100 <= counts["recvfrom"] <= 103, counts
    assert sum(counts.get(name, 0) for name in ("openat2", "fstat", "sendfile")) <= 12, counts


def test_many_clients_and_files_leave_nothing(server, root: Path) -> None:
    for number in range(200):
        put(root / f"many/{number}.txt", b"%d\n" % number)
        put(root / f"many/{number}.bin", bytes(100_000))

    def some(first: int) -> None:
        for number in range(first, 200, 4):
            assert ask(server, f"/files/many/{number}.txt").body == b"%d\n" % number
            assert len(ask(server, f"/files/many/{number}.bin").body) == 100_000

    threads = [threading.Thread(target=some, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.descriptors() < server.descriptors_at_start + 140  # 128 are kept open
    assert b'"leaks":0' in ask(server, "/memory").body
