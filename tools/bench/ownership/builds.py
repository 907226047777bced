"""The builds of a program that are compared: the same passes up to `ownership`, then others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nyash.driver import Session
from nyash_ir.hooks import Pass
from nyash_ir.passes.manager import run
from nyash_parse.diagnostics.text import render

from .counting import COUNT, LIBRARY
from .naive import NAIVE

NAIVELY, ANALYSED, ELIDED = "naive", "ownership", "ownership and elide"
BUILDS = (NAIVELY, ANALYSED, ELIDED)


class BuildFailed(Exception):
    """A program could not be built; the message holds its diagnostics."""


def build(source: Path, kind: str, output: Path) -> None:
    """A release build that counts its counts. Raises `BuildFailed`."""
    session = Session()
    session.box_libraries = (*session.box_libraries, LIBRARY)
    program = session.parse(str(source))
    module = session.lower(program) if program is not None else None
    if module is not None:
        run(module, _passes(session, kind), {"release": True})
        session.emit(module, "exe", output)
    if session.report.has_errors:
        raise BuildFailed(
            "\n".join(render(found, session.sources) for found in session.report.diagnostics)
        )


def _passes(session: Session, kind: str) -> Sequence[Pass]:
    found = [c.record for c in session.registry.passes(session.options.target)]
    if kind != ELIDED:
        found = [entry for entry in found if entry.name != "elide"]
    return [*found, *([NAIVE] if kind == NAIVELY else []), COUNT]
