"""System calls that block stop no other task, however long they take."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TICK = """
function tick() {
    loop(i in 0..5) { Task.sleep(5) }
    print("ticked")
}
"""


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """Builds a program with the leak check."""
    folder = tmp_path_factory.mktemp("offload")

    def one(name: str, text: str) -> Path:
        source, program = folder / f"{name}.nyash", folder / name
        source.write_text(TICK + text)
        command = [sys.executable, "-m", "nyash", "build", "--dev", "--leak-check", str(source)]
        subprocess.run([*command, "-o", str(program)], check=True, capture_output=True, timeout=300)
        return program

    return one


@pytest.fixture
def fifo(tmp_path: Path) -> str:
    os.mkfifo(tmp_path / "fifo")
    return str(tmp_path / "fifo")


def run(program: Path, *arguments: str, **options) -> tuple[int, str]:
    done = subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=20, **options
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_opening_a_fifo_stops_nobody_and_can_be_cancelled(build, fifo: str) -> None:
    program = build(
        "fifo",
        """
static box Main {
    main(args) {
        nowait opening = FileBox.open(args.get(0))
        nowait ticking = tick()
        await ticking
        print(opening.isReady())
        opening.cancel()
        try { await opening } catch (e) { print(e.type()) }
    }
}
""",
    )
    assert run(program, fifo) == (0, "ticked\nfalse\nCancelledError\n")


def test_what_a_fifo_brings_is_read_when_it_comes(build, fifo: str) -> None:
    program = build(
        "reader",
        """
function read(path) {
    local file = FileBox.open(path)
    local line = file.readLine()
    file.close()
    return line
}
function write(path) {
    local file = FileBox.open(path, "w")
    Task.sleep(20)
    file.write("hello\\n")
    file.close()
}
static box Main {
    main(args) {
        nowait reading = read(args.get(0))
        nowait writing = write(args.get(0))
        nowait ticking = tick()
        await ticking
        print(await reading)
        await writing
    }
}
""",
    )
    assert run(program, fifo) == (0, "ticked\nhello\n")


def test_the_end_waits_for_no_helper(build, fifo: str) -> None:
    program = build(
        "end",
        """
static box Main {
    main(args) {
        loop(i in 0..5) { nowait opening = FileBox.open(args.get(0)) }
        await tick()
        exit(4)
    }
}
""",
    )
    assert run(program, fifo) == (4, "ticked\n")


def test_operations_on_one_file_take_turns(build, tmp_path: Path) -> None:
    program = build(
        "turns",
        """
function lines(file, number) {
    loop(i in 0..50) { file.write("line of " + number + "\\n") }
}
static box Main {
    main(args) {
        local file = FileBox.open(args.get(0), "w")
        local jobs = []
        loop(i in 0..20) { nowait job = lines(file, i); jobs.push(job) }
        Task.all(jobs)
        file.close()
        local found = FileBox.open(args.get(0)).lines()
        print(found.length(), found.all(line => line.startsWith("line of ")))
    }
}
""",
    )
    assert run(program, str(tmp_path / "file")) == (0, "1000 true\n")


def test_closing_while_another_task_reads(build, fifo: str) -> None:
    program = build(
        "closing",
        """
static box Main {
    main(args) {
        local file = FileBox.open(args.get(0), "r+")
        nowait reading = file.readLine()
        await tick()
        file.close()
        local other = FileBox.open(args.get(0), "w")
        other.write("too late\\n")
        try { await reading } catch (e) { print(e.type(), e.message.endsWith("is closed")) }
    }
}
""",
    )
    assert run(program, fifo) == (0, "ticked\nIOError true\n")


def test_many_files_at_once(build, tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / str(number)).write_text("x" * number)
    program = build(
        "many",
        """
function size(path) { return FileBox.open(path).read().length() + FileBox.size(path) }
static box Main {
    main(args) {
        local jobs = []
        loop(i in 0..100) { nowait job = size(args.get(0) + "/" + i); jobs.push(job) }
        print(Task.all(jobs).reduce((a, b) => a + b, 0))
    }
}
""",
    )
    assert run(program, str(tmp_path)) == (0, f"{2 * sum(range(100))}\n")


def test_nothing_is_written_after_closing(build, fifo: str) -> None:
    """The second writer waits for its turn while the first fills the pipe (64 KiB). What is read
    lets the first end, and leaves some of it in the pipe."""
    program = build(
        "late",
        """
function write(file, text) {
    try { file.write(text) } catch (e) { print(e.type(), e.message.endsWith("is closed")) }
}
static box Main {
    main(args) {
        local file = FileBox.open(args.get(0), "r+")
        nowait first = write(file, "a" * 1000000)
        await tick()
        nowait second = write(file, "late")
        Task.yield()
        file.close()
        local reader = FileBox.open(args.get(0), "r+")
        loop(i in 0..15) { reader.read(65536) }
        await first
        await second
    }
}
""",
    )
    ours = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)  # keeps what is in the pipe at the end
    try:
        assert run(program, fifo) == (0, "ticked\nIOError true\nIOError true\n")
        left = b""
        while part := os.read(ours, 1 << 20):
            left += part
    finally:
        os.close(ours)
    assert b"late" not in left


def test_who_is_alone_needs_no_helper(build) -> None:
    """What /proc tells cannot come from the page cache."""
    program = build(
        "alone",
        """
static box Main {
    threads() {
        local file = FileBox.open("/proc/self/status")
        local lines = file.readAll().split("\\n")
        file.close()
        return lines.find(line => line.startsWith("Threads:")).split("\\t").get(1)
    }
    main() {
        print(me.threads())
        nowait other = tick()
        Task.yield()
        print(me.threads() != "1")
        await other
    }
}
""",
    )
    assert run(program) == (0, "1\ntrue\nticked\n")
