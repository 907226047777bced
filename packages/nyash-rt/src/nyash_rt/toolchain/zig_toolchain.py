"""The toolchain for one target, as the backends see it (`nyash_ir.hooks.records.Toolchain`)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from nyash_ir.hooks.records import BoxLibrary, Progress, Target

from .cache import Cache, default_root
from .link import link_static
from .native_sources import native_sources
from .runtime_build import RuntimeBuild
from .sanitized import SanitizedBuild
from .sysroot import sysroot, sysroot_key
from .zig import Zig


class ZigToolchain:
    """Zig's clang and lld with a cached sysroot. Every method raises `BackendError`."""

    name = "zig"

    def __init__(self, target: Target, cache: Cache | None = None) -> None:
        self.target = target
        self.cache = cache or Cache(default_root(os.environ))

    @cached_property
    def zig(self) -> Zig:
        return Zig.find(self.cache.root / "zig")

    @cached_property
    def _runtime(self) -> RuntimeBuild:
        return RuntimeBuild(self.zig, self.target, self.cache)

    def _checked(self, sanitize: bool, faults: bool) -> SanitizedBuild:
        return SanitizedBuild(self.cache, sanitize, faults, lambda: self.zig)

    def bitcode(self, libraries: Sequence[BoxLibrary], progress: Progress) -> Path:
        return self._runtime.bitcode(native_sources(libraries, self.target), progress)

    def inlinable_bitcode(self, libraries: Sequence[BoxLibrary], progress: Progress) -> Path:
        return self._runtime.inlinable_bitcode(native_sources(libraries, self.target), progress)

    def objects(
        self,
        libraries: Sequence[BoxLibrary],
        progress: Progress,
        sanitize: bool = False,
        faults: bool = False,
    ) -> tuple[Path, ...]:
        sources = native_sources(libraries, self.target)
        if sanitize or faults:
            checked = self._checked(sanitize, faults)
            return (*checked.objects(sources, progress), *sources.link)
        runtime = self._runtime.runtime_object(sources, progress)
        return (runtime, *self._runtime.assembly_objects(sources), *sources.link)

    def assembly_objects(
        self, libraries: Sequence[BoxLibrary], progress: Progress
    ) -> tuple[Path, ...]:
        """The assembly objects, and the libraries' own link inputs behind them."""
        sources = native_sources(libraries, self.target)
        return (*self._runtime.assembly_objects(sources), *sources.link)

    def compile_bitcode(self, bitcode: Path, output: Path, kind: str, level: int) -> None:
        self._runtime.compile_ir(bitcode, output, kind, level)

    def compile_text(
        self, text: Path, inlinable: Path, output: Path, kind: str, level: int
    ) -> None:
        self._runtime.compile_ir(text, output, kind, level, inlinable)

    def has_sysroot(self) -> bool:
        """Whether linking can start at once."""
        return self.cache.find("sysroot", sysroot_key(self.zig, self.target)) is not None

    def prepare(self, progress: Progress) -> None:
        """Build the sysroot if it is not there."""
        sysroot(self.zig, self.target, self.cache, progress)

    def link(
        self,
        objects: Sequence[Path],
        output: Path,
        progress: Progress,
        strip: bool = False,
        sanitize: bool = False,
        faults: bool = False,
    ) -> None:
        if sanitize or faults:
            self._checked(sanitize, faults).link(objects, output)
            return
        found = sysroot(self.zig, self.target, self.cache, progress)
        link_static(self.zig, found, objects, output, strip)
