"""The runtime's functions that lowering itself calls, with their contracts.

Everything that has a name in the language is declared in a provider's `.nyash` file; these are
what statements and operators turn into.
"""

from __future__ import annotations

from .. import types
from ..effects import ANYTHING, Effects
from ..module import NativeFunction, NativeParameter
from ..representation import Representation

_CALLS = Effects.THROWS | Effects.READS | Effects.WRITES | Effects.CALLS


def _native(
    symbol: str,
    parameters: tuple[str, ...],
    result: types.Type = types.ANY,
    effects: Effects = ANYTHING,
    representation: Representation = Representation.WORD,
) -> NativeFunction:
    return NativeFunction(
        symbol,
        tuple(NativeParameter(p, types.ANY, Representation.WORD) for p in parameters),
        result,
        representation,
        int(effects),
        "rt",
    )


RUNTIME: dict[str, NativeFunction] = {
    native.symbol: native
    for native in (
        _native("ny_print", ("values",), types.NULL),
        _native("ny_fini", ("value",), types.NULL),
        _native("ny_await", ("value",)),
        _native("ny_task_spawn", ("closure",), types.box("FutureBox"), _CALLS),
        _native("ny_tasks_finish", (), types.NULL, ANYTHING & ~Effects.THROWS),
        _native("ny_weak_new", ("value",), types.box("WeakBox"), Effects.THROWS),
        _native("ny_iterator_new", ("value",), effects=_CALLS),
        _native("ny_iterator_next", ("iterator",), effects=_CALLS),
        _native("ny_is_end", ("value",), types.BOOL, Effects.PURE, Representation.I1),
        _native("ny_assert_failed", ("source", "left", "right", "message"), types.NEVER),
        _native("ny_never", (), types.BOOL, Effects.READS, Representation.I1),
        _native("ny_index_get", ("receiver", "index")),
        _native("ny_index_set", ("receiver", "index", "value"), types.NULL),
        _native("ny_match_failed", ("value",), types.NEVER),
        _native("ny_match_map", ("value",), types.BOOL, Effects.READS, Representation.I1),
        _native("ny_match_has", ("map", "key"), types.BOOL, Effects.READS, Representation.I1),
        _native("ny_match_value", ("map", "key"), effects=Effects.THROWS | Effects.READS),
        NativeFunction(
            "ny_match_array",
            (
                NativeParameter("value", types.ANY, Representation.WORD),
                NativeParameter("count", types.INTEGER, Representation.I64),
                NativeParameter("exact", types.BOOL, Representation.I1),
            ),
            types.BOOL,
            Representation.I1,
            int(Effects.READS),
            "rt",
        ),
        *(
            NativeFunction(
                symbol,
                (
                    NativeParameter("array", types.ANY, Representation.WORD),
                    NativeParameter("index", types.INTEGER, Representation.I64),
                ),
                result,
                Representation.WORD,
                int(Effects.THROWS | Effects.READS),
                "rt",
            )
            for symbol, result in (("ny_match_item", types.ANY), ("ny_match_rest", types.ARRAY))
        ),
        _native("ny_report_uncaught", ("error",), types.NULL, ANYTHING & ~Effects.THROWS),
    )
}
