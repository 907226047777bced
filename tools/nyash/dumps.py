"""Writes what the stages make into a folder, numbered in order, as artifact and as text."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import artifacts
from .failure import Failure

if TYPE_CHECKING:
    from nyash_ir.module import Module
    from nyash_parse.ast import Program


class Dumps:
    """With a folder, everything goes there; without one, only the IR before and after the passes
    asked for is shown, on standard output."""

    def __init__(self, folder: Path | None, before: Sequence[str], after: Sequence[str]) -> None:
        self._folder = folder
        self._before = frozenset(before)
        self._after = frozenset(after)
        self._count = 0
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise Failure("N0912", f"cannot make {folder}: {error.strerror}") from None

    def program(self, program: Program) -> None:
        if self._folder is not None:
            name = self._next("parse")
            self._write(f"{name}.ast.msgpack", artifacts.write("ast", program))
            self._write(f"{name}.ast.txt", artifacts.text_of("ast", program).encode())

    def module(self, stage: str, module: Module) -> None:
        if self._folder is not None:
            name = self._next(stage)
            self._write(f"{name}.ir.msgpack", artifacts.write("ir", module))
            self._write(f"{name}.nyir", artifacts.text_of("ir", module).encode())

    def before_pass(self, name: str, module: Module) -> None:
        if name in self._before:
            self._asked(f"before-{name}", module)

    def after_pass(self, name: str, module: Module) -> None:
        if self._folder is not None:
            self.module(f"pass-{name}", module)
        elif name in self._after:
            self._asked(f"after-{name}", module)

    def bytes(self, name: str, data: bytes) -> None:
        """An intermediate result of the backend."""
        if self._folder is not None:
            self._write(f"{self._next('emit')}.{Path(name).name}", data)

    def _asked(self, what: str, module: Module) -> None:
        if self._folder is not None:
            self.module(what, module)
        else:
            sys.stdout.write(f"; {what}\n{artifacts.text_of('ir', module)}\n")

    def _next(self, stage: str) -> str:
        self._count += 1
        return f"{self._count:02}-{stage}"

    def _write(self, name: str, data: bytes) -> None:
        assert self._folder is not None
        path = self._folder / name
        try:
            path.write_bytes(data)
        except OSError as error:
            raise Failure("N0912", f"cannot write {path}: {error.strerror}") from None
