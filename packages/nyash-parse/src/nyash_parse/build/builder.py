"""The builder of one file: all three node families over one state."""

from __future__ import annotations

from .. import syntax_errors as wording
from .declaration import DeclarationBuilder


class Builder(DeclarationBuilder):
    """Makes the nodes of one source, whose number is in every span."""

    def finish(self) -> None:
        """Report what only the whole file shows: a literal 2^63 that no minus came to claim."""
        for span in self.unclaimed.values():
            self.report.add(wording.integer_out_of_range(span))
