"""What plug-ins give the compiler: names and thunks, so that listing them loads nothing heavy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from ..module import Module

HOOKS_VERSION = 1
"""The version of these hooks. A plug-in module states it as `NYASH_HOOKS = 1`."""


@dataclass(frozen=True)
class Target:
    """What the program will run on. `triple` is LLVM's and zig's (`x86_64-linux-musl`)."""

    triple: str = "x86_64-linux-musl"


@dataclass(frozen=True)
class Pass:
    """An IR pass. `run(module, options)` changes the module in place and says whether it did.

    `after` and `before` name passes; the manager orders by them and verifies after each.
    """

    name: str
    run: Callable[[Module, Mapping[str, Any]], bool]
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    description: str = ""


class CodeGenerator(Protocol):
    def emit(self, module: Module, kind: str, output: Path | None, options: EmitOptions) -> bytes:
        """Produce `kind` from a verified module. Returns the bytes, and writes them to `output`
        when one is given (executables are always written, and return empty bytes).
        Raises `BackendError` with a message for the user."""
        ...


class BackendError(Exception):
    """A backend or toolchain cannot do what was asked; the message is for the user."""


class Progress(Protocol):
    """How long work tells what it is at ("building the C library, once per target")."""

    def __call__(self, message: str, /) -> None: ...


def silent(_message: str, /) -> None:
    """The `Progress` of those who do not want to know."""


@dataclass
class EmitOptions:
    """What a backend is told. `release` asks for an optimised program; `debug_info` for DWARF;
    `sanitize` for the flavour with AddressSanitizer and UBSan; `leak_check` for allocation sites;
    `faults` for a runtime whose n-th allocation or system call can be made to fail.
    `library_of(name)` finds the Box library of `Module.libraries`."""

    target: Target
    toolchain: Toolchain | None = None
    libraries: Sequence[BoxLibrary] = ()
    release: bool = True
    debug_info: bool = True
    sanitize: bool = False
    leak_check: bool = False
    faults: bool = False
    strip: bool = False
    dump: Callable[[str, bytes], None] | None = None
    """Called with a file name and its content for each intermediate result worth a look."""
    progress: Progress = silent
    times: dict[str, float] = field(default_factory=dict)
    """Seconds per step (`emit`, `optimise`, `link`), filled in by the backend."""


@dataclass(frozen=True)
class Backend:
    """A code generator, chosen by name with `--backend`. `produces` are the kinds it can emit."""

    name: str
    produces: tuple[str, ...]
    load: Callable[[], CodeGenerator]
    description: str = ""


@dataclass(frozen=True)
class BoxLibrary:
    """A library of Boxes. `declarations` are `.nyash` provider files, `native` C sources,
    `include` folders of headers, `link` further linker inputs. Libraries without `namespace` are
    always visible; one with it after `using namespace`. `headers` are C headers that declare the
    native functions, included by the generated check of the contract between `.nyash` and C."""

    name: str
    declarations: tuple[Traversable, ...]
    native: tuple[Traversable, ...] = ()
    include: tuple[Traversable, ...] = ()
    headers: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    namespace: str | None = None
    assembly: tuple[Traversable, ...] = ()
    """Assembly and Zig sources (`.S`, `.zig`) for the target; never part of the bitcode."""


class Toolchain(Protocol):
    """C compiler, linker and sysroot for one target. Everything is built once and cached."""

    name: str

    def bitcode(self, libraries: Sequence[BoxLibrary], progress: Progress) -> Path:
        """One LLVM bitcode file with the C sources of all libraries, ready to be linked with a
        program (no target-cpu attributes, no inline assembly)."""
        ...

    def inlinable_bitcode(self, libraries: Sequence[BoxLibrary], progress: Progress) -> Path:
        """Bitcode with copies of the small functions of those sources, to be merged into a
        program that is then linked with `objects`."""
        ...

    def objects(
        self,
        libraries: Sequence[BoxLibrary],
        progress: Progress,
        sanitize: bool = False,
        faults: bool = False,
    ) -> tuple[Path, ...]:
        """Object files of the same sources, for builds that do not merge bitcode, and the
        assembly objects (last)."""
        ...

    def assembly_objects(
        self, libraries: Sequence[BoxLibrary], progress: Progress
    ) -> tuple[Path, ...]:
        """Only the objects of `BoxLibrary.assembly`, which every link needs."""
        ...

    def compile_bitcode(self, bitcode: Path, output: Path, kind: str, level: int) -> None:
        """Optimise (`-O<level>`) one bitcode file to `obj` or `asm`."""
        ...

    def compile_text(
        self, text: Path, inlinable: Path, output: Path, kind: str, level: int
    ) -> None:
        """Optimise (`-O<level>`) a program's LLVM text, with `inlinable_bitcode` at hand, to `obj`
        or `asm`. A toolchain may do without this: the backend then merges the two itself and asks
        for `compile_bitcode`."""
        ...

    def link(
        self,
        objects: Sequence[Path],
        output: Path,
        progress: Progress,
        strip: bool = False,
        sanitize: bool = False,
        faults: bool = False,
    ) -> None:
        """Link a static executable, atomically replacing `output`."""
        ...


@dataclass(frozen=True)
class Command:
    """A further subcommand. `run(arguments) -> exit code`. It may not replace one of ours."""

    name: str
    help: str
    run: Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class StageEvent:
    """A stage or pass that begins: `stage` is `parse`, `lower`, `pass:simplify`, `emit:obj`, …"""

    stage: str
    input: str
