"""Composes the stages: parse, lower, passes, emit. A library: it prints nothing, reads sources
through `Session.files`, and leaves every problem as a diagnostic in `Session.report`.

    session = Session(Options(), DiskFiles())
    module = session.module("program.nyash")
    if module is not None:
        session.emit(module, "exe", Path("program.exe"))

A stage that cannot give its result answers None (or False); the report then holds errors.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nyash_ir.hooks.records import (
    BackendError,
    BoxLibrary,
    EmitOptions,
    Pass,
    Progress,
    StageEvent,
    Target,
    Toolchain,
    silent,
)
from nyash_parse.diagnostics.model import Diagnostic, Fix, Report
from nyash_parse.source import SourceMap

from .failure import Failure

if TYPE_CHECKING:
    from nyash_ir.hooks.registry import Registry
    from nyash_ir.module import Module
    from nyash_parse.ast import Program


class SourceFiles(Protocol):
    """Where sources come from: the disk, or a table in tests and editors."""

    def read(self, path: str) -> bytes: ...

    def exists(self, path: str) -> bool: ...


class DiskFiles:
    def read(self, path: str) -> bytes:
        return Path(path).read_bytes()

    def exists(self, path: str) -> bool:
        return Path(path).is_file()


@dataclass(frozen=True)
class Options:
    """What is asked of a compilation. `only_passes` None means all; `only_plugins` likewise for
    foreign plug-ins."""

    target: Target = field(default_factory=Target)
    release: bool = True
    debug_info: bool = True
    sanitize: bool = False
    leak_check: bool = False
    faults: bool = False
    strip: bool = False
    backend: str = "llvm"
    only_passes: tuple[str, ...] | None = None
    foreign_plugins: bool = True
    only_plugins: tuple[str, ...] | None = None
    folders: tuple[str, ...] = ()


class Watcher(Protocol):
    """Who is told what the compilation is at. `dump` gets each intermediate result."""

    def started(self, stage: str) -> None: ...

    def finished(self, stage: str, seconds: float) -> None: ...


class NobodyWatches:
    def started(self, stage: str) -> None: ...

    def finished(self, stage: str, seconds: float) -> None: ...


PassDump = Callable[[str, "Module"], None]


@dataclass
class Session:
    """One compilation."""

    options: Options = field(default_factory=Options)
    files: SourceFiles = field(default_factory=DiskFiles)
    report: Report = field(default_factory=Report)
    sources: SourceMap = field(default_factory=SourceMap)
    watcher: Watcher = field(default_factory=NobodyWatches)
    progress: Progress = silent
    trace: Callable[[str], None] | None = None
    """Gets a line for each hook that is called."""
    dump: Callable[[str, bytes], None] | None = None
    """Gets intermediate results of the backend, by file name."""
    causes: list[BaseException] = field(default_factory=list)
    """Exceptions behind diagnostics, for `--debug`."""

    # -- plug-ins ---------------------------------------------------------------------------------

    @cached_property
    def registry(self) -> Registry:
        """The plug-ins. Raises `Failure`."""
        from nyash_ir.hooks.registry import PluginError, Registry

        try:
            return Registry.load(
                foreign=self.options.foreign_plugins,
                only=self.options.only_plugins,
                trace=self.trace,
            )
        except PluginError as error:
            raise Failure(error.code, error.message) from error

    @cached_property
    def box_libraries(self) -> tuple[BoxLibrary, ...]:
        return tuple(found.record for found in self.registry.box_libraries())

    @cached_property
    def toolchain(self) -> Toolchain:
        """The toolchain for the target. Raises `Failure` when no plug-in has one."""
        found = self.registry.toolchain(self.options.target)
        if found is None:
            raise Failure("N0702", f"no plug-in has a toolchain for {self.options.target.triple}")
        return found.record

    # -- stages -----------------------------------------------------------------------------------

    def parse(self, path: str) -> Program | None:
        """Read the program's files."""
        from nyash_parse.program import parse_program

        program = None
        with self._failures(), self._stage("parse", path) as done:
            program = parse_program(
                path, self.files, self.report, self.sources, folders=self._folders(path)
            )
            done(program)
        if program is not None and self.report.has_errors:
            self._report_names(program)
            return None
        return program

    def lower(self, program: Program, main: str | None = None) -> Module | None:
        """Resolve names and make IR of the program and what it uses of the libraries. `main`: a
        function that runs in place of `Main.main`."""
        from nyash_ir.lower.program import lower_program

        from .libraries import load_libraries

        module = None
        with self._failures():
            with self._stage("libraries", ""):
                libraries = load_libraries(self.box_libraries)
            self._number_sources(program, libraries)
            with self._stage("lower", self._name_of(program)) as done:
                module = lower_program(program, libraries, self.report, main)
                done(module)
        return None if self.report.has_errors else module

    def run_passes(
        self,
        module: Module,
        dump_before: PassDump | None = None,
        dump_after: PassDump | None = None,
    ) -> bool:
        """Run the passes in place, each verified. A module that has them behind it is left
        alone, unless passes are asked for by name."""
        from nyash_ir.codec import stage_of
        from nyash_ir.passes.manager import PassError, run

        only = self.options.only_passes
        if only is None and stage_of(module) == "after-ownership":
            return True
        with self._failures():
            found = self.registry.passes(self.options.target)
            passes = _chosen([c.record for c in found], only)
            foreign = self._foreign_owners({c.record.name: c.plugin for c in found})
            try:
                run(
                    module,
                    passes,
                    {"release": self.options.release, "leak_check": self.options.leak_check},
                    _Observer(self),
                    plugins=foreign,
                    dump_before=dump_before,
                    dump_after=dump_after,
                )
            except PassError as error:
                self.causes.append(error)
                notes = tuple(str(fault) for fault in error.faults[1:6])
                self.report.add(Diagnostic(error.code, error.message, notes=notes))
        return not self.report.has_errors

    def module(self, path: str) -> Module | None:
        """From a source file to IR with all passes behind it."""
        program = self.parse(path)
        module = self.lower(program) if program is not None else None
        return module if module is not None and self.run_passes(module) else None

    def emit(self, module: Module, kind: str, output: Path | None = None) -> bytes | None:
        """Give the module to the backend. Its bytes (empty for an executable)."""
        result: bytes | None = None
        with self._failures(), self._stage(f"emit:{kind}", module.name) as done:
            backend = self._backend(kind)
            options = EmitOptions(
                target=self.options.target,
                toolchain=self.toolchain,
                libraries=self._libraries_of(module),
                release=self.options.release,
                debug_info=self.options.debug_info,
                sanitize=self.options.sanitize,
                leak_check=self.options.leak_check,
                faults=self.options.faults,
                strip=self.options.strip,
                dump=self.dump,
                progress=self.progress,
            )
            try:
                result = backend.record.load().emit(module, kind, output, options)
            except BackendError:
                raise
            except Exception as error:
                raise Failure(
                    "N0703",
                    f"backend {backend.record.name} (plug-in {backend.plugin}) failed:"
                    f" {type(error).__name__}: {error}",
                ) from error
            if not isinstance(result, bytes):
                raise Failure(
                    "N0703",
                    f"backend {backend.record.name} (plug-in {backend.plugin}) answered"
                    f" {type(result).__name__}, expected bytes",
                )
            for step, seconds in options.times.items():
                self.watcher.finished(f"emit:{step}", seconds)
            done(result)
        return result if isinstance(result, bytes) else None

    def _folders(self, path: str) -> tuple[str, ...]:
        """Where `using` looks for a project's own files: by default beside the main file."""
        return self.options.folders or (str(Path(path).parent),)

    # -- details ----------------------------------------------------------------------------------

    def _report_names(self, program: Program) -> None:
        """What is wrong with names, beside the syntax errors of a program."""
        from .libraries import load_libraries
        from .partial import names_beside

        with self._failures():
            libraries = load_libraries(self.box_libraries)
            self._number_sources(program, libraries)
            for diagnostic in names_beside(program, libraries, self.sources, self.report):
                self.report.add(diagnostic)

    def _backend(self, kind: str) -> Any:
        backends = {found.record.name: found for found in self.registry.backends()}
        name = self.options.backend
        if name not in backends:
            raise Failure(
                "N0913",
                f"there is no backend `{name}`",
                help=f"installed: {', '.join(backends) or 'none'}",
            )
        produces = backends[name].record.produces
        if kind not in produces:
            others = [b for b, found in backends.items() if kind in found.record.produces]
            raise Failure(
                "N0914",
                f"backend `{name}` does not emit `{kind}`",
                help=f"use --backend {others[0]}"
                if others
                else f"it emits {', '.join(produces)}; `ast` and `ir` need no backend",
            )
        return backends[name]

    def _libraries_of(self, module: Module) -> tuple[BoxLibrary, ...]:
        """The Box libraries a module names; one that is not installed is an error."""
        known = {library.name: library for library in self.box_libraries}
        missing = [name for name in module.libraries if name not in known]
        if missing:
            raise Failure(
                "N0915",
                f"the program needs the Box library `{missing[0]}`, which is not installed",
                help=f"installed: {', '.join(known) or 'none'}",
            )
        return tuple(known[name] for name in dict.fromkeys(module.libraries))

    def _foreign_owners(self, owners: Mapping[str, str]) -> dict[str, str]:
        ours = {plugin.name for plugin in self.registry.plugins if plugin.ours}
        return {name: owner for name, owner in owners.items() if owner not in ours}

    def _number_sources(self, program: Program, libraries: Sequence[Any]) -> None:
        """Let diagnostics in libraries find their text: the module numbers the libraries' sources
        after the program's."""
        for source in program.sources[len(self.sources.sources) :]:
            self.sources.add(source.name, source.text)
        for library in libraries:
            for source in library.sources:
                self.sources.add(source.name, source.text)

    @staticmethod
    def _name_of(program: Program) -> str:
        return program.sources[0].name if program.sources else ""

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Errors of plug-ins and the toolchain become diagnostics."""
        from nyash_ir.hooks.registry import PluginError

        try:
            yield
        except Failure as error:
            self.causes.append(error.__cause__ or error)
            self.report.add(diagnostic_of(error))
        except PluginError as error:
            self.causes.append(error)
            self.report.add(Diagnostic(error.code, error.message))
        except BackendError as error:
            self.causes.append(error)
            self.report.add(Diagnostic("N0701", str(error)))
        except RecursionError as error:
            self.causes.append(error)
            self.report.add(
                Diagnostic(
                    "N0014",
                    "the program nests too deeply",
                    help=Fix("split the deepest expression or block into several"),
                )
            )

    @contextmanager
    def _stage(self, name: str, subject: str) -> Iterator[Callable[[object], None]]:
        """Tell watcher and plug-ins of a stage. The block gets a function to hand over what the
        stage made; the plug-ins hear of it only if it made something."""
        results: list[object] = []
        self.watcher.started(name)
        self.registry.started(StageEvent(name, subject))
        start = time.perf_counter()
        yield results.append
        seconds = time.perf_counter() - start
        self.watcher.finished(name, seconds)
        if results and results[0] is not None:
            self.registry.finished(name, lambda: results[0], seconds)


class _Observer:
    """Hands the pass manager's events on."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def started(self, event: StageEvent) -> None:
        self._session.watcher.started(event.stage)
        self._session.registry.started(event)

    def finished(self, stage: str, artifact: Callable[[], object], seconds: float) -> None:
        self._session.watcher.finished(stage, seconds)
        self._session.registry.finished(stage, artifact, seconds)


def _chosen(passes: Sequence[Pass], only: Sequence[str] | None) -> list[Pass]:
    """The passes asked for. Raises `Failure` for a name that is none."""
    if only is None:
        return list(passes)
    names = [entry.name for entry in passes]
    for name in only:
        if name not in names:
            raise Failure("N0916", f"there is no pass `{name}`", help=f"passes: {', '.join(names)}")
    return [entry for entry in passes if entry.name in only]


def diagnostic_of(error: Failure) -> Diagnostic:
    return Diagnostic(
        error.code, error.message, notes=error.notes, help=Fix(error.help) if error.help else None
    )


def plugin_choice(environment: Mapping[str, str]) -> tuple[str, ...] | None:
    """`NYASH_PLUGINS=a,b`: the foreign plug-ins to load; None when it is not set."""
    text = environment.get("NYASH_PLUGINS")
    if text is None:
        return None
    return tuple(name.strip() for name in text.split(",") if name.strip())


def cache_folder() -> Path:
    """The folder of everything that is built once."""
    from nyash_rt.toolchain.cache import default_root

    return default_root(os.environ)
