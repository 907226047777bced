"""Runs every program of this folder and compares it with the comments it carries.

| comment | meaning |
|---|---|
| `// expect: text` | the next line of standard output; all lines must be named |
| `// expect error[N0102]: part` | this line draws that error; `part`: of its message, notes or help |
| `// expect warning[N0501]: part` | likewise; the program is built and run all the same |
| | a line may expect several; one about the file as a whole is expected at any line |
| `// expect throw: part` | the program ends by an uncaught error; standard error holds `part` |
| `// expect stderr: part` | standard error holds `part` |
| `// stdin: text` | a line of standard input |
| `// args: a "b c"` | arguments of the program |
| `// exit: 3` | the exit code (0 where it is not said) |
| `// leaks: 2` | the leak check finds 2 Boxes (0 where it is not said) |
| `// leaks: unchecked` | it cannot be checked: the program is about collecting by itself |

A program with `expect error` is only compiled. The others are built and run in development and in
release mode, and a selection of them under gcc's sanitizers too. `NYASH_LANGUAGE_MODES` chooses:
`dev` leaves release out, `sanitize` runs all of them under the sanitizers. They run with the leak
check on, so a program that leaks fails unless it says so.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from nyash.driver import Options, Session
from nyash_parse.diagnostics.model import Diagnostic
from nyash_parse.diagnostics.text import render

FOLDER = Path(__file__).parent
PROGRAMS = sorted(FOLDER.rglob("*.nyash"))
MODES = tuple(os.environ.get("NYASH_LANGUAGE_MODES", "dev,release").split(","))
SECONDS = {"dev": 20, "release": 20, "sanitize": 120}
"""For one program; the slowest needs well under one, and under sanitizers some ten."""

SANITIZED = (
    "closures/captured_across_try",
    "cycles/arrays_maps_and_closures",
    "errors/temporaries_are_released_when_thrown",
    "lifetime/callback_removes_its_own_box",
    "lifetime/explicit_fini_finalises_what_it_alone_owns",
    "match/lifetimes",
    "tasks/cancelled_while_several_run",
    "weak/null_while_the_owner_finalises",
)
"""Run under the sanitizers each time: where memory is easiest to get wrong."""

_COMMENT = re.compile(
    r"//\s*(?:(?P<kind>expect throw|expect stderr|expect|stdin|args|exit|leaks):(?: (?P<text>.*))?"
    r"|expect (?P<severity>error|warning)\[(?P<code>N\d+)\]: (?P<part>.*?))"
    r"(?=\s*// expect (?:error|warning)\[|$)"
)


@dataclass
class Expectation:
    """What one program's comments say. `diagnostics`: line, severity, code, part of the text."""

    output: list[str] = field(default_factory=list)
    diagnostics: list[tuple[int, str, str, str]] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)
    stdin: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    exit: int = 0
    leaks: int | None = 0
    """Boxes; None: not checked."""

    @property
    def errors(self) -> bool:
        return any(severity == "error" for _, severity, _, _ in self.diagnostics)

    def take(self, number: int, comment: re.Match[str]) -> None:
        words = comment["text"] or ""
        if comment["severity"]:
            part = comment["part"].strip()
            self.diagnostics.append((number, comment["severity"], comment["code"], part))
        elif comment["kind"] == "expect":
            self.output.append(words)
        elif comment["kind"] == "stdin":
            self.stdin.append(words + "\n")
        elif comment["kind"] == "args":
            self.arguments = shlex.split(words)
        elif comment["kind"] == "leaks":
            self.leaks = None if words.startswith("unchecked") else int(words)
        elif comment["kind"] == "exit":
            self.exit = int(words)
        else:
            self.stderr.append(words)


def text_of(program: Path) -> str:
    """One of them is not UTF-8."""
    return program.read_text(encoding="utf-8-sig", errors="replace")


def read_expectation(text: str) -> Expectation:
    found = Expectation()
    for number, line in enumerate(text.splitlines(), 1):
        for match in _COMMENT.finditer(line):
            found.take(number, match)
    return found


def _line(session: Session, diagnostic: Diagnostic) -> int:
    if diagnostic.primary is None:
        return 0
    span = diagnostic.primary.span
    return session.sources.sources[span.source].text.count("\n", 0, span.start) + 1


def _words(diagnostic: Diagnostic) -> str:
    advice = () if diagnostic.help is None else (diagnostic.help.text,)
    return "\n".join((diagnostic.message, *diagnostic.notes, *advice))


