"""The core Boxes and the toolchain, registered like anyone's."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from nyash_ir.hooks import BoxLibrary, hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable

    from nyash_ir.hooks import Target, Toolchain

NYASH_HOOKS = 1


def _with_suffix(folder: Traversable, suffix: str) -> tuple[Traversable, ...]:
    found = (item for item in folder.iterdir() if item.name.endswith(suffix))
    return tuple(sorted(found, key=lambda item: item.name))


@hookimpl
def nyash_box_providers() -> Sequence[BoxLibrary]:
    native = files("nyash_rt") / "native"
    return [
        BoxLibrary(
            name="rt",
            declarations=_with_suffix(files("nyash_rt") / "boxes", ".nyash"),
            native=_with_suffix(native, ".c"),
            assembly=_with_suffix(native, ".S"),
            include=(native / "include",),
            headers=tuple(item.name for item in _with_suffix(native, ".h")),
        ),
        BoxLibrary(
            name="nyashstd",
            declarations=_with_suffix(files("nyash_rt") / "nyashstd", ".nyash"),
            namespace="nyashstd",
        ),
    ]


@hookimpl(trylast=True)
def nyash_toolchain(target: Target) -> Toolchain | None:
    from .toolchain.zig_toolchain import ZigToolchain

    return ZigToolchain(target)
