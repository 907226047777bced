"""The names of what a program's object file defines.

Nyash functions keep their full name, `Point.length/0`: debuggers and profilers then show what the
programmer wrote. Names with a space in them, or with a dot at a place where no Box name ends,
cannot be a Nyash function's.
"""

from __future__ import annotations

PROGRAM_MAIN = "ny_program_main"
PROGRAM_FLAGS = "ny_program_flags"
CLASSES = "ny_classes"
CLASS_COUNT = "ny_class_count"
SITES = "ny_sites"
SITE_COUNT = "ny_site_count"
EXPRESSIONS = "ny_expressions"
EXPRESSION_COUNT = "ny_expression_count"
CLASS_PLACES = "ny_class_places"
CAPTURE_NAMES = "ny_capture_names"
"""What the runtime's C code looks for in a program; the last two only leak-check builds have."""

STACK_LIMIT = "ny_stack_limit"
ALLOCATION_SITE = "ny_allocation_site"
"""The runtime's variable that tells it which line makes the next Box."""

CLASS_ID_PREFIX = "ny_class_id_"


def class_id(box: str) -> str:
    """`const uint16_t ny_class_id_SocketBox`. `box` may have the form `library::SocketBox`."""
    return CLASS_ID_PREFIX + box.rsplit("::", 1)[-1]


def dispatch(selector: str) -> str:
    return f"dispatch {selector}"


def member_get(name: str) -> str:
    return f"get {name}"


def member_set(name: str) -> str:
    return f"set {name}"


def call_value(arity: int) -> str:
    return f"call value/{arity}"


def call_value_slow(arity: int) -> str:
    return f"call slow/{arity}"


def function_as_value(function: str) -> str:
    """The code of a closure that calls a plain function."""
    return f"value {function}"


def static_place(box: str) -> str:
    return f"static {box}"


def static_access(box: str) -> str:
    return f"use {box}"


def static_creation(box: str) -> str:
    return f"create {box}"


def global_place(name: str) -> str:
    return f"global {name}"


def kind_test(box: str) -> str:
    return f"is {box}"
