"""What the tests of whole programs share: compile a text, run an executable."""

from __future__ import annotations

import subprocess
from pathlib import Path

from nyash.driver import Options, Session
from nyash_ir.module import Module
from nyash_parse.diagnostics.text import render


def session(**options: object) -> Session:
    return Session(Options(foreign_plugins=False, **options))  # type: ignore[arg-type]


def compiled(text: str, folder: Path, using: Session) -> Module:
    """The module of a program; `folder/program.nyash` is its source."""
    source = folder / "program.nyash"
    source.write_text(text)
    module = using.module(str(source))
    assert module is not None, [render(d, using.sources) for d in using.report.diagnostics]
    return module


def built(text: str, folder: Path, **options: object) -> Path:
    """The executable of a program."""
    using = session(**options)
    module = compiled(text, folder, using)
    executable = folder / "program.exe"
    done = using.emit(module, "exe", executable)
    assert done is not None, [render(d, using.sources) for d in using.report.diagnostics]
    return executable


def run(executable: Path, exit_code: int = 0) -> tuple[str, str]:
    """Its standard output and standard error."""
    done = subprocess.run(
        [executable],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == exit_code, done.stderr
    return done.stdout, done.stderr
