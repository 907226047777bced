"""Builds the C sources of all Box libraries: to one bitcode file, or to objects.

Release builds merge its small functions with the program (`inlinable.py`); all builds link the
object made from the same bitcode. Each C file is compiled by itself, so that `static`
means something and a changed file costs one compilation, then all are linked.

`target-cpu` and `target-features` are removed from every function: LLVM inlines nothing from a
function with more features into one with fewer, and the program's functions state none.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from nyash_ir.hooks.records import BackendError, Progress, Target

from .cache import Cache, key_of
from .contract_check import contract_files
from .inlinable import LARGEST_INLINABLE, inlinable_part, name_statics
from .native_sources import NativeSources, content_parts
from .zig import Zig
from .zig_source import FLAGS, SUFFIX, compile_zig

_COMMON = ("-std=gnu17", "-D_GNU_SOURCE", "-Werror=implicit-function-declaration")
_BITCODE_FLAGS = (
    *_COMMON,
    "-O2",
    "-g0",
    "-fomit-frame-pointer",
    "-fno-stack-protector",
    "-fno-sanitize=all",
    "-fno-plt",
)
_OBJECT_FLAGS = ("-ffunction-sections", "-fdata-sections", "-fno-pic", "-Wno-override-module")

_INLINING = ("-mllvm", "-inline-threshold=100")
"""Lean helpers cost LLVM 20 to 70. Its default, 225, took a seventh more time for the example
server and made no measured program faster; 45 made dynamic code 1.3 times slower, 25 2.3 times."""

_TARGET_ATTRIBUTES = re.compile(r' "(?:target-cpu|target-features|tune-cpu)"="[^"]*"')
_INLINE_ASSEMBLY = re.compile(
    r"^\s+(?:%\S+ = )?(?:tail |notail )?call .*\basm\b|^module asm ", re.M
)
_THREAD_LOCAL = re.compile(r"^@(\S+) = .*\bthread_local\b", re.M)


class RuntimeBuild:
    """The products for one target, each made once per content of its inputs."""

    def __init__(self, zig: Zig, target: Target, cache: Cache) -> None:
        self._zig = zig
        self._target = target
        self._cache = cache
        self._bitcode: dict[NativeSources, Path] = {}
        """What was asked for before: one build uses one state of the sources throughout, also when
        somebody edits them meanwhile, and reads them once."""

    def bitcode(self, sources: NativeSources, progress: Progress) -> Path:
        """One file with the bitcode of all C sources; the contract with the declarations holds."""
        if known := self._bitcode.get(sources):
            return known

        def build(folder: Path) -> None:
            self._check_versions()
            progress(f"compiling the runtime for {self._target.triple}, once")
            self._check_contract(sources, folder)
            headers = content_parts(sources.headers())
            units = in_parallel(sources.sources, lambda path: self._unit(path, sources, headers))
            (folder / "runtime.bc").write_bytes(_linked(units))

        key = key_of((*self._versions(), "named", *_BITCODE_FLAGS, *sources.key_parts()))
        self._bitcode[sources] = self._cache.get("bitcode", key, build) / "runtime.bc"
        return self._bitcode[sources]

    def inlinable_bitcode(self, sources: NativeSources, progress: Progress) -> Path:
        """Copies of the runtime's small functions, for the optimiser to inline into programs that
        are linked with the runtime's object."""
        bitcode = self.bitcode(sources, progress)

        def build(folder: Path) -> None:
            import llvmlite.binding as llvm

            part = inlinable_part(llvm.parse_bitcode(bitcode.read_bytes()))
            (folder / "inlinable.bc").write_bytes(part)

        key = key_of((*self._versions(), str(LARGEST_INLINABLE), bitcode.parent.name))
        return self._cache.get("inlinable", key, build) / "inlinable.bc"

    def runtime_object(self, sources: NativeSources, progress: Progress) -> Path:
        """The same as one object file, which every program is linked with."""
        bitcode = self.bitcode(sources, progress)

        def build(folder: Path) -> None:
            progress(f"translating the runtime for {self._target.triple}, once")
            self.compile_ir(bitcode, folder / "runtime.o", "obj", 2)

        key = key_of((*self._versions(), *_OBJECT_FLAGS, *_INLINING, bitcode.parent.name))
        return self._cache.get("object", key, build) / "runtime.o"

    def assembly_objects(self, sources: NativeSources) -> tuple[Path, ...]:
        """An object per assembly and Zig file."""
        headers = content_parts(sources.headers())

        def assemble(path: Path) -> Path:
            def build(folder: Path) -> None:
                output = folder / f"{path.stem}.o"
                if path.suffix == SUFFIX:
                    compile_zig(self._zig, path, self._target.triple, output)
                else:
                    self._compile(path, sources, ("-c",), output)

            key = key_of((*self._versions(), *FLAGS, *content_parts((path,)), *headers))
            return self._cache.get("assembly", key, build) / f"{path.stem}.o"

        return tuple(in_parallel(sources.assembly, assemble))

    def compile_ir(
        self, ir: Path, output: Path, kind: str, level: int, inlinable: Path | None = None
    ) -> None:
        """Optimise and translate bitcode or text to `obj` or `asm` by the clang of zig. The
        functions in `inlinable` may be copied into it."""
        linked = () if inlinable is None else ("-mlink-bitcode-file", inlinable)
        self._zig.run(
            "clang", "-target", self._target.triple, f"-O{level}", *_OBJECT_FLAGS, *_INLINING,
            *(word for argument in linked for word in ("-Xclang", argument)),
            "-S" if kind == "asm" else "-c", "-x", "ir", ir, "-o", output,
        )  # fmt: skip

    def _versions(self) -> tuple[str, str]:
        return self._zig.version, self._target.triple

    def _check_versions(self) -> None:
        """Older LLVM cannot read the bitcode of a newer clang."""
        import llvmlite.binding as llvm

        ours = llvm.llvm_version_info[0]
        if self._zig.clang_major > ours:
            raise BackendError(
                f"ziglang {self._zig.version} has clang {self._zig.clang_major}, which llvmlite"
                f" (LLVM {ours}) cannot read; install the versions in constraints.txt"
            )

    def _check_contract(self, sources: NativeSources, folder: Path) -> None:
        """Compile what the declarations say about the C functions, and keep none of it."""
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            for library, text in contract_files(sources):
                path = Path(temporary) / f"contract_{len(text)}.c"
                path.write_text(text)
                folders = (*library.own_folders, *sources.include)
                try:
                    self._zig.run(
                        "cc", "-target", self._target.triple, *_COMMON, "-w", "-O1",
                        "-fno-sanitize=all", *(f"-I{f}" for f in folders), "-c", path,
                        "-o", path.with_suffix(".o"),
                    )  # fmt: skip
                except BackendError as error:
                    raise BackendError(
                        f"Box library {library.name}: its C code is not what its declarations"
                        f" say\n{error}"
                    ) from None

    def _unit(self, path: Path, sources: NativeSources, headers: Sequence[bytes]) -> Path:
        """The bitcode of one C file."""

        def build(folder: Path) -> None:
            text = folder / "unit.ll"
            self._compile(path, sources, (*_BITCODE_FLAGS, "-S", "-emit-llvm"), text)
            (folder / "unit.bc").write_bytes(_portable_bitcode(path.name, text.read_text()))
            text.unlink()

        parts = (*self._versions(), *_BITCODE_FLAGS, *content_parts((path,)), *headers)
        return self._cache.get("unit", key_of(parts), build) / "unit.bc"

    def _compile(
        self, path: Path, sources: NativeSources, flags: Sequence[str], output: Path
    ) -> None:
        include = (f"-I{folder}" for folder in sources.include)
        self._zig.run("cc", "-target", self._target.triple, *flags, *include, path, "-o", output)


