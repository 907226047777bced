"""What a person or a tool sees of the results: a line for each test, the failures, the sum."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from .. import show
from .execution import Result

_SCHEMA = 1


class Printer:
    """Writes to standard output; `form` is `text` or `json` (one object a line)."""

    def __init__(self, form: str) -> None:
        self.form = form
        self._console = None
        if form == "text" and show.wants_colour(sys.stdout):
            from rich.console import Console

            self._console = Console(highlight=False)

    def result(self, result: Result) -> None:
        if self.form == "json":
            self._json("test", result)
            return
        status = "ok" if result.passed else result.status
        style = "green" if result.passed else "bold red"
        self._line(f"{status:7}", style, f" {result.file}: {result.name} ({result.seconds:.2f} s)")

    def end(self, results: Sequence[Result], seconds: float) -> None:
        failures = [result for result in results if not result.passed]
        if self.form == "json":
            passed = len(results) - len(failures)
            record = {"schema": _SCHEMA, "kind": "summary", "passed": passed}
            record |= {"failed": len(failures), "seconds": round(seconds, 3)}
            print(json.dumps(record), flush=True)
            return
        for result in failures:
            self._failure(result)
        total = f"{len(results) - len(failures)} passed"
        if failures:
            total = f"{len(failures)} failed, {total}"
        self._line(total, "bold red" if failures else "bold green", f" in {seconds:.2f} s")

    def _failure(self, result: Result) -> None:
        head = f"\n{result.status}: {result.name}"
        self._line(head, "bold red", f" ({result.file}:{result.line})")
        if result.message and result.message not in result.err + result.leaks:
            print(f"  {result.message}")
        parts = (("output", result.out), ("standard error", result.err), ("leaks", result.leaks))
        for title, text in parts:
            if text.strip():
                print(f"  {title}:")
                print("\n".join(f"    {line}" for line in text.rstrip("\n").split("\n")))
        print(flush=True)

    def _line(self, marked: str, style: str, rest: str) -> None:
        if self._console is None:
            print(f"{marked}{rest}", flush=True)
            return
        from rich.text import Text

        self._console.print(Text.assemble((marked, style), rest), soft_wrap=True)

    def _json(self, kind: str, result: Result) -> None:
        record = {
            "schema": _SCHEMA,
            "kind": kind,
            "file": result.file,
            "name": result.name,
            "line": result.line,
            "status": result.status,
            "seconds": round(result.seconds, 3),
            "message": result.message,
            "stdout": result.out,
            "stderr": result.err,
            "leaks": result.leaks,
        }
        print(json.dumps(record, ensure_ascii=False), flush=True)
