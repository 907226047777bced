"""What running an instruction, or a whole function, may do.

A call of a function does what the function's summary says. The summaries of a program are the least
that agree with every body: they start from nothing and grow along the call graph until they stand
(recursive functions, which look at the stack when they are entered, always throw).
"""

from __future__ import annotations

from msgspec.structs import replace

from ..effects import Effects
from ..instruction import Instruction, Throwing
from ..instructions import CallFunction, CallNative, Constructed, End, NewClosure, Release
from ..module import Function, Module
from .ends import Ends
from .recursion import recursive_functions


def effects_of(item: Instruction, module: Module) -> Effects:
    """An instruction's effects: a native call's by its contract, a function call's by the
    function's summary."""
    if isinstance(item, CallNative):
        return Effects(module.natives[item.symbol].effects)
    if isinstance(item, CallFunction):
        return Effects(module.functions[item.function].summary.effects)
    return item.effects


def may_throw(item: Instruction, module: Module) -> bool:
    """Whether an error may leave the instruction, so that it needs `cleanup`."""
    return isinstance(item, Throwing) and bool(effects_of(item, module) & Effects.THROWS)


def effects_in(function: Function, item: Instruction, module: Module, ends: Ends) -> Effects:
    """An instruction's effects where it stands: giving up a reference whose end is quiet has none,
    and a collection of cycles only those of the `fini` functions that there are."""
    if isinstance(item, End | Release):
        return Effects.PURE if ends.quiet(function.values[item.value].type) else item.effects
    if ends.all_quiet and isinstance(item, Constructed | NewClosure):
        return item.effects & Effects.THROWS
    return effects_of(item, module)


def body_effects(function: Function, module: Module, ends: Ends) -> Effects:
    """What one function's instructions may do, given the summaries of those it calls. An error
    that a handler of the function takes does not count."""
    found = Effects.PURE
    for block in function.blocks:
        for item in block.instructions:
            effects = effects_in(function, item, module, ends)
            if block.handler is not None:
                effects &= ~Effects.THROWS
            found |= effects
    return found


def summarise(module: Module) -> Ends:
    """Set the effects in the summary of every function."""
    ends = Ends(module)
    recursive = recursive_functions(module)
    callers: dict[str, set[str]] = {}
    for name, function in module.functions.items():
        start = Effects.THROWS if name in recursive else Effects.PURE
        function.summary = replace(function.summary, effects=int(start))
        for block in function.blocks:
            for item in block.instructions:
                if isinstance(item, CallFunction):
                    callers.setdefault(item.function, set()).add(name)
    pending = dict.fromkeys(module.functions)
    while pending:
        name = next(iter(pending))
        del pending[name]
        function = module.functions[name]
        before = function.summary.effects
        after = before | int(body_effects(function, module, ends))
        if after != before:
            function.summary = replace(function.summary, effects=after)
            pending.update(dict.fromkeys(callers.get(name, ())))
    return ends
