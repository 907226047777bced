"""The C, assembly and Zig files of a list of Box libraries, as paths, and their contents' key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from nyash_ir.hooks.records import BackendError, BoxLibrary, Target

_ARCHITECTURES = ("x86_64", "aarch64", "riscv64", "wasm32", "arm", "x86")


@dataclass(frozen=True)
class NativeLibrary:
    """One library's files. `own_folders` are where its C sources lie; only the generated contract
    check looks for headers there, other libraries never do."""

    name: str
    sources: tuple[Path, ...]
    assembly: tuple[Path, ...]
    include: tuple[Path, ...]
    headers: tuple[str, ...]
    declarations: tuple[Path, ...]
    link: tuple[Path, ...]

    @property
    def own_folders(self) -> tuple[Path, ...]:
        return tuple(dict.fromkeys(p.parent for p in (*self.sources, *self.include)))


@dataclass(frozen=True)
class NativeSources:
    """All libraries of one build, in the order given, for one target."""

    target: Target
    libraries: tuple[NativeLibrary, ...]

    @property
    def include(self) -> tuple[Path, ...]:
        """Folders of the public headers of all libraries."""
        return tuple(dict.fromkeys(p for lib in self.libraries for p in lib.include))

    @property
    def sources(self) -> tuple[Path, ...]:
        return tuple(p for lib in self.libraries for p in lib.sources)

    @property
    def assembly(self) -> tuple[Path, ...]:
        return tuple(p for lib in self.libraries for p in lib.assembly)

    @property
    def link(self) -> tuple[Path, ...]:
        return tuple(p for lib in self.libraries for p in lib.link)

    def headers(self) -> list[Path]:
        """Every header a source may include: the public ones and those beside the sources."""
        folders = dict.fromkeys(f for lib in self.libraries for f in (*lib.own_folders,))
        return [h for folder in folders for h in sorted(folder.glob("*.h"))]

    def key_parts(self) -> list[bytes]:
        """What a build of these files depends on: names and contents, in order."""
        parts = [self.target.triple.encode()]
        for library in self.libraries:
            parts.append(library.name.encode())
            parts += content_parts(library.declarations)
            parts += content_parts((*library.sources, *library.assembly))
        return parts + content_parts(self.headers())


def content_parts(paths: Iterable[Path]) -> list[bytes]:
    """Name and content of each file. Raises `BackendError` for one that cannot be read."""
    parts = []
    for path in paths:
        try:
            parts += [path.name.encode(), path.read_bytes()]
        except OSError as error:
            raise BackendError(f"cannot read {path}: {error.strerror}") from None
    return parts


def native_sources(libraries: Sequence[BoxLibrary], target: Target) -> NativeSources:
    """The files of `libraries` for `target`: a name that ends in `_<architecture>` counts only
    for that one."""
    return NativeSources(target, tuple(_native_library(library, target) for library in libraries))


def _native_library(library: BoxLibrary, target: Target) -> NativeLibrary:
    def paths(found: Iterable[Traversable]) -> tuple[Path, ...]:
        return tuple(p for p in (_path(library.name, t) for t in found) if _is_for(p, target))

    return NativeLibrary(
        name=library.name,
        sources=paths(library.native),
        assembly=paths(library.assembly),
        include=paths(library.include),
        headers=tuple(library.headers),
        declarations=tuple(_path(library.name, t) for t in library.declarations),
        link=tuple(Path(text) for text in library.link),
    )


def _path(library: str, item: Traversable) -> Path:
    if isinstance(item, Path):
        return item
    raise BackendError(f"Box library {library}: {item.name} is in an archive; install it unpacked")


def _is_for(path: Path, target: Target) -> bool:
    architecture = target.triple.split("-")[0]
    other = next((a for a in _ARCHITECTURES if path.stem.endswith("_" + a)), architecture)
    return other == architecture
