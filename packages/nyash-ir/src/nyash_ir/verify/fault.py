"""What the verifier finds."""

from __future__ import annotations

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """A rule of the IR that a module breaks. `function` is empty for faults of the module's own
    tables; `block` and `index` (of the instruction) are -1 where there is none to point at."""

    function: str
    block: int
    index: int
    message: str

    def __str__(self) -> str:
        place = self.function or "module"
        if self.block >= 0:
            place += f", block {self.block}"
            if self.index >= 0:
                place += f", instruction {self.index}"
        return f"{place}: {self.message}"
