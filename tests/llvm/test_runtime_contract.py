"""What the backend believes of the runtime and of LLVM is what they say themselves."""

from __future__ import annotations

import pytest
from compiling import session
from nyash_ir.hooks.records import Target, silent
from nyash_llvm.runtime_functions import RUNTIME_FUNCTIONS
from nyash_llvm.target import _LAYOUTS, data_layout, target_machine


@pytest.mark.slow
def test_signatures_are_those_of_the_runtime() -> None:
    import llvmlite.binding as llvm

    using = session()
    path = using.toolchain.bitcode(using.box_libraries, silent)
    runtime = llvm.parse_bitcode(path.read_bytes())
    for name, function in RUNTIME_FUNCTIONS.items():
        definition = runtime.get_function(name)
        assert not definition.is_declaration, name
        result = function.result.split()[-1]
        parameters = ", ".join(parameter.split()[0] for parameter in function.parameters)
        assert str(definition.global_value_type) == f"{result} ({parameters})", name


@pytest.mark.parametrize("architecture", sorted(_LAYOUTS))
def test_data_layouts_are_those_of_llvm(architecture: str) -> None:
    target = Target(f"{architecture}-linux-musl")
    assert str(target_machine(target, 2).target_data) == data_layout(target)