def _check_diagnostics(session: Session, expected: Expectation) -> None:
    shown = "\n".join(render(d, session.sources) for d in session.report.diagnostics)
    drawn = [(_line(session, d), d) for d in session.report.diagnostics]
    for line, severity, code, part in expected.diagnostics:
        match = next(
            (
                d
                for at, d in drawn
                if at in (line, 0)
                and d.severity.value == severity
                and d.code == code
                and part in _words(d)
            ),
            None,
        )
        assert match is not None, f"line {line}: no {severity}[{code}]: {part}\n{shown}"
        drawn = [(at, d) for at, d in drawn if d is not match]
    assert not drawn, f"not expected:\n{shown}"


@pytest.mark.parametrize(
    "program", PROGRAMS, ids=[str(p.relative_to(FOLDER).with_suffix("")) for p in PROGRAMS]
)
def test_program(program: Path, tmp_path: Path) -> None:
    for mode in MODES:
        _check_program(program, mode, tmp_path)


@pytest.mark.skipif(shutil.which("gcc") is None, reason="the sanitizers are gcc's")
@pytest.mark.parametrize("name", SANITIZED if "sanitize" not in MODES else ())
def test_program_under_sanitizers(name: str, tmp_path: Path) -> None:
    _check_program(FOLDER / f"{name}.nyash", "sanitize", tmp_path)


def _check_program(program: Path, mode: str, folder: Path) -> None:
    expected = read_expectation(text_of(program))
    options = Options(release=mode == "release", sanitize=mode == "sanitize", foreign_plugins=False)
    session = Session(options)
    module = session.module(str(program))
    _check_diagnostics(session, expected)
    if expected.errors:
        assert module is None
        return
    assert module is not None
    executable = folder / f"{program.stem}.{mode}"
    emitted = session.emit(module, "exe", executable)
    _check_diagnostics(session, expected)
    assert emitted is not None
    _check_run(executable, expected, mode)


def _check_run(executable: Path, expected: Expectation, mode: str) -> None:
    report = executable.with_suffix(".leaks.json")
    report.unlink(missing_ok=True)
    leak_check = {
        "NYASH_LEAK_CHECK": "0" if expected.leaks is None else "1",
        "NYASH_LEAK_REPORT": "json",
        "NYASH_LEAK_REPORT_FILE": str(report),
    }
    result = subprocess.run(
        [str(executable), *expected.arguments],
        input="".join(expected.stdin),
        capture_output=True,
        text=True,
        timeout=SECONDS[mode],
        check=False,
        env={**os.environ, **leak_check},
    )
    wanted = "".join(f"{line}\n" for line in expected.output)
    assert result.stdout == wanted, f"{mode}: standard output differs; also:\n{result.stderr}"
    for part in expected.stderr:
        assert part in result.stderr, f"{mode}: standard error lacks {part!r}"
    leaks = _check_leaks(report, expected, mode)
    wanted_exit = 23 if leaks and expected.exit == 0 else expected.exit
    assert result.returncode == wanted_exit, f"{mode}: exit code; {result.stderr}"
    if not expected.stderr:
        assert result.stderr == "", f"{mode}: nothing was expected on standard error"


def _check_leaks(report: Path, expected: Expectation, mode: str) -> bool:
    """Compare what the leak check has found; whether that was anything. A program that ends in the
    middle (a deadlock, a signal) leaves no report."""
    if expected.leaks is None or not report.exists():
        assert not expected.leaks, f"{mode}: no leak report"
        return False
    found = json.loads(report.read_text())
    shown = json.dumps({key: found[key] for key in ("groups", "cycles", "handles")}, indent=1)
    assert found["boxes"] == expected.leaks, f"{mode}: the leak check found {shown}"
    assert expected.leaks or not any(found["handles"].values()), f"{mode}: left open: {shown}"
    return found["boxes"] > 0


def test_every_comment_is_understood() -> None:
    """One that is misspelt would silently test nothing."""
    for program in PROGRAMS:
        text = text_of(program)
        expected = read_expectation(text)
        marked = len(re.findall(r"// ?(?:expect|exit|stdin|args|leaks)\b", text))
        understood = len(expected.output) + len(expected.diagnostics) + len(expected.stderr)
        understood += len(expected.stdin) + bool(expected.arguments) + ("// exit:" in text)
        understood += "// leaks:" in text
        assert marked == understood, f"{program}: a comment is not understood"
