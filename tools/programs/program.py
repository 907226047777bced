"""A program: its globals and functions, and its text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .kinds import Kind
from .syntax import AGAIN, PREFIX, Block, Expression


@dataclass
class Function:
    name: str
    parameters: list[str]
    kinds: list[Kind]
    result: Kind
    body: Block

    def lines(self) -> list[str]:
        head = f"function {self.name}({', '.join(self.parameters)}) {{"
        return [head, *self.body.lines(), "}"]


@dataclass(repr=False)
class Program:
    """The last function is `main`."""

    globals: list[tuple[str, Expression]]
    functions: list[Function]

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        """What hypothesis shows of it, which nobody reads."""
        printer.text("Program(…)")

    def text(self, prefix: str) -> str:
        lines = [f"global {name} = {value.text()}" for name, value in self.globals]
        for function in self.functions:
            lines += function.lines()
        written = "\n".join(lines).replace(PREFIX, prefix) + "\n"
        return re.sub(AGAIN + r"\d+", "", written)
