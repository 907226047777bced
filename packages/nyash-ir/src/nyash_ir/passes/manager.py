"""Runs the passes: order, run, verify, report.

The order follows from what passes say about each other (`after`, `before`); ties keep the order
in which passes were registered, so that a build is reproducible. A pass that says nothing about
`ownership` runs before it, because that is where the IR is easy to change. After each pass the
module is verified: completely after foreign passes and the last one, after our own the functions
that they changed. A pass that raises, answers nonsense or breaks the IR is named in the error,
together with the plug-in it came from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..hooks.records import Pass, StageEvent
from ..module import Function, Module
from ..verify import Fault, verify

OWNERSHIP = "ownership"
"""The pass that divides the two stages of the verifier."""

OURS = "nyash-ir"


class PassError(Exception):
    """A pass failed. `code` is N0601 (raised), N0602 (answered nonsense), N0603 (broke the IR) or
    N0604 (impossible order); `faults` is filled for N0603, `__cause__` set for N0601."""

    def __init__(
        self,
        code: str,
        message: str,
        pass_name: str,
        plugin: str = OURS,
        faults: Sequence[Fault] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.pass_name = pass_name
        self.plugin = plugin
        self.faults = tuple(faults)


class Observer(Protocol):
    """Who wants to know of stages; the registry's is the hooks `nyash_stage_…`."""

    def started(self, event: StageEvent) -> None: ...

    def finished(self, stage: str, artifact: Callable[[], object], seconds: float) -> None: ...


Dump = Callable[[str, Module], None]
"""Called with a pass's name and the module, before or after it."""


@dataclass(frozen=True)
class PassRun:
    """What one run of a pass came to. `seconds` leaves out verifying (`verify_seconds`)."""

    name: str
    plugin: str
    changed: bool
    seconds: float
    verify_seconds: float


def order(passes: Iterable[Pass]) -> list[Pass]:
    """The passes in an order that every `after` and `before` agrees with. Names of passes that
    are not there are ignored. Raises `PassError` (N0604) for a cycle and for two of one name."""
    table: dict[str, Pass] = {}
    for entry in passes:
        if entry.name in table:
            raise PassError("N0604", f"two passes are called {entry.name!r}", entry.name)
        table[entry.name] = entry
    later = _constraints(table)
    position = {name: index for index, name in enumerate(table)}
    waiting = dict.fromkeys(table, 0)
    for targets in later.values():
        for target in targets:
            waiting[target] += 1
    ready = [name for name in table if not waiting[name]]
    found: list[Pass] = []
    while ready:
        ready.sort(key=position.__getitem__)
        name = ready.pop(0)
        found.append(table[name])
        for target in later[name]:
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    if len(found) < len(table):
        _report_cycle(later, {entry.name for entry in found})
    return found


def _constraints(table: Mapping[str, Pass]) -> dict[str, set[str]]:
    """For each pass those that must come later."""
    later: dict[str, set[str]] = {name: set() for name in table}
    for entry in table.values():
        for name in entry.after:
            if name in table:
                later[name].add(entry.name)
        for name in entry.before:
            if name in table:
                later[entry.name].add(name)
    if OWNERSHIP in table:
        behind = {OWNERSHIP}
        pending = [OWNERSHIP]
        while pending:
            for name in later[pending.pop()] - behind:
                behind.add(name)
                pending.append(name)
        for name in table:
            if name not in behind:
                later[name].add(OWNERSHIP)
    return later


def _report_cycle(later: Mapping[str, set[str]], done: set[str]) -> None:
    """Follow predecessors among the passes that could not be placed until one repeats."""
    left = [name for name in later if name not in done]
    before = {name: next(p for p in left if name in later[p]) for name in left}
    path = [left[0]]
    while before[path[-1]] not in path:
        path.append(before[path[-1]])
    cycle = path[path.index(before[path[-1]]) :]
    cycle.reverse()
    chain = " → ".join([*cycle, cycle[0]])
    raise PassError("N0604", f"passes want to run in a circle: {chain}", cycle[0])


