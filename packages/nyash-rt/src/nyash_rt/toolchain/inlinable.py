"""The part of the runtime that is worth inlining into programs.

Optimising the whole runtime with every program cost 0.9 s of CPU for `print("hello")` and would
grow with every Box. So the runtime is compiled once to an object, and a program is merged only
with copies of its small functions (`available_externally`: LLVM may inline them, and never emits
them). The generated code is that of a full merge wherever inlining decides it.

For that, what is `static` in C gets a name that copies can refer to: `static.<name>`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llvmlite.binding import ModuleRef, ValueRef

LARGEST_INLINABLE = 44
"""LLVM instructions. Lean helpers have 5 to 20; LLVM itself refuses beyond a cost of 225, about 45
simple instructions."""

_DEFINITION = re.compile(
    r'^define ([^\n]*?@("[^"\n]*"|[-\w.$]+)\([^\n]*) \{\n.*?^\}\n', re.M | re.S
)
_LOCAL = ("internal", "private")


def name_statics(module: ModuleRef) -> None:
    """Give local definitions hidden global names. The linker has made them unique before."""
    for group in (module.functions, module.global_variables):
        for value in group:
            if value.linkage.name in _LOCAL:
                value.linkage = "external"
                value.visibility = "hidden"
                value.name = f"static.{value.name.lstrip('.')}"


def inlinable_part(module: ModuleRef) -> bytes:
    """Bitcode with copies of the small functions and of the data, and declarations of the rest.
    `module` must have gone through `name_statics`."""
    import llvmlite.binding as llvm

    large = {function.name for function in module.functions if _is_large(function)}

    def cut(match: re.Match[str]) -> str:
        name = match[2].strip('"')
        return f"declare {match[1]}\n" if name in large else match[0]

    part = llvm.parse_assembly(_DEFINITION.sub(cut, str(module)))
    for group in (part.functions, part.global_variables):
        for value in group:
            if not value.is_declaration and value.linkage.name == "external":
                value.linkage = "available_externally"
    part.verify()
    return part.as_bitcode()


def _is_large(function: ValueRef) -> bool:
    if function.is_declaration:
        return False
    if any(b"noinline" in attribute for attribute in function.attributes):
        return True
    count = 0
    for block in function.blocks:
        count += sum(1 for _ in block.instructions)
        if count > LARGEST_INLINABLE:
            return True
    return False
