"""Finds plug-ins, asks them through the hooks, and checks what they answer.

Entry points have no order and pluggy calls the last registered first, so plug-ins are sorted here
(ours first, then by distribution and name) and asked one by one in that order: what is listed is
what happens, and an error can name the plug-in it came from. The scan reads only the
`entry_points.txt` files that mention our group, which is some twenty times faster than
`importlib.metadata.entry_points` over every distribution.

Nothing here reads the environment: `--no-plugins`, `NYASH_PLUGINS` and `NYASH_TRACE_HOOKS` come
as arguments.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PathDistribution
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

from .records import (
    HOOKS_VERSION,
    Backend,
    BoxLibrary,
    Command,
    Pass,
    StageEvent,
    Target,
    Toolchain,
)

GROUP = "nyash"
OUR_PLUGINS = {
    "ir": "nyash_ir.plugin",
    "llvm": "nyash_llvm.plugin",
    "rt": "nyash_rt.plugin",
    "http": "nyash_http.plugin",
}
"""Our own plug-ins, in the order they are asked. They register like anyone's; the table only says
which are ours, and finds them in a checkout that is not installed."""

_Record = TypeVar("_Record")


class PluginError(Exception):
    """A plug-in cannot be used. `code`: N0801 cannot be imported, N0802 hooks version, N0803 wrong
    hook or argument names, N0804 raised, N0805 answered nonsense, N0806 one name twice, N0807 a
    plug-in asked for that is not there. `__cause__` is the plug-in's own error."""

    def __init__(self, code: str, message: str, plugin: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.plugin = plugin


@dataclass(frozen=True)
class EntryPoint:
    """One line of a distribution's `[nyash]` section."""

    name: str
    module: str
    distribution: str = ""
    version: str = ""

    @property
    def ours(self) -> bool:
        return OUR_PLUGINS.get(self.name) == self.module


@dataclass(frozen=True)
class Plugin:
    """A plug-in module that was imported and accepted. `hooks` are those it implements."""

    name: str
    module: ModuleType
    distribution: str
    version: str
    ours: bool
    hooks: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Contribution(Generic[_Record]):
    """A record with the name of the plug-in that gave it."""

    record: _Record
    plugin: str


def scan(paths: Iterable[str] | None = None) -> list[EntryPoint]:
    """The entry points of our group in every distribution on the path, sorted: ours in their
    order, then by distribution and name. A distribution found twice counts once, the first."""
    found: list[EntryPoint] = []
    seen: set[str] = set()
    for text in sys.path if paths is None else paths:
        folder = Path(text or ".")
        for metadata in sorted(_with_entry_points(folder)):
            try:
                if b"[nyash]" not in (metadata / "entry_points.txt").read_bytes():
                    continue
            except OSError:
                continue
            distribution = PathDistribution(metadata)
            name = distribution.name or metadata.stem
            if name in seen:
                continue
            seen.add(name)
            for entry in distribution.entry_points:
                if entry.group == GROUP:
                    found.append(
                        EntryPoint(entry.name, entry.value, name, distribution.version or "")
                    )
    known = {entry.name for entry in found if entry.ours}
    for name, module in OUR_PLUGINS.items():
        if name not in known and _importable(module):
            found.append(EntryPoint(name, module))
    return sorted(found, key=_order)


def _with_entry_points(folder: Path) -> Iterator[Path]:
    try:
        for entry in folder.iterdir():
            if entry.suffix in (".dist-info", ".egg-info"):
                yield entry
    except OSError:
        return


def _importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:
        return False


def _order(entry: EntryPoint) -> tuple[Any, ...]:
    if entry.ours:
        return (0, list(OUR_PLUGINS).index(entry.name), "")
    return (1, entry.distribution, entry.name)


class Registry:
    """The plug-ins of one compilation."""

    def __init__(
        self,
        entries: Iterable[EntryPoint],
        trace: Callable[[str], None] | None = None,
    ) -> None:
        """Import and check the plug-ins of `entries`, in that order. Raises `PluginError`."""
        import pluggy

        from . import specifications

        self._trace = trace
        self._manager = pluggy.PluginManager(GROUP)
        self._manager.add_hookspecs(specifications)
        self.plugins: list[Plugin] = []
        taken: dict[str, EntryPoint] = {}
        for entry in entries:
            other = taken.setdefault(entry.name, entry)
            if other is not entry:
                raise PluginError(
                    "N0806",
                    f"two plug-ins are called {entry.name!r}: {other.module} of "
                    f"{other.distribution or 'nyash'} and {entry.module} of {entry.distribution}",
                    entry.name,
                )
            self.plugins.append(self._register(entry, _load(entry)))

    @classmethod
    def load(
        cls,
        *,
        foreign: bool = True,
        only: Sequence[str] | None = None,
        trace: Callable[[str], None] | None = None,
    ) -> Registry:
        """Find and load plug-ins. `foreign=False` (`--no-plugins`) loads only our own; `only`
        (`NYASH_PLUGINS`) only the foreign ones named; `trace` gets a line per hook call."""
        entries = scan()
        if only is not None:
            missing = [name for name in only if name not in {entry.name for entry in entries}]
            if missing:
                there = ", ".join(entry.name for entry in entries) or "none"
                raise PluginError(
                    "N0807", f"there is no plug-in {missing[0]!r}; installed: {there}", missing[0]
                )
        return cls(
            (e for e in entries if e.ours or (foreign and (only is None or e.name in only))),
            trace,
        )

    def _register(self, entry: EntryPoint, module: ModuleType) -> Plugin:
        import pluggy

        manager = self._manager
        try:
            manager.register(module, entry.name)
            hooks = []
            for caller in manager.get_hookcallers(module) or ():
                if not caller.has_spec():
                    raise PluginError(
                        "N0803",
                        f"plug-in {entry.name} implements {caller.name}, which is no hook of "
                        f"nyash (known: {', '.join(_hook_names())})",
                        entry.name,
                    )
                hooks.append(caller.name)
        except (pluggy.PluginValidationError, ValueError) as error:
            message = " ".join(str(error).split())
            raise PluginError(
                "N0803", f"plug-in {entry.name} does not fit the hooks: {message}", entry.name
            ) from error
        return Plugin(
            entry.name,
            module,
            entry.distribution,
            entry.version,
            entry.ours,
            tuple(sorted(hooks)),
        )

    def _ask(self, hook: str, **arguments: Any) -> Iterator[tuple[Plugin, Any]]:
        """Each plug-in's answer to a hook, in order."""
        by_name = {plugin.name: plugin for plugin in self.plugins}
        answers = {}
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            answers[implementation.plugin_name] = implementation
        for name, plugin in by_name.items():
            implementation = answers.get(name)
            if implementation is None:
                continue
            if self._trace is not None:
                shown = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
                self._trace(f"{hook}({shown}) asks {name}")
            try:
                answer = implementation.function(
                    *[arguments[argument] for argument in implementation.argnames]
                )
            except Exception as error:
                raise PluginError(
                    "N0804",
                    f"plug-in {name} failed in hook {hook}: {type(error).__name__}: {error}",
                    name,
                ) from error
            yield plugin, answer

    def _collect(
        self, hook: str, kind: type[_Record], what: str, **arguments: Any
    ) -> list[Contribution[_Record]]:
        found: list[Contribution[_Record]] = []
        owners: dict[str, str] = {}
        for plugin, answer in self._ask(hook, **arguments):
            if answer is None:
                continue
            if not isinstance(answer, Sequence) or isinstance(answer, str | bytes):
                raise _nonsense(plugin, hook, f"a sequence of {kind.__name__}", answer)
            for record in answer:
                if not isinstance(record, kind):
                    raise _nonsense(plugin, hook, kind.__name__, record)
                name = record.name  # type: ignore[attr-defined]
                if not isinstance(name, str) or not name:
                    raise _nonsense(plugin, hook, f"{kind.__name__} with a name", record)
                if name in owners:
                    raise PluginError(
                        "N0806",
                        f"the {what} {name!r} comes from two plug-ins: {owners[name]} and "
                        f"{plugin.name}",
                        plugin.name,
                    )
                owners[name] = plugin.name
                found.append(Contribution(record, plugin.name))
        return found

    def passes(self, target: Target) -> list[Contribution[Pass]]:
        """The IR passes for a target. Raises `PluginError`."""
        found = self._collect("nyash_passes", Pass, "pass", target=target)
        for entry in found:
            if not callable(entry.record.run):
                raise PluginError(
                    "N0805",
                    f"plug-in {entry.plugin}, pass {entry.record.name}: `run` is no function",
                    entry.plugin,
                )
        return found

    def backends(self) -> list[Contribution[Backend]]:
        return self._collect("nyash_backends", Backend, "backend")

    def box_libraries(self) -> list[Contribution[BoxLibrary]]:
        return self._collect("nyash_box_providers", BoxLibrary, "Box library")

    def commands(self, ours: Iterable[str] = ()) -> list[Contribution[Command]]:
        """Further subcommands; `ours` are the names that they may not take."""
        found = self._collect("nyash_commands", Command, "command")
        for entry in found:
            if entry.record.name in ours:
                raise PluginError(
                    "N0806",
                    f"plug-in {entry.plugin} may not replace the command "
                    f"`nyash {entry.record.name}`",
                    entry.plugin,
                )
        return found

    def toolchain(self, target: Target) -> Contribution[Toolchain] | None:
        """The first foreign answer, else ours, else None: nobody knows the target."""
        ours: Contribution[Toolchain] | None = None
        for plugin, answer in self._ask("nyash_toolchain", target=target):
            if answer is None:
                continue
            for method in ("bitcode", "compile_bitcode", "link", "objects"):
                if not callable(getattr(answer, method, None)):
                    raise _nonsense(plugin, "nyash_toolchain", "Toolchain", answer)
            if not plugin.ours:
                return Contribution(answer, plugin.name)
            ours = ours or Contribution(answer, plugin.name)
        return ours

    def started(self, event: StageEvent) -> None:
        """Tell the plug-ins that a stage or pass begins (the manager's `Observer`)."""
        for _ in self._ask("nyash_stage_started", event=event):
            pass

    def finished(self, stage: str, artifact: Callable[[], object], seconds: float) -> None:
        for _ in self._ask("nyash_stage_finished", stage=stage, artifact=artifact, seconds=seconds):
            pass


def _load(entry: EntryPoint) -> ModuleType:
    try:
        module = importlib.import_module(entry.module)
    except Exception as error:
        raise PluginError(
            "N0801",
            f"plug-in {entry.name} ({entry.module}"
            + (f" of {entry.distribution} {entry.version}" if entry.distribution else "")
            + f") cannot be imported: {type(error).__name__}: {error}",
            entry.name,
        ) from error
    version = getattr(module, "NYASH_HOOKS", None)
    if type(version) is not int or version != HOOKS_VERSION:
        stated = "states no NYASH_HOOKS" if version is None else f"is for hooks version {version!r}"
        raise PluginError(
            "N0802",
            f"plug-in {entry.name} ({entry.module}) {stated}; this nyash has version "
            f"{HOOKS_VERSION}",
            entry.name,
        )
    return module


def _nonsense(plugin: Plugin, hook: str, wanted: str, given: object) -> PluginError:
    return PluginError(
        "N0805",
        f"plug-in {plugin.name}, hook {hook}: expected {wanted}, got {type(given).__name__}",
        plugin.name,
    )


def _hook_names() -> list[str]:
    from . import specifications

    return sorted(name for name in vars(specifications) if name.startswith("nyash_"))
