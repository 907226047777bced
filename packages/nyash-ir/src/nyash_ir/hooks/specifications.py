"""The hooks a plug-in may implement (pluggy, entry-point group `nyash`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from .records import Backend, BoxLibrary, Command, Pass, StageEvent, Target, Toolchain

hookspec = pluggy.HookspecMarker("nyash")


@hookspec
def nyash_passes(target: Target) -> Sequence[Pass]:  # type: ignore[empty-body]
    """IR passes; the manager orders them by their `after` and `before`."""


@hookspec
def nyash_backends() -> Sequence[Backend]:  # type: ignore[empty-body]
    """Code generators, chosen by name with `--backend`."""


@hookspec
def nyash_box_providers() -> Sequence[BoxLibrary]:  # type: ignore[empty-body]
    """Libraries of Boxes that names and `using` can find."""


@hookspec(firstresult=True)
def nyash_toolchain(target: Target) -> Toolchain | None:
    """Compiler, linker and sysroot for a target; nyash-rt answers last."""


@hookspec
def nyash_commands() -> Sequence[Command]:  # type: ignore[empty-body]
    """Further subcommands of `nyash`; they may not replace ours."""


@hookspec
def nyash_stage_started(event: StageEvent) -> None:
    """Before a stage or pass. Must not change anything."""


@hookspec
def nyash_stage_finished(stage: str, artifact: Callable[[], object], seconds: float) -> None:
    """After a stage or pass, verified. `artifact()` gives what it produced."""
