"""`--leak-check`: what a program says at its end of the Boxes that leak, and its exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from nyash.driver import Options, Session

pytestmark = pytest.mark.slow
SOURCE = Path(__file__).with_name("leaks.nyash")
AT_STOP = Path(__file__).with_name("leaks_at_stop.nyash")


def _build(folder: Path, source: Path = SOURCE, **options: object) -> Path:
    using = Session(Options(foreign_plugins=False, **options))  # type: ignore[arg-type]
    module = using.module(str(source))
    assert module is not None, using.report.diagnostics
    executable = folder / "leaks.exe"
    assert using.emit(module, "exe", executable) is not None, using.report.diagnostics
    return executable


@pytest.fixture(scope="module", params=["dev", "release"])
def checked(request, tmp_path_factory) -> Path:
    """The program built with --leak-check."""
    release = request.param == "release"
    return _build(tmp_path_factory.mktemp(request.param), release=release, leak_check=True)


@pytest.fixture(scope="module")
def at_stop(tmp_path_factory) -> Path:
    """The program that ends by a deadlock or a signal."""
    return _build(tmp_path_factory.mktemp("at_stop"), AT_STOP, release=False, leak_check=True)


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    return _build(tmp_path_factory.mktemp("plain"), release=False)


def run(executable: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("NYASH_LEAK")}
    return subprocess.run(
        [executable, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**clean, **environment},
    )


def report(executable: Path, *arguments: str) -> dict:
    done = run(executable, *arguments, NYASH_LEAK_REPORT="json")
    assert done.returncode == 23, done.stderr
    return json.loads(done.stderr)


def line_of(text: str) -> int:
    lines = SOURCE.read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


PATHS = {
    "self": "Node.next → Node",
    "pair": "Node.next → Holder.slot → Node",
    "family": "Parent.children → ArrayBox[0] → Child.parent → Parent",
    "inherited": "Derived.other → Derived",
    "map": 'MapBox["me"] → MapBox',
    "array": "ArrayBox[1] → ArrayBox",
    "closure": "variable → FunctionBox.f → variable",
    "channel": "ChannelBox[0] → ChannelBox",
    "future": "Holder.slot → FutureBox.value → Holder",
}


@pytest.mark.parametrize("what", PATHS)
def test_paths(checked: Path, what: str) -> None:
    found = report(checked, what)
    assert [cycle["path"] for cycle in found["cycles"]] == [PATHS[what]]
    assert found["cycles"][0]["help"]


def test_the_field_to_declare_weak(checked: Path) -> None:
    def weak(what: str) -> list[tuple[str, str, int] | None]:
        cycles = report(checked, what)["cycles"]
        return [
            c["weak"] and (c["weak"]["box"], c["weak"]["field"], c["weak"]["line"]) for c in cycles
        ]

    assert weak("family") == [("Child", "parent", line_of("init { parent, name }"))]
    assert weak("self") == [("Node", "next", line_of("init { next }"))]
    assert weak("inherited") == [("Base", "other", line_of("box Base"))]
    assert weak("map") == weak("array") == weak("closure") == weak("channel") == [None]
    # Declaring one of a list's fields weak leaves the other circles: all are named.
    assert {(box, field) for box, field, _ in weak("list")} == {("Link", "owner"), ("Link", "prev")}


def test_groups_by_place(checked: Path) -> None:
    found = report(checked, "family")
    groups = {(g["box"], g["line"]): g for g in found["groups"]}
    assert {key: g["count"] for key, g in groups.items()} == {
        ("Parent", line_of("local p = new Parent()")): 1,
        ("ArrayBox", line_of("me.children = []")): 1,
        ("Child", line_of("new Child(me, name)")): 2,
        ("StringBox", line_of('name + "!"')): 2,
    }
    assert found["boxes"] == 6 and found["sites"] and found["complete"]
    kept = groups["StringBox", line_of('name + "!"')]
    assert (kept["state"], kept["keptBy"]) == ("kept", "Child.name")
    assert all(g["file"].endswith("leaks.nyash") and g["bytes"] > 0 for g in found["groups"])


def test_what_a_library_makes_belongs_to_the_line_that_called_it(checked: Path) -> None:
    groups = report(checked, "library")["groups"]
    line = line_of("a.map(")
    assert [(g["box"], g["line"], g["count"]) for g in groups] == [
        ("Holder", line - 1, 1),
        ("ArrayBox", line, 1),
        ("StringBox", line + 1, 2),
        ("ArrayBox", line + 3, 1),
    ]


def test_a_call_that_waited_is_still_the_place(checked: Path) -> None:
    """Other tasks made Boxes meanwhile."""
    groups = report(checked, "waiting")["groups"]
    assert [g["line"] for g in groups if g["box"] == "StringBox"] == [line_of("client.readLine()")]


def test_the_text(checked: Path) -> None:
    done = run(checked, "family")
    assert (done.returncode, done.stdout) == (23, "done\n")
    lines = done.stderr.splitlines()
    assert lines[0].startswith("leak check: 6 Boxes (")
    assert "1 cycle: Parent.children → ArrayBox[0] → Child.parent → Parent" in lines
    help_line = next(line for line in lines if "help" in line)
    assert help_line.startswith("    = help: declare it `weak parent` in box Child (")
    assert help_line.endswith(f"leaks.nyash:{line_of('init { parent, name }')})")
    assert any("made in Child.pack (" in line and "kept by Child.name" in line for line in lines)


def test_two_runs_say_the_same(checked: Path) -> None:
    first, second = (run(checked, "mixed").stderr for _ in range(2))
    assert first == second != ""
    assert report(checked, "mixed") == report(checked, "mixed")


@pytest.mark.parametrize("what", ["none", "held", "collected"])
def test_no_leak_no_word(checked: Path, what: str) -> None:
    done = run(checked, what)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_exit_codes(checked: Path) -> None:
    assert run(checked, "code").returncode == 3
    assert run(checked, "code and leak").returncode == 23
    assert run(checked, "exit").returncode == 23
    assert run(checked, "exit in a task").returncode == 23
    thrown = run(checked, "throw")
    assert thrown.returncode == 1
    assert "broken" in thrown.stderr and "leak check: 1 Box " in thrown.stderr


def test_a_deadlock_keeps_its_exit_code(at_stop: Path) -> None:
    clean = run(at_stop, "deadlock")
    assert clean.returncode == 1 and "leak check" not in clean.stderr
    leaking = run(at_stop, "deadlock", "leak")
    assert (leaking.returncode, leaking.stdout) == (1, "")
    assert leaking.stderr.index("DeadlockError") < leaking.stderr.index("leak check: 1 Box ")


def stop(executable: Path, which: signal.Signals, *arguments: str) -> tuple[int, str, str]:
    program = subprocess.Popen(
        [executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert program.stdout is not None and program.stdout.readline() == "ready\n"
    program.send_signal(which)
    output, errors = program.communicate(timeout=20)
    return program.returncode, output, errors


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_as_exit_does(at_stop: Path, which: signal.Signals) -> None:
    unwound = "left null\n" + "end of a node\n" * 2
    assert stop(at_stop, which, "sleep") == (128 + which, unwound, "")
    code, output, errors = stop(at_stop, which, "sleep", "leak")
    assert (code, output) == (23, unwound + "end of a node\n")
    assert errors.startswith("leak check: 1 Box ")


def test_what_the_program_does_with_a_signal_comes_first(at_stop: Path) -> None:
    program = subprocess.Popen([at_stop, "own stop"], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None and program.stdout.readline() == "ready\n"
    program.send_signal(signal.SIGTERM)
    assert program.stdout.readline() == "stopped\n"
    program.send_signal(signal.SIGTERM)
    assert program.wait(timeout=20) == 128 + signal.SIGTERM
    program.stdout.close()


def test_many_are_one_line_and_take_no_time(checked: Path) -> None:
    start = time.monotonic()
    found = report(checked, "many")
    assert time.monotonic() - start < 10
    assert [(c["path"], c["count"]) for c in found["cycles"]] == [("Node.next → Node", 100_000)]
    assert [g["count"] for g in found["groups"]] == [100_000]


def test_open_handles_are_named(checked: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    found = report(checked, "file", str(path))
    assert found["handles"]["file"] == 1
    assert found["handleNames"] == f"open file {path}\n"
    assert f"open file {path}" in run(checked, "file", str(path)).stderr


def test_any_program_by_the_environment(plain: Path) -> None:
    assert run(plain, "self").returncode == 0
    done = run(plain, "self", NYASH_LEAK_CHECK="1")
    assert done.returncode == 23
    assert "Node.next → Node" in done.stderr and "nyash build --leak-check" in done.stderr
    found = json.loads(run(plain, "self", NYASH_LEAK_CHECK="1", NYASH_LEAK_REPORT="json").stderr)
    assert found["sites"] is False and found["groups"][0]["line"] is None


def test_the_environment_can_switch_it_off(checked: Path) -> None:
    done = run(checked, "self", NYASH_LEAK_CHECK="0")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_report_in_a_file(checked: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    settings = {"NYASH_LEAK_REPORT": "json", "NYASH_LEAK_REPORT_FILE": str(path)}
    assert run(checked, "self", **settings).stderr == ""
    assert json.loads(path.read_text())["boxes"] == 1
    assert run(checked, "none", **settings).returncode == 0
    assert json.loads(path.read_text())["boxes"] == 0
    settings["NYASH_LEAK_REPORT_FILE"] = str(tmp_path / "missing" / "x")
    shown = run(checked, "self", **settings)
    assert shown.returncode == 23 and "cannot write the leak report" in shown.stderr


@pytest.mark.parametrize("name", ["NYASH_LEAK_CHECK", "NYASH_LEAK_REPORT"])
def test_values_that_mean_nothing(plain: Path, name: str) -> None:
    done = run(plain, "none", **{name: "perhaps"})
    assert (done.returncode, done.stdout) == (2, "")
    assert name in done.stderr and "perhaps" in done.stderr


def test_the_command(process, program) -> None:
    name = program("box N { init { n } }\nfunction f() { local a = new N(null)\n a.n = a }\nf()\n")
    shown = process("run", "--leak-check", name)
    assert shown.code == 23
    assert "made in f (p.nyash:2)" in shown.err and "(p.nyash:1)" in shown.err
    by_environment = process("run", name, env={**os.environ, "NYASH_LEAK_CHECK": "1"})
    assert "made in f (p.nyash:2)" in by_environment.err
    normal = process("pipeline", name, "--emit", "llvm")
    assert normal.code == 0 and "ny_allocation_site" not in normal.out
    wrong = process("check", name, env={**os.environ, "NYASH_LEAK_CHECK": "maybe"})
    assert wrong.code == 2 and "NYASH_LEAK_CHECK" in wrong.err
