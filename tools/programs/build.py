"""Several programs in one file, built and run; what each of them came to."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nyash.driver import Options, Session
from nyash_parse.diagnostics.model import Severity
from nyash_parse.diagnostics.text import render

from .program import Program

PRELUDE = Path(__file__).with_name("prelude.nyash")
BUILDS = {
    "plain": Options(
        release=False,
        only_passes=("dead_code", "ownership"),
        leak_check=True,
        foreign_plugins=False,
    ),
    "dev": Options(release=False, leak_check=True, foreign_plugins=False),
    "release": Options(release=True, leak_check=True, foreign_plugins=False),
    "sanitize": Options(release=False, sanitize=True, leak_check=True, foreign_plugins=False),
}
"""`plain` has only what drops unused functions and counts references: no optimiser of ours."""
SECONDS = 20


class Refused(Exception):
    """The compiler does not take the programs; the message is its own."""


@dataclass(frozen=True)
class Result:
    exit_code: int
    output: str
    errors: str


def source(programs: Sequence[Program]) -> str:
    """The program's number is the argument; what `main` gives is the exit code."""
    texts = [program.text(f"p{number}_") for number, program in enumerate(programs)]
    cases = [f"                {n} => p{n}_main()," for n in range(len(programs))]
    main = [
        "static box Main {",
        "    main(args) {",
        "        try {",
        "            return match args[0].toInteger() {",
        *cases,
        "            }",
        "        } finally { DEBUG.collect() } // circles are no leaks here",
        "    }",
        "}",
    ]
    return "\n".join([PRELUDE.read_text(encoding="utf-8"), *texts, *main]) + "\n"


def build(text: str, way: str, folder: Path) -> Path:
    """The executable. Raises `Refused`."""
    file, executable = folder / "programs.nyash", folder / way
    file.write_text(text, encoding="utf-8")
    session = Session(BUILDS[way])
    module = session.module(str(file))
    if module is None or session.emit(module, "exe", executable) is None:
        errors = [d for d in session.report.diagnostics if d.severity is Severity.ERROR]
        raise Refused("\n".join(render(error, session.sources) for error in errors))
    return executable


def run(executable: Path, number: int) -> Result:
    try:
        done = subprocess.run(
            [executable, str(number)], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Result(-1, "", f"runs longer than {SECONDS} s")
    return Result(done.returncode, done.stdout, done.stderr)
