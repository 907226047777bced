"""The hooks: what plug-ins implement (`hookimpl`) and the records they return.

Names are resolved on first use, so that a plug-in module loads neither pluggy's manager nor the
IR before it is called.
"""

from __future__ import annotations

from typing import Any

_RECORDS = (
    "Backend",
    "BackendError",
    "BoxLibrary",
    "CodeGenerator",
    "Command",
    "EmitOptions",
    "HOOKS_VERSION",
    "Pass",
    "Progress",
    "StageEvent",
    "Target",
    "Toolchain",
    "silent",
)

__all__ = [*_RECORDS, "hookimpl", "hookspec"]


def __getattr__(name: str) -> Any:
    if name in _RECORDS:
        from . import records

        return getattr(records, name)
    if name in ("hookimpl", "hookspec"):
        import pluggy

        marker = pluggy.HookimplMarker if name == "hookimpl" else pluggy.HookspecMarker
        return marker("nyash")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
