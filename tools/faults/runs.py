"""One program built with faults, run once for each n; what ends are in order."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nyash.driver import Options, Session

KINDS = [
    "alloc",
    "map",
    "thread",
    "open",
    "accept",
    "connect",
    "read",
    "write",
    "interrupt",
    "poll",
    "fini",
]  # ny_fault_kind in native/fault.h

_CHECK_EXIT = 99
_COUNTS = re.compile(r"^faults: (.*)$", re.M)
_COMMENT = re.compile(r"//\s*(stdin|args): (.*)$", re.M)
_ENVIRONMENT = {
    "MALLOC_PERTURB_": "165",  # glibc: what is freed is overwritten
    "ASAN_OPTIONS": "detect_stack_use_after_return=0:abort_on_error=0",
}


@dataclass(frozen=True)
class Finding:
    """An end that is not in order."""

    program: str
    fault: str
    what: str
    detail: str


@dataclass
class Result:
    """All runs of one program. `counts` is how many faults of each kind there can be."""

    program: str
    counts: dict[str, int] = field(default_factory=dict)
    runs: int = 0
    findings: list[Finding] = field(default_factory=list)
    ends: dict[str, int] = field(default_factory=dict)
    skipped: str = ""


@dataclass(frozen=True)
class Plan:
    """Which n of which kinds are tried: every `step`-th up to `limit`."""

    kinds: Sequence[str] = ("alloc",)
    step: int = 1
    limit: int = 2000
    start: int = 1
    """The first allocation that is tried; most programs begin alike."""
    lasting: bool = False
    """The n-th and all after it."""
    sanitize: bool = False
    seconds: float = 20

    def faults(self, counts: dict[str, int]) -> Iterator[str]:
        for kind in self.kinds:
            first = self.start if kind == "alloc" else 1
            for n in range(first, min(counts.get(kind, 0), self.limit) + 1, self.step):
                yield f"{kind}:{n}{'+' if self.lasting else ''}"


def build(program: Path, executable: Path, sanitize: bool) -> bool:
    """False: the program is meant not to compile."""
    session = Session(Options(release=False, sanitize=sanitize, faults=True, foreign_plugins=False))
    module = session.module(str(program))
    return module is not None and session.emit(module, "exe", executable) is not None


def environment(fault: str) -> dict[str, str]:
    return {**os.environ, **_ENVIRONMENT, "NYASH_FAULT": fault}


def judge(code: int | None, errors: str) -> str:
    """What is wrong with this end; empty: nothing. `code` None: it did not end."""
    if code is None:
        return "hangs"
    if "Sanitizer" in errors or "runtime error:" in errors:
        return "sanitizer"
    if code < 0:
        return f"signal {-code}"
    if code == _CHECK_EXIT:
        return "check"
    return "internal message" if "internal error" in errors else ""


def run(
    executable: Path, fault: str, arguments: Sequence[str], stdin: str, seconds: float
) -> tuple[int | None, str]:
    """Exit code and standard error."""
    try:
        done = subprocess.run(
            [str(executable), *arguments],
            input=stdin.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(fault),
            cwd=executable.parent,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return None, ""
    return done.returncode, done.stderr.decode(errors="replace")


def counts_of(errors: str) -> dict[str, int]:
    match = _COUNTS.search(errors)
    pairs = (pair.split("=") for pair in match[1].split()) if match else ()
    return {kind: int(number) for kind, number in pairs}


def try_program(program: Path, name: str, folder: Path, plan: Plan) -> Result:
    """Builds it, runs it without a fault and with each one of the plan."""
    result = Result(name)
    folder.mkdir(parents=True, exist_ok=True)
    executable = folder / "program.exe"
    if not build(program, executable, plan.sanitize):
        result.skipped = "does not compile"
        return result
    text = program.read_text(encoding="utf-8-sig")
    stdin = "".join(line + "\n" for kind, line in _COMMENT.findall(text) if kind == "stdin")
    arguments = [w for kind, line in _COMMENT.findall(text) if kind == "args"
                 for w in shlex.split(line)]  # fmt: skip

    def one(fault: str) -> str:
        code, errors = run(executable, fault, arguments, stdin, plan.seconds)
        result.runs += 1
        if code is not None:
            result.ends[str(code)] = result.ends.get(str(code), 0) + 1
        if what := judge(code, errors):
            result.findings.append(Finding(name, fault, what, errors[-1500:]))
        return errors

    result.counts = counts_of(one("count"))
    if not result.findings:
        for fault in plan.faults(result.counts):
            one(fault)
    executable.unlink()
    return result
