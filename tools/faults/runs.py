"""One program built with faults, run once for each n; what ends are in order."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nyash.driver import Options, Session

KINDS = [
    "alloc",
    "map",
    "thread",
    "open",
    "close",
    "system",
    "accept",
    "connect",
    "read",
    "write",
    "short",
    "again",
    "interrupt",
    "poll",
    "fini",
]  # ny_fault_kind in native/fault.h

_CHECK_EXIT = 99
IDLE = 1000
"""In the place of an exit code: all tasks waited when its time was over."""
_GLANCE = 0.4
"""Seconds between two looks at a program that has not ended."""
_EPOLL_WAITS = ("232", "281")
"""Numbers of epoll_wait and epoll_pwait on x86-64; elsewhere one waits until the time is over."""
_COUNTS = re.compile(r"^faults: (.*)$", re.M)
_COMMENT = re.compile(r"//\s*(stdin|args): (.*)$", re.M)
_ENVIRONMENT = {
    "MALLOC_PERTURB_": "165",  # glibc: what is freed is overwritten
    "ASAN_OPTIONS": "detect_stack_use_after_return=0:abort_on_error=0",
}


TRANSPARENT = {"short", "again", "interrupt"}
"""Of these a program must see nothing, but that a peer which closes early may be seen later."""
STORMS = ["interrupt:1+100", "again:1+50", "short:1+2000"]
"""Many in a row; the poller is asked in vain as often."""


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
    tried: dict[str, int] = field(default_factory=dict)
    runs: int = 0
    findings: list[Finding] = field(default_factory=list)
    ends: dict[str, int] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)
    """Faults after which it printed something else and yet ended well without a word: it caught
    the error, or the error was swallowed."""
    stepped: list[str] = field(default_factory=list)
    """Kinds with more faults than `Plan.every`, which were not all tried."""
    skipped: str = ""


@dataclass(frozen=True)
class Plan:
    """Which n of which kinds are tried."""

    kinds: Sequence[str] = ("alloc",)
    step: int = 1
    limit: int = 2000
    start: int = 1
    """The first allocation that is tried; most programs begin alike."""
    every: int = 1000
    """Up to here each n (of every `step`); then each is a fiftieth larger than the last."""
    lasting: bool = False
    """The n-th and all after it."""
    storms: bool = False
    sanitize: bool = False
    seconds: float = 20

    def numbers(self, kind: str, count: int) -> Iterator[int]:
        n = self.start if kind == "alloc" else 1
        while n <= min(count, self.limit):
            yield n
            n += self.step if n < self.every else max(self.step, n // 50)

    def faults(self, counts: dict[str, int]) -> Iterator[str]:
        for kind in self.kinds:
            for n in self.numbers(kind, counts.get(kind, 0)):
                yield f"{kind}:{n}{'+' if self.lasting else ''}"
        if self.storms:
            yield from (storm for storm in STORMS if counts.get(storm.split(":")[0], 0) > 0)


def build(program: Path, executable: Path, sanitize: bool) -> bool:
    """False: the program is meant not to compile."""
    session = Session(Options(release=False, sanitize=sanitize, faults=True, foreign_plugins=False))
    module = session.module(str(program))
    return module is not None and session.emit(module, "exe", executable) is not None


def environment(fault: str) -> dict[str, str]:
    return {**os.environ, **_ENVIRONMENT, "NYASH_FAULT": fault}


def judge(code: int | None, errors: str) -> str:
    """What is wrong with this end; empty: nothing. `code` None: it did not end.

    A task that a fault has ended may leave another without the peer it waits for, as many programs
    set no timeouts: that is in order if the error was reported."""
    if code == IDLE and "Error" in errors:
        return ""
    if code is None or code == IDLE:
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
) -> tuple[int | None, bytes, str]:
    """Exit code, standard output and standard error."""
    process = subprocess.Popen(
        [str(executable), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(fault),
        cwd=executable.parent,
    )
    output, errors = b"", b""
    until = time.monotonic() + seconds
    pause = min(_GLANCE, seconds)
    while process.returncode is None:
        try:
            output, errors = process.communicate(stdin.encode(), pause)
        except subprocess.TimeoutExpired:
            if time.monotonic() < until and not _waits_for_ever(process.pid):
                continue
            code = None if _is_busy(process.pid, seconds) else IDLE
            process.kill()
            output, errors = process.communicate()
            return code, output, errors.decode(errors="replace")
    return process.returncode, output, errors.decode(errors="replace")


def _waits_for_ever(pid: int) -> bool:
    """All its tasks wait, and no timer runs: its only thread is in epoll_wait without a timeout."""
    fields = Path(f"/proc/{pid}/syscall").read_text().split()
    if len(list(Path(f"/proc/{pid}/task").iterdir())) > 1 or fields[0] not in _EPOLL_WAITS:
        return False
    return int(fields[4], 16) & 0xFFFFFFFF == 0xFFFFFFFF


def _is_busy(pid: int, seconds: float) -> bool:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") > seconds / 10


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

    def one(fault: str) -> tuple[int | None, bytes, str]:
        code, output, errors = run(executable, fault, arguments, stdin, plan.seconds)
        result.runs += 1
        if code is not None:
            result.ends[str(code)] = result.ends.get(str(code), 0) + 1
        if what := judge(code, errors):
            result.findings.append(Finding(name, fault, what, errors[-1500:]))
        return code, output, errors

    usual, printed, said = one("count")
    result.counts = counts_of(said)
    result.stepped = [k for k in plan.kinds if result.counts.get(k, 0) > plan.every]
    again = one("count")[1] if not result.findings else b""
    for fault in plan.faults(result.counts) if not result.findings else ():
        code, output, errors = one(fault)
        kind = fault.split(":")[0]
        result.tried[kind] = result.tried.get(kind, 0) + 1
        if printed != again or code is None or (code, output) == (usual, printed):
            continue  # it ends as ever, or prints times or addresses
        if kind in TRANSPARENT and "Connection reset by peer" not in errors:
            result.findings.append(Finding(name, fault, "is seen", errors[-1500:]))
        elif code == usual and "Error" not in errors and "nyash: " not in errors:
            result.silent.append(fault)
    executable.unlink()
    return result