def run(
    module: Module,
    passes: Sequence[Pass],
    options: Mapping[str, Any] | None = None,
    on_stage: Observer | None = None,
    *,
    plugins: Mapping[str, str] | None = None,
    verify_ours: bool = True,
    dump_before: Dump | None = None,
    dump_after: Dump | None = None,
) -> list[PassRun]:
    """Run all passes on `module`, in place. Raises `PassError`.

    `plugins` tells which plug-in a pass comes from; passes it does not mention are our own.
    `verify_ours=False` verifies only after foreign passes and after the last one.
    """
    owners = plugins or {}
    ordered = order(passes)
    runs: list[PassRun] = []
    counted = False
    for number, entry in enumerate(ordered):
        owner = owners.get(entry.name, OURS)
        stage = f"pass:{entry.name}"
        if dump_before is not None:
            dump_before(entry.name, module)
        if on_stage is not None:
            on_stage.started(StageEvent(stage, module.name))
        ours = owner == OURS and number + 1 < len(ordered)
        before = _shape(module) if ours else {}
        start = time.perf_counter()
        changed = _call(entry, owner, module, options or {})
        seconds = time.perf_counter() - start
        counting = entry.name == OWNERSHIP
        counted = counted or counting
        start = time.perf_counter()
        if verify_ours or not ours:
            names = _changed(module, before) if ours and not counting else None
            _verify(entry, owner, module, counted, names)
        runs.append(PassRun(entry.name, owner, changed, seconds, time.perf_counter() - start))
        if dump_after is not None:
            dump_after(entry.name, module)
        if on_stage is not None:
            on_stage.finished(stage, lambda: module, seconds)
    return runs


def _call(entry: Pass, owner: str, module: Module, options: Mapping[str, Any]) -> bool:
    try:
        changed = entry.run(module, options)
    except RecursionError as error:
        message = f"pass {entry.name} (plug-in {owner}) went too deep into recursion"
        raise PassError("N0601", message, entry.name, owner) from error
    except Exception as error:
        message = f"pass {entry.name} (plug-in {owner}) failed: {type(error).__name__}: {error}"
        raise PassError("N0601", message, entry.name, owner) from error
    if not isinstance(changed, bool):
        message = (
            f"pass {entry.name} (plug-in {owner}) answered {type(changed).__name__}, "
            "expected bool (whether it changed anything)"
        )
        raise PassError("N0602", message, entry.name, owner)
    return changed


_Shape = dict[str, tuple[Function, list[object]]]


def _shape(module: Module) -> _Shape:
    """Each function with the lists it is made of. Passes replace lists, so the same list holds
    the same instructions."""
    return {
        name: (function, [part for b in function.blocks for part in (b, b.instructions)])
        for name, function in module.functions.items()
    }


def _changed(module: Module, before: _Shape) -> list[str]:
    """The functions that are not what they were."""
    found = []
    for name, (function, parts) in _shape(module).items():
        known = before.get(name)
        if (
            known is None
            or known[0] is not function
            or len(known[1]) != len(parts)
            or any(old is not new for old, new in zip(known[1], parts, strict=True))
        ):
            found.append(name)
    return found


def _verify(
    entry: Pass, owner: str, module: Module, counted: bool, names: list[str] | None
) -> None:
    try:
        faults = verify(module, "after-ownership" if counted else "before-ownership", names)
    except (TypeError, AttributeError, ValueError, LookupError) as error:
        # A pass can leave what no codec would let in, such as None among the instructions.
        message = (
            f"pass {entry.name} (plug-in {owner}) left something that is no IR: "
            f"{type(error).__name__}: {error}"
        )
        raise PassError("N0603", message, entry.name, owner) from error
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        message = f"pass {entry.name} (plug-in {owner}) broke the IR: {faults[0]}{more}"
        raise PassError("N0603", message, entry.name, owner, faults)
