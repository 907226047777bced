"""A selection of the golden programs with each allocation failing once, each read, write and fini."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.faults.runs import Plan, build, environment, try_program

LANGUAGE = Path(__file__).parents[1] / "language"
SELECTED = (
    "arrays/growing", "arrays/sort", "arrays/slice_concat_reverse_join", "arrays/out_of_range",
    "cycles/kept_by_its_fini", "maps/*", "mixed/*", "strings/*", "errors/*", "weak/*",
    "closures/*", "tasks/*",
)  # fmt: skip
PER_FOLDER = 3
LARGEST = 330
"""The start takes 130 allocations."""

PROGRAMS = [
    program for pattern in SELECTED for program in sorted(LANGUAGE.glob(pattern + ".nyash"))[:PER_FOLDER]
    if "// expect error[" not in program.read_text(encoding="utf-8-sig")
]  # fmt: skip


@pytest.mark.parametrize(
    "program", PROGRAMS, ids=[str(p.relative_to(LANGUAGE).with_suffix("")) for p in PROGRAMS]
)
def test_every_fault(program: Path, tmp_path: Path) -> None:
    plan = Plan(kinds=("alloc", "map", "read", "write", "fini"), limit=LARGEST, start=126)
    result = try_program(program, program.stem, tmp_path, plan)
    assert not result.skipped
    assert result.runs > 1
    assert not result.findings, "\n".join(
        f"{f.fault}: {f.what}\n{f.detail}" for f in result.findings
    )


@pytest.mark.parametrize("name", ["io/files", "arithmetic/recursion"])
def test_no_error_is_swallowed(name: str, tmp_path: Path) -> None:
    """These print something else only if an error is thrown that they do not catch."""
    kinds = ("alloc", "system", "read", "write", "short", "again", "interrupt")
    plan = Plan(kinds, start=150, limit=165, storms=True)
    result = try_program(LANGUAGE / f"{name}.nyash", name, tmp_path, plan)
    assert not result.findings
    assert not result.silent


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "p.nyash").write_text('box A { fini() { print("end") } }\nlocal a = new A()\n')
    assert build(folder / "p.nyash", folder / "p.exe", sanitize=False)
    return folder / "p.exe"


def _run(program: Path, fault: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [program], env=environment(fault), capture_output=True, text=True, timeout=20
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "value", ["alloc", "alloc:0", "alloc:x", "alloc:3-", "disk:1", "", "count,"]
)
def test_values_that_mean_nothing(tiny: Path, value: str) -> None:
    code, _, errors = _run(tiny, value)
    assert code == 2
    assert "NYASH_FAULT" in errors
    assert "kinds: alloc map" in errors


def test_the_counts(tiny: Path) -> None:
    code, out, errors = _run(tiny, "count")
    assert (code, out) == (0, "end\n")
    assert " fini=1" in errors


def test_what_cannot_be_printed_is_said_once(tiny: Path) -> None:
    code, out, errors = _run(tiny, "write:1")
    assert (code, out) == (1, "")
    assert errors == "nyash: cannot write to standard output: Input/output error\n"


def test_a_reader_that_has_gone_is_no_error(tiny: Path) -> None:
    with subprocess.Popen([tiny], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_fini_that_fails_is_reported(tiny: Path) -> None:
    code, out, errors = _run(tiny, "fini:1")
    assert (code, out) == (0, "end\n")
    assert "FaultError: this fini function was made to fail" in errors


def test_no_memory_from_the_start(tiny: Path) -> None:
    code, _, errors = _run(tiny, "alloc:1+")
    assert code == 1
    assert "no memory left" in errors
