"""Executables of small programs, for what only running shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from compiling import built, run

pytestmark = pytest.mark.slow


@pytest.fixture(params=[True, False], ids=["release", "development"])
def release(request: pytest.FixtureRequest) -> bool:
    return request.param


def test_a_static_box_whose_creation_threw_is_made_again(tmp_path: Path, release: bool) -> None:
    program = """
    global attempts = 0
    static box Config {
        init { port }
        static {
            attempts = attempts + 1
            if attempts == 1 { throw "not yet" }
            me.port = 80
        }
        fini() { print("end of Config") }
    }
    static box Main {
        main() {
            try { print(Config.port) } catch (e) { print(e) }
            print(Config.port, attempts)
            print(Config.port, attempts)
        }
    }
    """
    out, _ = run(built(program, tmp_path, release=release))
    assert out.splitlines() == ["not yet", "80 2", "80 2", "end of Config"]


def test_literals_larger_than_a_stack(tmp_path: Path, release: bool) -> None:
    items = ", ".join(str(i) for i in range(5_000))
    mixed = ", ".join(f"x + {i}" for i in range(4_200))
    entries = ", ".join(f'"k{i}": {i}' for i in range(3_000))
    program = f"""
    local x = 1
    local a = [{items}]
    print(a.length(), a.get(4999))
    local b = [{mixed}]
    print(b.length(), b.get(4199))
    local m = {{{entries}}}
    print(m.size(), m.get("k2999"))
    """
    out, _ = run(built(program, tmp_path, release=release))
    assert out.splitlines() == ["5000 4999", "4200 4200", "3000 2999"]


def test_an_uncaught_error_shows_where_it_passed(tmp_path: Path, release: bool) -> None:
    program = """\
function deep(n) {
    if n == 0 { throw "deep down" }
    return deep(n - 1) + 1
}
global each = x => deep(x)
box Runner {
    go() {
        try {
            return [1].map(each)
        } finally {
            print("finally")
        }
    }
}
new Runner().go()
"""
    out, err = run(built(program, tmp_path, release=release), exit_code=1)
    assert out == "finally\n"
    lines = [line.strip() for line in err.splitlines()]
    assert "deep down" in lines[0]
    assert [line.split(" (")[0] for line in lines[1:3]] == ["at deep", "at deep"]
    assert lines[1].endswith("program.nyash:2)") and lines[2].endswith("program.nyash:3)")
    assert any(line.startswith("at Runner.go (") and ":9)" in line for line in lines)


def test_what_an_error_leaves_behind_is_released_in_order(tmp_path: Path, release: bool) -> None:
    program = """
    box Noisy {
        init { name }
        pack(name) { me.name = name }
        fini() { print("fini " + me.name) }
    }
    function fail() { throw "failed" }
    function work() {
        local a = new Noisy("a")
        local b = new Noisy("b")
        return [a, new Noisy("temporary"), fail()]
    }
    try { work() } catch (e) { print("caught " + e) }
    """
    out, _ = run(built(program, tmp_path, release=release))
    assert out.splitlines() == ["fini temporary", "fini b", "fini a", "caught failed"]


def test_members_and_methods_of_unknown_boxes(tmp_path: Path, release: bool) -> None:
    program = """
    box A { init { x } pack() { me.x = 1 } hello(n) { return "A" + n } }
    box B { private { x } public { back } init { weak other } pack() { me.x = 2 }
            hello(n) { return "B" + n } }
    box C { init { hello } pack() { me.hello = n => "C" + n } }
    function attempt(f) { try { print(f()) } catch (e) { print(e.type()) } }
    local all = [new A(), new B(), new C(), 7, null]
    loop(one in all) {
        attempt(() => one.hello(1))
        attempt(() => one.x)
    }
    local bound = all.get(0)
    local method = bound.hello
    print(method(5))
    bound.x = "new"
    print(bound.x)
    local b = all.get(1)
    b.other = bound
    print(b.other.x)
    bound.fini()
    attempt(() => bound.x)
    print(b.other)
    """
    out, _ = run(built(program, tmp_path, release=release))
    assert out.splitlines() == [
        "A1", "1",
        "B1", "MethodNotFoundError",
        "C1", "MethodNotFoundError",
        "MethodNotFoundError", "MethodNotFoundError",
        "NullError", "NullError",
        "A5", "new", "new", "UseAfterFiniError", "null",
    ]  # fmt: skip


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_the_sanitised_flavour_finds_nothing(tmp_path: Path) -> None:
    program = """
    box Node {
        init { next, name }
        pack(name) { me.name = name }
        fini() { print("end " + me.name) }
    }
    local a = new Node("a")
    a.next = new Node("b")
    local f = () => a.next.name + "!"
    print(f())
    try { [a].get(0).missing() } catch (e) { print(e.type()) }
    """
    out, err = run(built(program, tmp_path, sanitize=True))
    assert out.splitlines() == ["b!", "MethodNotFoundError", "end a", "end b"]
    assert err == ""