def _portable_bitcode(name: str, text: str) -> bytes:
    """Bitcode from LLVM text, without target attributes. Refuses what cannot be merged."""
    import llvmlite.binding as llvm

    if _INLINE_ASSEMBLY.search(text):
        raise BackendError(f"{name} has inline assembly; put it into an assembly file")
    if found := _THREAD_LOCAL.search(text):
        raise BackendError(
            f"{name}: `{found[1]}` is thread-local; a task's stack may outlive what the optimiser"
            " knows about its thread, use a plain static variable"
        )
    return llvm.parse_assembly(_TARGET_ATTRIBUTES.sub("", text)).as_bitcode()


def _linked(units: Sequence[Path]) -> bytes:
    import llvmlite.binding as llvm

    if not units:
        return llvm.parse_assembly("").as_bitcode()
    whole = llvm.parse_bitcode(units[0].read_bytes())
    for unit in units[1:]:
        try:
            whole.link_in(llvm.parse_bitcode(unit.read_bytes()))
        except RuntimeError as error:
            raise BackendError(f"two native sources do not fit together: {error}") from None
    name_statics(whole)
    return whole.as_bitcode()


def in_parallel(paths: Sequence[Path], make: Callable[[Path], Path]) -> list[Path]:
    """`make` for each path, on all processors; results in order. The first error is raised after
    the compilations under way have ended."""
    with ThreadPoolExecutor(max_workers=max(1, os.cpu_count() or 1)) as pool:
        futures = [pool.submit(make, path) for path in paths]
        try:
            return [future.result() for future in futures]
        except BaseException:
            for future in futures:
                future.cancel()
            raise
