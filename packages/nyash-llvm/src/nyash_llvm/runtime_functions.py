"""The C functions that compiled code calls by itself, as program.h and nyash.h declare them.

Signatures are in LLVM's terms; a test compares them with the runtime's bitcode. Those that only
errors reach are `cold`, which keeps them and what leads to them out of the hot code's way.
"""

from __future__ import annotations

from typing import NamedTuple

from .module_text import ModuleText


class RuntimeFunction(NamedTuple):
    result: str
    parameters: tuple[str, ...]
    cold: bool = False


def _words(count: int) -> tuple[str, ...]:
    return ("i64",) * count


_BINARY = RuntimeFunction("i64", _words(2))
_UNARY = RuntimeFunction("i64", _words(1))
_COMPARE = RuntimeFunction("i32", _words(2))

RUNTIME_FUNCTIONS: dict[str, RuntimeFunction] = {
    # References and life.
    "ny_word_retain": _UNARY,
    "ny_word_release": RuntimeFunction("void", _words(1)),
    "ny_new": RuntimeFunction("i64", ("i16 zeroext",)),
    "ny_constructed": RuntimeFunction("void", _words(1)),
    "ny_use_after_fini": RuntimeFunction("i64", _words(1), cold=True),
    "ny_weak_read": _UNARY,
    "ny_weak_write": RuntimeFunction("i64", ("ptr", "i64")),
    "ny_root_register": RuntimeFunction("void", ("ptr",)),
    # Errors.
    "ny_throw": RuntimeFunction("i64", _words(1), cold=True),
    "ny_throw_again": RuntimeFunction("i64", _words(1), cold=True),
    "ny_stack_overflow": RuntimeFunction("i64", ("ptr",), cold=True),
    "ny_caught": RuntimeFunction("i64", (), cold=True),
    "ny_trace_add": RuntimeFunction("void", ("i32",), cold=True),
    "ny_error_is": RuntimeFunction("zeroext i1", ("i64", "ptr", "i16 zeroext")),
    "ny_check_failed": RuntimeFunction("i64", ("i64", "ptr", "ptr"), cold=True),
    "ny_method_missing": RuntimeFunction("i64", ("i64", "ptr", "i32"), cold=True),
    "ny_member_missing": RuntimeFunction("i64", ("i64", "ptr"), cold=True),
    "ny_field_missing": RuntimeFunction("i64", ("i64", "ptr"), cold=True),
    # Values.
    "ny_box_integer": _UNARY,
    "ny_box_float": RuntimeFunction("i64", ("double",)),
    "ny_unbox_integer": _UNARY,
    "ny_unbox_float": RuntimeFunction("double", _words(1)),
    "ny_class_id_of": RuntimeFunction("zeroext i16", _words(1)),
    "ny_truth": RuntimeFunction("zeroext i1", _words(1)),
    "ny_is": RuntimeFunction("zeroext i1", ("i64", "i16 zeroext")),
    "ny_add": _BINARY,
    "ny_sub": _BINARY,
    "ny_mul": _BINARY,
    "ny_div": _BINARY,
    "ny_mod": _BINARY,
    "ny_add_floats": _BINARY,
    "ny_sub_floats": _BINARY,
    "ny_mul_floats": _BINARY,
    "ny_div_floats": _BINARY,
    "ny_and": _BINARY,
    "ny_or": _BINARY,
    "ny_xor": _BINARY,
    "ny_shl": _BINARY,
    "ny_shr": _BINARY,
    "ny_range": _BINARY,
    "ny_neg": _UNARY,
    "ny_not": _UNARY,
    "ny_compare_eq": _COMPARE,
    "ny_compare_lt": _COMPARE,
    "ny_compare_le": _COMPARE,
    "ny_int_overflow": RuntimeFunction("i64", (), cold=True),
    "ny_int_zero_division": RuntimeFunction("i64", (), cold=True),
    "ny_int_bad_shift": RuntimeFunction("i64", _words(1), cold=True),
    # Functions and collections.
    "ny_closure_new": RuntimeFunction("i64", ("ptr", "i32", "i32", "ptr")),
    "ny_call_slow": RuntimeFunction("i64", ("i64", "i32", "ptr")),
    "ny_bound_method": RuntimeFunction("i64", ("i64", "ptr", "i32", "ptr")),
    "ny_cell_new": _UNARY,
    "ny_array_from": RuntimeFunction("i64", ("ptr", "i32")),
    "ny_array_item": RuntimeFunction("i64", _words(2)),
    "ny_array_put": RuntimeFunction("i64", _words(3)),
    "ny_map_from": RuntimeFunction("i64", ("ptr", "i32")),
}

_INTRINSICS: dict[str, RuntimeFunction] = {
    f"llvm.s{operation}.with.overflow.i64": RuntimeFunction("{ i64, i1 }", _words(2))
    for operation in ("add", "sub", "mul")
}


def declare_runtime(text: ModuleText, name: str) -> tuple[str, RuntimeFunction]:
    """Declare one in a module; its `@name` and signature."""
    function = RUNTIME_FUNCTIONS.get(name)
    if function is None:
        function = _INTRINSICS[name]
        return text.declare(name, function.result, ", ".join(function.parameters)), function
    attributes = "cold nounwind" if function.cold else "nounwind"
    return text.declare(name, function.result, ", ".join(function.parameters), attributes), function
