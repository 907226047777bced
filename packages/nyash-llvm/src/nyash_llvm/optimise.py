"""LLVM's own optimiser, for development builds; release builds are optimised by the toolchain.

The toolchain's clang took 0.5 to 0.6 of the time of llvmlite's wheel (which has LLVM's assertions
on) for equal code at -O2, but starting it costs more than a development build's whole work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llvmlite.binding import ModuleRef, TargetMachine


def optimise_lightly(module: ModuleRef, machine: TargetMachine) -> None:
    """What makes code fit to run in little time: registers instead of slots, small functions
    inlined, dead ones dropped."""
    import llvmlite.binding as llvm

    tuning = llvm.PipelineTuningOptions(speed_level=0)
    builder = llvm.create_pass_builder(machine, tuning)
    passes = llvm.create_new_module_pass_manager()
    passes.add_always_inliner_pass()
    passes.add_global_dead_code_eliminate_pass()
    passes.add_sroa_pass()
    passes.add_simplify_cfg_pass()
    passes.run(module, builder)


def drop_unused(module: ModuleRef, machine: TargetMachine) -> None:
    """Remove local definitions that nothing refers to."""
    import llvmlite.binding as llvm

    builder = llvm.create_pass_builder(machine, llvm.PipelineTuningOptions(speed_level=0))
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, builder)
